//! How long a file may be, and what it may not be called.

use super::{Offence, tree::Source};

/// A longer file holds more than one idea.
const LONGEST: usize = 500;

/// Names that say nothing, so that anything ends up there.
const NAMELESS: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "manager"];

/// Returns the files that are too long or have no name of their own.
pub(super) fn offences(sources: &[Source]) -> Vec<Offence> {
    sources.iter().flat_map(|source| [too_long(source), nameless(source)]).flatten().collect()
}

fn too_long(source: &Source) -> Option<Offence> {
    let lines = source.text.lines().count();
    let why = format!("{lines} lines; a file of more than {LONGEST} holds more than one idea");
    (lines > LONGEST).then(|| Offence::new(&source.path, lines, why))
}

fn nameless(source: &Source) -> Option<Offence> {
    let path = source.path.trim_end_matches(".rs");
    let name = path.split('/').find(|part| NAMELESS.contains(part))?;
    let why = format!("`{name}` says nothing: the missing idea wants a name of its own");
    Some(Offence::new(&source.path, 1, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_told_with_its_length() {
        let fits = Source::new("a/src/b.rs", &"\n".repeat(500));
        let long = Source::new("a/tests/it/b.rs", &"\n".repeat(501));
        let told: Vec<String> = offences(&[fits, long]).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["a/tests/it/b.rs:501: 501 lines; a file of more than 500 holds more than one idea"]
        );
    }

    #[test]
    fn a_name_that_says_nothing_is_told() {
        let found = |path| offences(&[Source::new(path, "")]).len();
        assert_eq!(found("a/src/utils.rs"), 1);
        assert_eq!(found("a/src/helpers/mod.rs"), 1);
        assert_eq!(found("a/tests/it/common.rs"), 1);
        assert_eq!(found("a/src/commonality.rs"), 0);
    }
}
