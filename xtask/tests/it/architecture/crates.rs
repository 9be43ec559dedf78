//! Which crates of the workspace may use which, and that versions are chosen in the root alone.

use super::{Offence, tree::Source};

/// A crate, the crates of ours that it may use, and why no more.
struct Crate {
    name: &'static str,
    uses: &'static [&'static str],
    /// Those that a build may leave out, and must therefore be able to.
    optional: &'static [&'static str],
    why: &'static str,
}

const CRATES: &[Crate] = &[
    Crate {
        name: "hello-files",
        uses: &[],
        optional: &[],
        why: "opening a file safely is the same whatever is in it",
    },
    Crate {
        name: "hello-shared",
        uses: &[],
        optional: &[],
        why: "what goes over the wire knows neither end",
    },
    Crate {
        name: "hello-server",
        uses: &["hello-files", "hello-shared"],
        optional: &[],
        why: "the service knows no client",
    },
    Crate {
        name: "hello-sandbox",
        uses: &["hello-server", "hello-shared"],
        optional: &[],
        why: "the sandbox is the outside world, and that does not know the console",
    },
    Crate {
        name: "hello-tui",
        uses: &["hello-files", "hello-shared"],
        optional: &["hello-sandbox"],
        why: "the console knows the world by its wire; only the sandbox may live in the same process",
    },
    Crate { name: "xtask", uses: &[], optional: &[], why: "chores look at the product from outside" },
];

/// Returns the dependencies that a manifest may not have.
pub(super) fn offences(manifests: &[Source]) -> Vec<Offence> {
    manifests.iter().flat_map(of_manifest).collect()
}

fn of_manifest(manifest: &Source) -> Vec<Offence> {
    let entries = entries(&manifest.text);
    let name = entries.iter().find(|entry| entry.section == "package" && entry.key == "name");
    let name = name.map_or("", |entry| entry.value.trim_matches('"'));
    let Some(known) = CRATES.iter().find(|known| known.name == name) else {
        return vec![Offence::new(&manifest.path, 1, format!("`{name}` has no row in the table of crates"))];
    };
    let dependencies = entries.iter().filter(|entry| entry.is_dependency());
    dependencies
        .flat_map(|entry| [entry.own_version(), known.forbids(entry)].map(|why| (entry.line, why)))
        .filter_map(|(line, why)| Some(Offence::new(&manifest.path, line, why?)))
        .collect()
}

impl Crate {
    fn forbids(&self, entry: &Entry<'_>) -> Option<String> {
        let used = CRATES.iter().find(|other| other.name == entry.name())?;
        if self.optional.contains(&used.name) {
            let can_be_left_out = entry.section != "dependencies" || entry.value.contains("optional = true");
            return (!can_be_left_out).then(|| format!("`{}` must be optional: {}", used.name, self.why));
        }
        (!self.uses.contains(&used.name))
            .then(|| format!("`{}` uses `{}`: {}", self.name, used.name, self.why))
    }
}

/// A line `key = value` of a manifest, below the heading of its section.
struct Entry<'a> {
    section: &'a str,
    key: &'a str,
    value: &'a str,
    line: usize,
}

impl Entry<'_> {
    /// Tells whether this is about a dependency, in whichever of the ways to write one.
    fn is_dependency(&self) -> bool {
        self.section.split('.').any(|part| part.ends_with("dependencies"))
    }

    /// Returns what is depended on: `[dependencies.NAME]`, `NAME.workspace`, or plainly `NAME`.
    fn name(&self) -> &str {
        let inside = self.section.rsplit('.').next().filter(|part| !part.ends_with("dependencies"));
        inside.unwrap_or_else(|| self.key.split('.').next().unwrap_or_default())
    }

    fn own_version(&self) -> Option<String> {
        let is_named_by_section = self.section.ends_with(&format!("dependencies.{}", self.name()));
        let inherits = match self.key.split_once('.') {
            None if is_named_by_section => !matches!(self.key, "version" | "path" | "git"),
            None => self.value.contains("workspace = true") && !self.value.contains("version"),
            Some((_, key)) => key == "workspace",
        };
        let why = "write `workspace = true`: a version is chosen once, in the root";
        (!inherits).then(|| format!("`{}`: {why}", self.name()))
    }
}

fn entries(manifest: &str) -> Vec<Entry<'_>> {
    let mut section = "";
    let mut entries = Vec::new();
    for (index, line) in manifest.lines().enumerate() {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = heading;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            entries.push(Entry { section, key: key.trim(), value: value.trim(), line: index + 1 });
        }
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(name: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{name}\"\n{dependencies}");
        offences(&[Source::new("a/Cargo.toml", &text)]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_crate_is_held_to_its_row() {
        for (krate, other) in CRATES.iter().flat_map(|k| CRATES.iter().map(move |other| (k, other.name))) {
            let allowed = krate.uses.contains(&other) || krate.optional.contains(&other);
            let text = format!("[dependencies]\n{other} = {{ workspace = true, optional = true }}\n");
            assert_eq!(told(krate.name, &text).is_empty(), allowed, "{} uses {other}", krate.name);
            let text = format!("[dev-dependencies]\n{other}.workspace = true\n");
            assert_eq!(told(krate.name, &text).is_empty(), allowed, "{} tests with {other}", krate.name);
        }
    }

    #[test]
    fn the_console_can_be_built_without_the_sandbox() {
        let found =
            told("hello-tui", "[dependencies]\nserde.workspace = true\nhello-sandbox.workspace = true\n");
        assert!(found[0].starts_with("a/Cargo.toml:5: `hello-sandbox` must be optional: "), "{found:?}");
    }

    #[test]
    fn a_version_outside_the_root_is_found_however_it_is_written() {
        for text in [
            "[dependencies]\nserde = \"1\"",
            "[dev-dependencies]\nserde = { version = \"1\" }",
            "[build-dependencies]\nserde.version = \"1\"",
            "[target.'cfg(unix)'.dependencies]\nserde = { git = \"x\" }",
            "[dependencies.serde]\nversion = \"1\"",
        ] {
            let found = told("xtask", text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert!(found[0].contains("`serde`: write `workspace = true`"), "{found:?}");
        }
    }

    #[test]
    fn the_usual_ways_to_inherit_are_fine() {
        let text = "[dependencies]\n# why\na.workspace = true\nb = { workspace = true, features = [\"x\"] } # why\n\
                    [dependencies.c]\nworkspace = true\nfeatures = [\"x\"]\n[features]\nd = [\"dep:b\"]\n";
        assert!(told("xtask", text).is_empty());
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        assert_eq!(told("hello-web", ""), ["a/Cargo.toml:1: `hello-web` has no row in the table of crates"]);
    }
}
