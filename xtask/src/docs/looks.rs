//! How a screen is shown: the size of the terminal, and its theme.

use crate::{
    picture::{DARK, LIGHT, Palette},
    terminal::Size,
};

/// The sizes, from the largest to the smallest.
pub(super) const SIZES: [Size; 4] =
    [Size::new(200, 55), Size::new(120, 40), Size::new(80, 24), Size::new(60, 18)];

/// The size of the pictures in the pages, and of those that show a theme.
pub(super) const USUAL: Size = SIZES[1];

/// The colours and characters of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    Dark,
    Light,
    /// `NO_COLOR` is set.
    Plain,
    /// The locale is not UTF-8.
    Ascii,
}

pub(super) const THEMES: [Theme; 4] = [Theme::Dark, Theme::Light, Theme::Plain, Theme::Ascii];

/// A size and a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) size: Size,
    pub(super) theme: Theme,
}

/// Returns every size in every theme.
pub(super) fn every() -> Vec<Look> {
    SIZES.into_iter().flat_map(|size| THEMES.map(|theme| Look { size, theme })).collect()
}

/// Returns the looks that the repository keeps: every size in the dark theme, and every theme at the usual size.
pub(super) fn committed() -> Vec<Look> {
    every().into_iter().filter(|look| look.size == USUAL || look.theme == Theme::Dark).collect()
}

impl Theme {
    /// Returns its name in the names of files.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Plain => "no-color",
            Self::Ascii => "ascii",
        }
    }

    /// Returns its name in a sentence.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Plain => "without colours",
            Self::Ascii => "ASCII",
        }
    }

    /// Returns the variables that make a program use it, beside those of a terminal with UTF-8.
    pub(super) fn variables(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Dark => &[("COLORFGBG", "15;0")],
            Self::Light => &[("COLORFGBG", "0;15")],
            Self::Plain => &[("NO_COLOR", "1")],
            Self::Ascii => &[("LANG", "C")],
        }
    }

    pub(super) fn palette(self) -> &'static Palette {
        if self == Self::Light { &LIGHT } else { &DARK }
    }
}

impl Look {
    /// Returns the name of the file with this look of a scene. The usual one has the name of the scene alone.
    pub(super) fn file(self, scene: &str) -> String {
        let size = if self.size == USUAL { String::new() } else { format!("-{}", self.size) };
        let theme = if self.theme == Theme::Dark { String::new() } else { format!("-{}", self.theme.name()) };
        format!("{scene}{size}{theme}.svg")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_after_what_is_unusual() {
        let file = |size, theme| Look { size, theme }.file("home");
        assert_eq!(file(USUAL, Theme::Dark), "home.svg");
        assert_eq!(file(USUAL, Theme::Light), "home-light.svg");
        assert_eq!(file(SIZES[3], Theme::Dark), "home-60x18.svg");
        assert_eq!(file(SIZES[0], Theme::Plain), "home-200x55-no-color.svg");
    }

    #[test]
    fn every_size_and_every_theme_is_kept() {
        let kept = committed();
        assert_eq!((kept.len(), every().len()), (7, 16));
        assert!(SIZES.iter().all(|size| kept.iter().any(|look| look.size == *size)));
        assert!(THEMES.iter().all(|theme| kept.iter().any(|look| look.theme == *theme)));
    }
}
