//! Catalogs that are too large, too deep or circular: loading ends, reports the limit, and keeps what it found.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    time::{Duration, Instant},
};

use hello_catalog::{Catalog, MAX_SOURCE_BYTES};
use hello_services::catalog::load;
use tempfile::TempDir;

const MAX_TIME: Duration = Duration::from_secs(10);

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn user(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec: {{memberOf: []}}\n"
    )
}

fn location(target: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: places}}\nspec: {{target: '{target}'}}\n"
    )
}

fn users(catalog: &Catalog) -> Vec<&str> {
    let mut users: Vec<&str> = catalog
        .entities
        .iter()
        .filter(|entity| entity.is("User"))
        .map(|entity| entity.reference.name.as_str())
        .collect();
    users.sort_unstable();
    users
}

fn told(catalog: &Catalog) -> String {
    let lines: Vec<String> = catalog.problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Loads a catalog and checks that loading stays within its timeout.
async fn loaded(folder: &Path, sources: &[&str]) -> Catalog {
    let began = Instant::now();
    let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
    let catalog = load(&sources, folder).await.expect("a catalog");
    assert!(began.elapsed() < MAX_TIME + Duration::from_secs(5), "it took {:?}", began.elapsed());
    catalog
}

#[tokio::test]
async fn links_in_circles_are_followed_once() {
    let folder = folder(&[("deep/catalog-info.yaml", &user("deep")), ("z.yaml", &user("z"))]);
    for link in ["a", "b", "c"] {
        symlink(".", folder.path().join(link)).unwrap();
        symlink("..", folder.path().join("deep").join(link)).unwrap();
    }
    for pattern in [format!("./{}*.yaml", "*/".repeat(22)), format!("./{}*.yaml", "**/*/".repeat(12))] {
        write(folder.path(), "catalog-info.yaml", &location(&pattern));
        let catalog = loaded(folder.path(), &["catalog-info.yaml"]).await;
        assert_eq!(users(&catalog), ["deep", "z"], "{pattern}: {}", told(&catalog));
        assert_eq!(told(&catalog), "", "{pattern}: no bound is reached");
        let named = loaded(folder.path(), &[&pattern]).await;
        assert_eq!(users(&named), ["deep", "z"], "{pattern}: {}", told(&named));
        assert!(!told(&named).contains("this catalog is not"), "{pattern}: {}", told(&named));
    }
    assert_eq!(users(&loaded(folder.path(), &["deep"]).await), ["deep"]);
}

#[tokio::test]
async fn folders_too_deep_are_skipped_with_a_warning() {
    let folder = folder(&[("catalog-info.yaml", &user("top"))]);
    write(folder.path(), &format!("{}catalog-info.yaml", "d/".repeat(40)), &user("deep"));
    for source in [".", "**/catalog-info.yaml"] {
        let catalog = loaded(folder.path(), &[source]).await;
        assert_eq!(users(&catalog), ["top"]);
        assert!(told(&catalog).contains("not searched deeper than 32"), "{}", told(&catalog));
    }
}

#[tokio::test]
async fn a_document_multiplied_by_aliases_is_refused_alone() {
    let uses: Vec<String> = (0..90).map(|n| format!("    a/k{n}: *long\n")).collect();
    let bomb = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: bomb\n  annotations:\n    a/b: &long {}\n{}spec: {{memberOf: []}}\n",
        "x".repeat(MAX_SOURCE_BYTES / 4),
        uses.concat()
    );
    let folder = folder(&[("a.yaml", &user("good")), ("b.yaml", &bomb)]);
    let catalog = loaded(folder.path(), &["*.yaml"]).await;
    assert_eq!(users(&catalog), ["good"]);
    assert!(told(&catalog).contains("more text than the limit allows"), "{}", told(&catalog));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_left_out_beside_what_is_good() {
    let folder = folder(&[("a.yaml", &user("good")), ("catalog-info.yaml", &location("./*.yaml"))]);
    let large = fs::File::create(folder.path().join("b.yaml")).unwrap();
    large.set_len(MAX_SOURCE_BYTES as u64 + 1).unwrap();
    for sources in [&["a.yaml", "b.yaml"][..], &["*.yaml"], &["catalog-info.yaml"]] {
        let catalog = loaded(folder.path(), sources).await;
        assert_eq!(users(&catalog), ["good"], "{sources:?}");
        assert!(told(&catalog).contains("is larger than 10 MiB"), "{sources:?}: {}", told(&catalog));
    }
}

#[tokio::test]
async fn a_huge_name_is_not_repeated_in_each_problem() {
    let huge = "x".repeat(1_000_000);
    let tags = "_,".repeat(2_000);
    let text = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {huge}, tags: [{tags}]}}\nspec: {{memberOf: [{huge}]}}\n"
    );
    let folder = folder(&[("a.yaml", &text)]);
    let catalog = loaded(folder.path(), &["a.yaml"]).await;
    let bytes: usize = catalog.problems.iter().map(|problem| format!("{problem:?}").len()).sum();
    assert!(catalog.problems.len() > 100 && bytes < 2_000_000, "{bytes} bytes");
}

#[tokio::test]
async fn pipes_and_devices_are_never_opened() {
    let folder = folder(&[("catalog-info.yaml", &(user("good") + "---\n" + &location("./*.pipe.yaml")))]);
    let pipe = folder.path().join("a.pipe.yaml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let catalog = loaded(folder.path(), &["catalog-info.yaml", "a.pipe.yaml", "/dev/zero"]).await;
    assert_eq!(users(&catalog), ["good"]);
    let told = told(&catalog);
    assert_eq!(told.matches("is a named pipe, not a regular file").count(), 2, "{told}");
    assert!(told.contains("is a device"), "{told}");
}

#[tokio::test]
async fn a_folder_without_descriptors_has_a_hint() {
    let names: Vec<String> = (0..100).map(|n| format!("here/service-{n}.yaml")).collect();
    let texts: Vec<String> = (0..100).map(|n| user(&format!("u{n}"))).collect();
    let files: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let folder = folder(&files);
    let told = told(&loaded(folder.path(), &["here"]).await);
    assert!(
        told.contains("holds no catalog-info.yaml or catalog-info.yml, but 100 other YAML files"),
        "{told}"
    );
    let glob = told.split('\'').nth(1).expect("a glob in quotes").to_owned();
    assert_eq!((glob.as_str(), loaded(folder.path(), &[&glob]).await.entities.len()), ("here/*.yaml", 100));
    write(folder.path(), "here/[x]/a.yml", &user("below"));
    assert!(self::told(&loaded(folder.path(), &["here"]).await).contains("'here/**/*.{yaml,yml}'"));
    let escaped = self::told(&loaded(folder.path(), &["here/[x]"]).await);
    assert!(escaped.contains("but 1 other YAML file; to read them"), "{escaped}");
    let glob = escaped.split('\'').nth(1).expect("a glob in quotes").to_owned();
    assert_eq!(users(&loaded(folder.path(), &[&glob]).await), ["below"]);
}

/// Patterns that Backstage's glob matches differently from other implementations, with the files it finds.
#[tokio::test]
async fn globs_of_locations_match_as_in_backstage() {
    let folder = folder(&[
        ("tree/a/catalog-info.yaml", &user("a")),
        ("tree/b/catalog-info.yaml", &user("b")),
        ("tree/visible/catalog-info.yaml", &user("visible")),
        ("tree/[slug]/catalog-info.yaml", &user("slug")),
        ("tree/.hidden/catalog-info.yaml", &user("hidden")),
    ]);
    symlink("../a", folder.path().join("tree/b/link")).unwrap();
    for (pattern, found) in [
        ("./tree/**/catalog-info.yaml", &["a", "b", "slug", "visible"][..]),
        ("./tree/{a,b}/catalog-info.yaml", &["a", "b"]),
        ("./tree/@(a|visible)/catalog-info.yaml", &["a", "visible"]),
        ("./tree/!(a)/catalog-info.yaml", &["b", "hidden", "slug", "visible"]),
        ("./tree/\\[slug\\]/catalog-info.yaml", &["slug"]),
        ("./tree/*/../a/catalog-info.yaml", &["a"]),
        ("./tree/b/**/catalog-info.yaml", &["a", "b"]),
    ] {
        write(folder.path(), "catalog-info.yaml", &location(pattern));
        let catalog = loaded(folder.path(), &["catalog-info.yaml"]).await;
        assert_eq!(users(&catalog), found, "{pattern}: {}", told(&catalog));
        assert_eq!(told(&catalog), "", "{pattern}");
    }
    write(folder.path(), "catalog-info.yaml", &location("./tree/[slug]/catalog-info.yaml"));
    let catalog = loaded(folder.path(), &["catalog-info.yaml"]).await;
    assert!(users(&catalog).is_empty());
    assert!(
        told(&catalog).contains(r#"the file of this name is "./tree/\[slug\]/catalog-info.yaml""#),
        "{}",
        told(&catalog)
    );
}

/// A replaced task can only drop the load, so the blocking thread must end by itself.
#[test]
fn a_cancelled_load_leaves_no_thread() {
    let folder = folder(&[]);
    let mut level = vec![folder.path().to_owned()];
    for _ in 0..3 {
        level = level.iter().flat_map(|above| (0..9).map(|n| above.join(n.to_string()))).collect();
        for path in &level {
            fs::create_dir(path).unwrap();
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let began = Instant::now();
    runtime.block_on(async {
        for _ in 0..4 {
            let sources = vec!["**/**/*/**/*/**/*/**/*.yaml".to_owned(); 50];
            let load = load(&sources, folder.path());
            let _ = tokio::time::timeout(Duration::from_millis(20), load).await;
        }
    });
    // Dropping the runtime waits for its blocking threads.
    drop(runtime);
    assert!(began.elapsed() < Duration::from_secs(5), "it took {:?}", began.elapsed());
}
