//! Which modules of the console may use which.

use super::{
    Offence,
    paths::{self, Named},
    tree::Source,
};

/// A module of `tui/src/`, the others that it may name, and why no more.
struct Layer {
    name: &'static str,
    uses: &'static [&'static str],
    why: &'static str,
}

const CONSOLE: &[&str] = &["app", "screens", "widgets", "catalog", "domain", "failure"];
const CONSOLE_IS: &str = "the console is a state machine: it says what it wants as an effect";

const LAYERS: &[Layer] = &[
    Layer { name: "domain", uses: &[], why: "nouns know nobody" },
    Layer { name: "failure", uses: &["domain"], why: "a failure is a noun, too" },
    Layer { name: "catalog", uses: &["domain", "failure"], why: "text in, entities and problems out" },
    Layer { name: "app", uses: CONSOLE, why: CONSOLE_IS },
    Layer { name: "screens", uses: CONSOLE, why: CONSOLE_IS },
    Layer { name: "widgets", uses: CONSOLE, why: CONSOLE_IS },
    Layer {
        name: "services",
        uses: &["catalog", "domain", "failure"],
        why: "clients know neither a screen nor where their settings come from",
    },
    Layer {
        name: "config",
        uses: &["catalog", "domain", "failure", "services"],
        why: "settings are decided before there is a console",
    },
    Layer {
        name: "runtime",
        uses: &["app", "screens", "widgets", "services", "catalog", "domain", "failure"],
        why: "the loop is handed what was decided, and serves the command line",
    },
    Layer {
        name: "cli",
        uses: &["app", "screens", "widgets", "runtime", "config", "services", "catalog", "domain", "failure"],
        why: "the command line is the outermost",
    },
    Layer {
        name: "parsers",
        uses: &["app", "screens", "config", "services", "catalog", "domain", "failure"],
        why: "it drives the others for tests, and nothing of it is drawn",
    },
    Layer { name: "panics", uses: &[], why: "of the binary: it sees the library from outside" },
];

/// Returns the places where a module names one that it may not.
pub(super) fn offences(sources: &[Source]) -> Vec<Offence> {
    sources.iter().flat_map(of_file).collect()
}

fn of_file(source: &Source) -> Vec<Offence> {
    let module = module(&source.path);
    let Some(name) = module.first() else { return Vec::new() };
    let Some(layer) = LAYERS.iter().find(|layer| layer.name == *name) else {
        return vec![Offence::new(&source.path, 1, format!("`{name}` has no row in the table of layers"))];
    };
    let wrong = |path: &Named| {
        let used = target(path, module.len())?;
        (used != *name && !layer.uses.contains(&used))
            .then(|| Offence::new(&source.path, path.line, format!("`{name}` uses `{used}`: {}", layer.why)))
    };
    paths::named(source).iter().filter_map(wrong).collect()
}

/// Returns the module that a file of the console is: `screens`, `home` for `tui/src/screens/home/mod.rs`.
fn module(path: &str) -> Vec<&str> {
    let Some(inside) = path.strip_prefix("tui/src/").and_then(|path| path.strip_suffix(".rs")) else {
        return Vec::new();
    };
    inside.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main")).collect()
}

/// Returns the outermost module that a path leads to, when it begins at the crate's root or climbs up to it.
fn target(path: &Named, depth: usize) -> Option<&str> {
    let climbed = path.segments.iter().take_while(|segment| *segment == "super").count();
    if path.segments.first()? == "crate" {
        path.segments.get(1).map(String::as_str)
    } else if climbed >= depth {
        // A module inside a file climbs less far than it seems; what it then names is no layer.
        let name = path.segments.get(climbed)?;
        LAYERS.iter().map(|layer| layer.name).find(|layer| layer == name)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str, text: &str) -> Vec<String> {
        offences(&[Source::new(path, text)]).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_layer_is_held_to_its_row() {
        for layer in LAYERS {
            for other in LAYERS {
                let text = format!("use crate::{}::X;", other.name);
                let path = format!("tui/src/{}/x.rs", layer.name);
                let allowed = layer.name == other.name || layer.uses.contains(&other.name);
                assert_eq!(told(&path, &text).is_empty(), allowed, "{} uses {}", layer.name, other.name);
            }
        }
    }

    #[test]
    fn a_layer_is_found_in_a_group_by_its_line() {
        let text = "use crate::{\n    domain::run::Run,\n    services::{Services, http},\n};\n";
        let expected = format!("tui/src/screens/runs/mod.rs:3: `screens` uses `services`: {CONSOLE_IS}");
        assert_eq!(told("tui/src/screens/runs/mod.rs", text), [expected.clone(), expected]);
    }

    #[test]
    fn climbing_out_of_the_module_is_seen() {
        assert_eq!(told("tui/src/failure.rs", "use super::app::App;").len(), 1);
        assert_eq!(told("tui/src/domain/run.rs", "use super::super::app::App;").len(), 1);
        assert!(told("tui/src/domain/run.rs", "use super::time::Now;").is_empty());
        assert!(told("tui/src/failure.rs", "mod x { use super::Failure; }").is_empty());
    }

    #[test]
    fn tests_may_use_whom_they_like() {
        assert!(told("tui/src/app/mod.rs", "#[cfg(test)]\nmod tests { use crate::cli::X; }").is_empty());
        assert!(told("tui/src/app/tests.rs", "use crate::cli::X;").is_empty());
    }

    #[test]
    fn a_new_module_needs_a_row() {
        assert_eq!(
            told("tui/src/plugins.rs", ""),
            ["tui/src/plugins.rs:1: `plugins` has no row in the table of layers"]
        );
    }
}
