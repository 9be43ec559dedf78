//! The user's own programs, as the environment names them: editor, pager and browser.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::Path,
    process::Command,
};

/// A program with its arguments, as a line for a shell: `code --wait`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserProgram {
    line: OsString,
    /// What to set for another program.
    pub variables: &'static str,
}

impl UserProgram {
    /// Returns the editor, `vi` unless the user has set one.
    pub fn editor() -> Self {
        let line = set(&["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".into());
        Self { line, variables: "VISUAL or EDITOR" }
    }

    /// Returns the pager, `less` unless the user has set one.
    pub fn pager() -> Self {
        Self { line: set(&["PAGER"]).unwrap_or_else(|| "less".into()), variables: "PAGER" }
    }

    /// Returns the browser that the user has set: the first, where there are several.
    pub fn browser() -> Option<Self> {
        let all = set(&["BROWSER"])?;
        let first = all.to_str().and_then(|all| all.split(':').next()).map_or(all.clone(), OsString::from);
        Some(Self { line: first, variables: "BROWSER" })
    }

    /// Writes the line, for a message.
    pub fn name(&self) -> String {
        self.line.to_string_lossy().into_owned()
    }

    /// Returns the command. A shell splits the line, as for git; an argument stays one whatever is in it.
    pub fn command<A: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = A>) -> Command {
        let mut line = self.line.clone();
        line.push(" \"$@\"");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(line).arg(&self.line).args(arguments);
        shell
    }

    /// Returns the arguments that open a file at a line. An editor that is not known gets the file alone.
    pub fn at_line(&self, path: &Path, line: usize) -> Vec<OsString> {
        // A path that begins with a dash is no option.
        let path = if path.is_relative() { Path::new(".").join(path) } else { path.to_owned() };
        let path = path.into_os_string();
        let mut with_line = path.clone();
        with_line.push(format!(":{line}"));
        match self.program().as_str() {
            "vi" | "vim" | "nvim" | "gvim" | "mvim" | "nano" | "pico" | "emacs" | "emacsclient" | "kak"
            | "joe" | "jed" | "jmacs" | "ne" | "mcedit" | "mg" | "micro" => {
                vec![format!("+{line}").into(), path]
            }
            "code" | "code-insiders" | "codium" | "cursor" | "windsurf" => vec!["--goto".into(), with_line],
            "hx" | "helix" | "subl" | "zed" | "zeditor" => vec![with_line],
            _ => vec![path],
        }
    }

    /// Returns the name of the program, without its folder and its arguments.
    fn program(&self) -> String {
        let line = self.line.to_string_lossy();
        let first = line.split_whitespace().next().unwrap_or_default();
        first.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

/// Returns the value of the first variable that is set.
fn set(names: &[&str]) -> Option<OsString> {
    names.iter().find_map(|name| env::var_os(name).filter(|value| !value.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn editor(line: &str) -> UserProgram {
        UserProgram { line: line.into(), variables: "EDITOR" }
    }

    #[test]
    fn a_file_is_opened_at_its_line() {
        let path = Path::new("/a b/c.yaml");
        for (line, arguments) in [
            ("vim", vec!["+7", "/a b/c.yaml"]),
            ("/usr/bin/nvim -p", vec!["+7", "/a b/c.yaml"]),
            ("code --wait", vec!["--goto", "/a b/c.yaml:7"]),
            ("hx", vec!["/a b/c.yaml:7"]),
            ("sh my-editor.sh", vec!["/a b/c.yaml"]),
        ] {
            assert_eq!(editor(line).at_line(path, 7), arguments, "{line}");
        }
        assert_eq!(editor("vi").at_line(Path::new("-c.yaml"), 1)[1], "./-c.yaml");
    }

    #[test]
    fn arguments_are_split_like_in_a_shell() {
        let output = editor("printf '%s|' 'a b'").command(["c d", "$(id)", "; id"]).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "a b|c d|$(id)|; id|");
    }
}
