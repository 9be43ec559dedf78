//! The sources of the catalog: files, folders, globs, URLs, and the targets of Locations.

use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    thread,
};

use hello_catalog::{Catalog, MAX_SOURCE_BYTES};
use hello_model::failure::{Failure, Kind};
use hello_services::catalog::{Sources, load};
use tempfile::TempDir;

/// A temporary folder with files.
struct Folder(TempDir);

impl Folder {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    async fn load(&self, sources: &[&str]) -> Result<Catalog, Failure> {
        let sources: Vec<String> = sources.iter().map(|&source| source.to_owned()).collect();
        load(&sources, self.path()).await
    }
}

#[tokio::test]
async fn a_name_that_backstage_does_not_discover_is_said() {
    let folder = Folder::with(&[("a/catalog-info.yml", &user("a")), ("b/catalog-info.yaml", &user("b"))]);
    let catalog = folder.load(&["."]).await.unwrap();
    let [problem] = &catalog.problems[..] else { panic!("{:?}", catalog.problems) };
    assert_eq!(problem.hint.as_deref(), Some("rename it to catalog-info.yaml"));
    assert_eq!((problem.source.as_str(), catalog.entities.len()), ("a/catalog-info.yml", 2));
}

fn user(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec: {{memberOf: []}}\n"
    )
}

fn location(spec: &str) -> String {
    format!("apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: places}}\nspec: {spec}\n")
}

fn users(catalog: &Catalog) -> Vec<&str> {
    let users = catalog.entities.iter().filter(|entity| entity.is("User"));
    users.map(|entity| entity.reference.name.as_str()).collect()
}

fn told(catalog: &Catalog) -> String {
    let lines: Vec<String> = catalog.problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// Responds to every request on loopback with the same bytes, and returns the address.
fn serve(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a caller");
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&answer);
        }
    });
    format!("http://{address}/catalog-info.yaml")
}

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
        .into_bytes()
}

#[tokio::test]
async fn the_nearest_descriptor_upwards_is_the_default() {
    let folder = Folder::with(&[("catalog-info.yaml", &user("far")), ("a/catalog-info.yml", &user("near"))]);
    fs::create_dir_all(folder.path().join("a/b/c")).unwrap();
    let catalog = load(&[], &folder.path().join("a/b/c")).await.unwrap();
    assert_eq!(users(&catalog), ["near"]);
}

#[tokio::test]
async fn a_missing_descriptor_has_a_hint() {
    let folder = Folder::with(&[]);
    let failure = folder.load(&[]).await.unwrap_err();
    assert_eq!(failure.kind, Kind::NotConfigured);
    assert!(failure.hint.unwrap().contains("--catalog PATH"));
}

#[tokio::test]
async fn sources_are_read_once_in_the_given_order() {
    let folder = Folder::with(&[
        ("x.yaml", &user("x")),
        ("tree/z/catalog-info.yaml", &user("deep")),
        ("tree/catalog-info.yaml", &user("top")),
        ("tree/node_modules/m/catalog-info.yaml", &user("foreign")),
        ("tree/.git/catalog-info.yaml", &user("hidden")),
        ("more/b.yaml", &user("b")),
        ("more/a.yaml", &user("a")),
    ]);
    let catalog = folder.load(&["x.yaml", "tree", "./more/*.yaml", "x.yaml"]).await.unwrap();
    assert_eq!(users(&catalog), ["x", "top", "deep", "a", "b"]);
    assert_eq!(told(&catalog), "");
    assert_eq!(catalog.entities[2].origin.source, "tree/z/catalog-info.yaml");
}

#[tokio::test]
async fn an_unreadable_file_is_a_problem_beside_readable_ones() {
    let folder = Folder::with(&[("good.yaml", &user("good")), ("empty/readme.md", "")]);
    let catalog = folder.load(&["missing.yaml", "none-*.yaml", "empty", "good.yaml"]).await.unwrap();
    assert_eq!(users(&catalog), ["good"]);
    for why in [
        "missing.yaml:1:1: error: this file cannot be read",
        "none-*.yaml:1:1: error: this pattern matches no file",
        "empty:1:1: error: this folder holds no",
    ] {
        assert!(told(&catalog).contains(why), "{why} is missing:\n{}", told(&catalog));
    }
}

#[tokio::test]
async fn locations_are_followed_without_loops() {
    let folder = Folder::with(&[
        ("catalog-info.yaml", &location("{targets: [./teams/*.yaml, ./self.yaml]}")),
        ("self.yaml", &location("{type: file, target: ./catalog-info.yaml}").replace("places", "back")),
        ("teams/a.yaml", &user("a")),
        ("teams/b.yaml", &location("{target: ../far/c.yaml}").replace("places", "on")),
        ("far/c.yaml", &user("c")),
    ]);
    let catalog = folder.load(&[]).await.unwrap();
    assert_eq!(users(&catalog), ["a", "c"]);
    assert_eq!(told(&catalog), "");
}

#[tokio::test]
async fn a_missing_required_target_is_reported_at_its_line() {
    let folder = Folder::with(&[("catalog-info.yaml", &location("\n  targets:\n    - ./gone.yaml"))]);
    let catalog = folder.load(&[]).await.unwrap();
    let [problem] = catalog.problems.as_slice() else { panic!("{}", told(&catalog)) };
    assert_eq!((problem.line, problem.field.as_deref()), (6, Some("spec.targets.0")));
    let optional =
        Folder::with(&[("catalog-info.yaml", &location("{target: ./gone.yaml, presence: optional}"))]);
    assert_eq!(told(&optional.load(&[]).await.unwrap()), "");
}

#[tokio::test]
async fn a_chain_of_locations_ends() {
    let links: Vec<(String, String)> = (0..30)
        .map(|n| {
            let text = location(&format!("{{target: ./{}.yaml}}", n + 1)).replace("places", &format!("l{n}"));
            (format!("{n}.yaml"), text)
        })
        .collect();
    let files: Vec<(&str, &str)> = links.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let catalog = Folder::with(&files).load(&["0.yaml"]).await.unwrap();
    assert_eq!(catalog.entities.len(), 9);
    assert!(told(&catalog).contains("in a row"), "{}", told(&catalog));
}

#[tokio::test]
async fn a_url_that_the_user_names_is_fetched() {
    let url = serve(ok(&user("remote"))).replace("http://", "http://me:secret@") + "?token=secret";
    let catalog = Folder::with(&[]).load(&[&url]).await.unwrap();
    assert_eq!(users(&catalog), ["remote"]);
    assert!(!format!("{catalog:?}").contains("secret"));
}

#[tokio::test]
async fn a_url_in_a_descriptor_is_reported_not_fetched() {
    let url = serve(ok(&user("sneaked-in")));
    for spec in [format!("{{type: url, target: '{url}'}}"), format!("{{targets: ['{url}']}}")] {
        let catalog = Folder::with(&[("catalog-info.yaml", &location(&spec))]).load(&[]).await.unwrap();
        assert!(users(&catalog).is_empty());
        assert!(told(&catalog).contains(&format!("add --catalog {url}")), "{}", told(&catalog));
    }
}

#[tokio::test]
async fn a_url_in_a_descriptor_is_shown_without_secrets() {
    let spec = "{targets: ['https://driver:secret-1@example.com/a.yaml?token=secret-2']}";
    let folder = Folder::with(&[("catalog-info.yaml", &location(spec))]);
    let told = told(&folder.load(&[]).await.unwrap());
    assert!(told.contains("add --catalog https://example.com/a.yaml?token=…"), "{told}");
    assert!(!told.contains("secret"), "{told}");
}

#[tokio::test]
async fn a_fetched_descriptor_leads_to_no_file_here() {
    let folder = Folder::with(&[("secret.yaml", &user("secret"))]);
    let secret = folder.path().join("secret.yaml");
    let url = serve(ok(&location(&format!("{{type: file, target: '{}'}}", secret.display()))));
    let catalog = folder.load(&[&url]).await.unwrap();
    assert!(users(&catalog).is_empty());
    assert!(told(&catalog).contains("is not followed"), "{}", told(&catalog));
}

#[tokio::test]
async fn a_redirect_to_another_host_is_not_followed() {
    let answer = b"HTTP/1.1 302 Found\r\nlocation: http://localhost:9/x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let url = serve(answer.to_vec());
    let catalog = Folder::with(&[]).load(&[&url]).await.unwrap();
    assert!(told(&catalog).contains("302"), "{}", told(&catalog));
}

#[tokio::test]
async fn a_failing_or_flooding_server_is_a_problem() {
    let broken =
        serve(b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec());
    let flood = serve(ok(&"#".repeat(MAX_SOURCE_BYTES + 100)));
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/x", listener.local_addr().unwrap())
    };
    let catalog = Folder::with(&[]).load(&[&broken, &flood, &gone]).await.unwrap();
    for why in ["503", "larger than 10 MiB", "cannot be fetched"] {
        assert!(told(&catalog).contains(why), "{why} is missing:\n{}", told(&catalog));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_or_a_device_is_not_read() {
    let folder = Folder::with(&[]);
    let catalog = folder.load(&["/dev/zero"]).await.unwrap();
    assert!(told(&catalog).contains("is a device, not a regular file"), "{}", told(&catalog));
}

#[tokio::test]
async fn the_text_of_a_descriptor_is_read_by_the_name_of_its_source() {
    let invalid = format!("{}---\nkind: [unclosed\n", user("a"));
    let folder = Folder::with(&[("a/catalog-info.yaml", &invalid), ("catalog-info.yaml", &user("b"))]);
    for cwd in ["", "a", "a/b"] {
        let sources = Sources { folder: folder.path().join(cwd), ..Sources::default() };
        fs::create_dir_all(&sources.folder).unwrap();
        let catalog = sources.load().await.unwrap();
        let of_entity = catalog.entities.first().map(|entity| &entity.origin.source);
        let source = of_entity.or(catalog.problems.first().map(|problem| &problem.source)).unwrap();
        let text = sources.descriptor(source).await.unwrap().0;
        assert_eq!(text, if cwd.is_empty() { user("b") } else { invalid.clone() }, "from {source}");
    }
    let sources = Sources { folder: folder.path().to_owned(), ..Sources::default() };
    for (source, why) in
        [("gone.yaml", "cannot be read"), ("a", "folder"), ("https://example.com/x", "cannot be read")]
    {
        let failure = sources.descriptor(source).await.unwrap_err();
        assert!(failure.why.contains(why), "{failure}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_a_regular_file_of_limited_size_is_shown() {
    let folder = Folder::with(&[("large.yaml", &"#".repeat(MAX_SOURCE_BYTES + 1))]);
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("endless.yaml")).unwrap();
    let sources = Sources { folder: folder.path().to_owned(), ..Sources::default() };
    for source in ["large.yaml", "endless.yaml"] {
        assert!(sources.descriptor(source).await.is_err(), "{source}");
    }
}

#[tokio::test]
async fn the_text_at_a_url_is_fetched_only_if_it_is_named() {
    let url = serve(ok(&user("a")));
    let named = url.replace("http://", "http://jo:secret@");
    let sources = Sources { named: vec![named], ..Sources::default() };
    let text = sources.descriptor(&url).await.unwrap();
    assert_eq!(text.0, user("a"));
    let unnamed = Sources { folder: std::env::temp_dir(), ..Sources::default() };
    assert!(unnamed.descriptor(&url).await.is_err());
}
