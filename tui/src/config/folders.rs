//! The user's folders according to the XDG Base Directory Specification.

use std::{env, ffi::OsString, path::PathBuf};

/// Returns the folder for the console's own files: its audit trail and its log.
pub fn state_folder() -> Option<PathBuf> {
    Some(base("XDG_STATE_HOME", ".local/state")?.join("hello-tui"))
}

/// Returns the folder for settings.
pub(super) fn config_folder() -> Option<PathBuf> {
    Some(base("XDG_CONFIG_HOME", ".config")?.join("hello-tui"))
}

fn base(variable: &str, below_home: &str) -> Option<PathBuf> {
    choose(env::var_os(variable), env::var_os("HOME"), below_home)
}

/// Prefers the variable to the home folder. By the specification, an empty or relative path counts as unset.
fn choose(variable: Option<OsString>, home: Option<OsString>, below_home: &str) -> Option<PathBuf> {
    let absolute = |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| Some(absolute(home)?.join(below_home)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variable: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
        choose(variable.map(OsString::from), home.map(OsString::from), ".config")
    }

    #[test]
    fn the_variable_goes_before_the_home_folder() {
        assert_eq!(chosen(Some("/x"), Some("/home/me")), Some("/x".into()));
        assert_eq!(chosen(Some("/x"), None), Some("/x".into()));
        assert_eq!(chosen(None, Some("/home/me")), Some("/home/me/.config".into()));
    }

    #[test]
    fn an_empty_or_relative_path_is_unset() {
        for path in ["", "x", "./x", "../x"] {
            assert_eq!(chosen(Some(path), Some("/home/me")), Some("/home/me/.config".into()));
            assert_eq!(chosen(Some(path), Some(path)), None);
        }
    }
}
