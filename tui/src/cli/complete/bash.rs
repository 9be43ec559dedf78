//! bash, which breaks words at `:` and `=` and does not quote candidates.

use std::{env, ffi::OsString, io, path::Path};

use clap_complete::{
    engine::complete,
    env::{Bash as Usual, EnvCompleter},
};

/// clap's adapter, for candidates with colons and blanks.
pub(super) struct Bash;

/// The line of clap's script that loses a `:` or `=` before the cursor, and its replacement.
const WORD: [&str; 2] =
    ["words[COMP_CWORD]=\"$2\"", "[[ \"${words[COMP_CWORD]}\" == [=:] ]] || words[COMP_CWORD]=\"$2\""];

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        Usual.name()
    }

    fn is(&self, name: &str) -> bool {
        Usual.is(name)
    }

    fn write_registration(
        &self,
        var: &str,
        name: &str,
        bin: &str,
        completer: &str,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        let mut script = Vec::new();
        Usual.write_registration(var, name, bin, completer, &mut script)?;
        let script = String::from_utf8(script).map_err(io::Error::other)?;
        buf.write_all(script.replace(WORD[0], WORD[1]).as_bytes())
    }

    fn write_complete(
        &self,
        cmd: &mut clap::Command,
        args: Vec<OsString>,
        current_dir: Option<&Path>,
        buf: &mut dyn io::Write,
    ) -> io::Result<()> {
        let index = env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok()).unwrap_or(0);
        let separator = env::var("_CLAP_IFS").unwrap_or_else(|_| "\n".to_owned());
        let Joined { args, index, typed } = join(args, index);
        let candidates = complete(cmd, args, index, current_dir)?;
        let words: Vec<String> = candidates
            .iter()
            .map(|candidate| {
                let word = candidate.get_value().to_string_lossy();
                quoted(word.strip_prefix(&typed).unwrap_or(&word))
            })
            .collect();
        buf.write_all(words.join(&separator).as_bytes())
    }
}

/// The words as the user typed them.
#[derive(Debug, PartialEq, Eq)]
struct Joined {
    args: Vec<OsString>,
    /// The place of the word with the cursor.
    index: usize,
    /// The part of that word that bash does not replace.
    typed: String,
}

/// Joins the words that bash broke at `:` and `=`.
fn join(words: Vec<OsString>, index: usize) -> Joined {
    let mut joined = Joined { args: Vec::new(), index: 0, typed: String::new() };
    let mut is_open = false;
    for (place, word) in words.into_iter().enumerate() {
        let is_break = !joined.args.is_empty() && (word == ":" || word == "=");
        let before = match joined.args.last_mut() {
            Some(last) if is_break || is_open => {
                let before = last.to_string_lossy().into_owned();
                last.push(&word);
                before
            }
            _ => {
                joined.args.push(word.clone());
                String::new()
            }
        };
        if place == index {
            joined.index = joined.args.len() - 1;
            joined.typed = if is_break { format!("{before}{}", word.to_string_lossy()) } else { before };
        }
        is_open = is_break;
    }
    joined
}

/// Escapes what the shell would read as more than a word.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_@%+=:,./-~".contains(c);
    let mut quoted = String::with_capacity(word.len());
    for c in word.chars() {
        if !is_plain(c) {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(words: &[&str], index: usize) -> (Vec<String>, usize, String) {
        let Joined { args, index, typed } = join(words.iter().map(OsString::from).collect(), index);
        (args.into_iter().map(|word| word.into_string().unwrap()).collect(), index, typed)
    }

    #[test]
    fn words_that_bash_broke_are_joined() {
        let whole = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            joined(&["h", "show", "group", ":", "tr"], 4),
            (whole(&["h", "show", "group:tr"]), 2, "group:".to_owned())
        );
        assert_eq!(
            joined(&["h", "--component", "="], 2),
            (whole(&["h", "--component="]), 1, "--component=".to_owned())
        );
        assert_eq!(joined(&["h", "a=b", "c"], 2), (whole(&["h", "a=b", "c"]), 2, String::new()));
        assert_eq!(joined(&["h", "x", ":", "y", "z"], 4), (whole(&["h", "x:y", "z"]), 2, String::new()));
    }

    #[test]
    fn a_word_with_blanks_stays_one_word() {
        assert_eq!(quoted("Lint And Test"), r"Lint\ And\ Test");
        assert_eq!(quoted("$(rm) 'x'"), r"\$\(rm\)\ \'x\'");
        assert_eq!(quoted("group:trucks"), "group:trucks");
    }

    #[test]
    fn the_script_of_clap_has_the_line_that_is_replaced() {
        let mut script = Vec::new();
        Usual.write_registration("V", "n", "n", "n", &mut script).unwrap();
        assert!(String::from_utf8(script).unwrap().contains(WORD[0]));
    }
}
