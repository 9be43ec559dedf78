//! Loads the named sources in order, then the files that they lead to. Blocking; all work is limited.

use std::path::Path;

use hello_catalog::{Catalog, Reader};
use hello_model::target::ANNOTATIONS;

use super::{CatalogSource, budget::Budget, files, follow, loader::SourceLoader, remote};

/// Loads the catalog. Returns `None` if no source is named and none is found nearby.
pub(super) fn catalog(
    sources: &[CatalogSource],
    fetched: Vec<Result<Vec<u8>, String>>,
    cwd: &Path,
    budget: Budget,
) -> Option<Catalog> {
    let deadline = budget.deadline().clone();
    let must_stop = || deadline.is_over();
    let mut loader = SourceLoader::new(cwd, budget, Reader::new(&must_stop).with_annotations(ANNOTATIONS));
    if sources.is_empty() {
        loader.file(&files::nearest(cwd)?);
    }
    let mut fetched = fetched.into_iter();
    for source in sources {
        match source {
            CatalogSource::Path(path) => loader.path(path),
            CatalogSource::Glob(pattern) => loader.glob(pattern),
            CatalogSource::Url(url) => loader.fetched(&remote::shown(url), fetched.next()),
        }
    }
    follow::locations(&mut loader);
    loader.report_limit("the catalog");
    Some(loader.reader.finish())
}

#[cfg(test)]
mod tests {
    use std::{fs, time::Duration};

    use super::{super::budget::Deadline, *};

    const VISITS: usize = 50;

    fn user(name: &str) -> String {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: {name}}}\nspec: {{memberOf: []}}\n"
        )
    }

    fn loaded(folder: &Path, sources: &[&str], time: Duration) -> Catalog {
        let sources: Vec<CatalogSource> = sources.iter().map(|source| source.parse().unwrap()).collect();
        let budget = Budget::with_visits(Deadline::after(time), VISITS);
        catalog(&sources, Vec::new(), folder, budget).unwrap()
    }

    fn told(catalog: &Catalog) -> String {
        let lines: Vec<String> = catalog.problems.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn too_many_files_are_read_in_part_with_one_warning() {
        let folder = tempfile::tempdir().unwrap();
        let location = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n\
                        spec: {targets: ['./many/*/x.yaml', './many/*']}\n";
        fs::write(folder.path().join("catalog-info.yaml"), user("first") + "---\n" + location).unwrap();
        fs::create_dir(folder.path().join("many")).unwrap();
        for n in 0..2 * VISITS {
            fs::write(folder.path().join(format!("many/{n}")), "").unwrap();
        }
        for sources in [
            &["catalog-info.yaml"][..],
            &["catalog-info.yaml", "many"],
            &["catalog-info.yaml", "many/*", "**"],
        ] {
            let catalog = loaded(folder.path(), sources, Duration::from_mins(1));
            assert_eq!(catalog.entities.len(), 2, "{}", told(&catalog));
            assert_eq!(
                told(&catalog).matches("visits at most 50 files and folders").count(),
                1,
                "{}",
                told(&catalog)
            );
        }
    }

    #[test]
    fn files_found_before_the_limit_are_loaded() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..2 * VISITS {
            fs::write(folder.path().join(format!("{n}.txt")), "").unwrap();
        }
        fs::write(folder.path().join("catalog-info.yaml"), user("own")).unwrap();
        let catalog = loaded(folder.path(), &["."], Duration::from_mins(1));
        assert_eq!(catalog.entities.len(), 1, "{}", told(&catalog));
        assert!(told(&catalog).contains("visits at most 50"), "{}", told(&catalog));
        // Nothing is left to list the second folder with.
        fs::create_dir(folder.path().join("below")).unwrap();
        fs::write(folder.path().join("below/catalog-info.yaml"), user("below")).unwrap();
        let catalog = loaded(folder.path(), &[".", "below"], Duration::from_mins(1));
        assert_eq!(catalog.entities.len(), 2, "{}", told(&catalog));
        for n in 0..2 * VISITS {
            fs::rename(folder.path().join(format!("{n}.txt")), folder.path().join(format!("{n}.yaml")))
                .unwrap();
            fs::write(folder.path().join(format!("{n}.yaml")), user(&format!("u{n}"))).unwrap();
        }
        let catalog = loaded(folder.path(), &["*.yaml"], Duration::from_mins(1));
        assert!((VISITS - 5..=VISITS).contains(&catalog.entities.len()), "{}", catalog.entities.len());
    }

    #[test]
    fn targets_without_a_file_count_as_visits() {
        let folder = tempfile::tempdir().unwrap();
        let targets: Vec<String> = (0..2 * VISITS).map(|n| format!("./{n}.yaml")).collect();
        let location = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: all}}\n\
             spec: {{targets: [{}], presence: optional}}\n",
            targets.join(", ")
        );
        fs::write(folder.path().join("catalog-info.yaml"), location).unwrap();
        let catalog = loaded(folder.path(), &["catalog-info.yaml"], Duration::from_mins(1));
        assert_eq!(told(&catalog).matches("visits at most 50").count(), 1, "{}", told(&catalog));
    }

    #[test]
    fn a_load_that_times_out_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.yaml"), user("a")).unwrap();
        let catalog = loaded(folder.path(), &["a.yaml", "*.yaml", "."], Duration::ZERO);
        assert_eq!(told(&catalog).matches("takes at most 10 seconds").count(), 1, "{}", told(&catalog));
    }
}
