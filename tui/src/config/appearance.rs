//! How the dashboard looks: its colours, and whether it draws ASCII characters only.

use std::env;

use hello_console::theme::Background;
use serde::Deserialize;

/// The settings of the file about looks. They are the same in all contexts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Appearance {
    pub theme: ThemeName,
    /// `None`: decided by the locale.
    pub ascii: Option<bool>,
}

/// The name of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// As the terminal says in `COLORFGBG`; dark if it says nothing.
    #[default]
    Auto,
    Dark,
    Light,
}

impl Appearance {
    /// Returns the background for which colours are chosen.
    pub fn background(self) -> Background {
        match self.theme {
            ThemeName::Dark => Background::Dark,
            ThemeName::Light => Background::Light,
            ThemeName::Auto => told_background(&variable("COLORFGBG").unwrap_or_default()),
        }
    }

    /// Reports whether only ASCII characters are drawn.
    pub fn is_ascii(self) -> bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        self.ascii.unwrap_or_else(|| locale.is_some_and(|locale| !is_utf8(&locale)))
    }
}

/// Reads the background from `COLORFGBG`: `15;0` is white on black, as is `15;default;0`.
fn told_background(text: &str) -> Background {
    match text.rsplit(';').next().and_then(|number| number.parse::<u8>().ok()) {
        Some(7 | 9..=15) => Background::Light,
        _ => Background::Dark,
    }
}

/// Reports whether text in a locale is UTF-8: `de_DE.UTF-8`, `C.utf8`.
fn is_utf8(locale: &str) -> bool {
    let locale = locale.to_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_says_whether_it_is_light() {
        let told = |text| told_background(text) == Background::Light;
        assert!(told("0;15") && told("0;default;15") && told("8;7"));
        assert!(!told("15;0") && !told("") && !told("0;8") && !told("default;default") && !told("0;300"));
    }

    #[test]
    fn a_locale_says_whether_it_is_utf8() {
        assert!(is_utf8("de_DE.UTF-8") && is_utf8("C.utf8") && is_utf8("en_US.UTF8@euro"));
        assert!(!is_utf8("C") && !is_utf8("POSIX") && !is_utf8("en_US.ISO-8859-1"));
    }

    #[test]
    fn the_settings_go_before_the_surroundings() {
        let of = |theme, ascii| Appearance { theme, ascii };
        assert_eq!(of(ThemeName::Light, None).background(), Background::Light);
        assert_eq!(of(ThemeName::Dark, None).background(), Background::Dark);
        assert!(of(ThemeName::Auto, Some(true)).is_ascii() && !of(ThemeName::Auto, Some(false)).is_ascii());
    }
}
