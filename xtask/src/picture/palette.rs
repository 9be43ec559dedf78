//! A terminal's palette: the RGB values of its sixteen colours, on a dark or on a light background.

use std::fmt;

/// A colour as SVG writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

/// The colours of a terminal and of the window around it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Palette {
    pub(super) background: Rgb,
    pub(super) foreground: Rgb,
    pub(super) frame: Rgb,
    pub(super) title: Rgb,
    named: [Rgb; 16],
}

/// Light text on a dark background.
pub(crate) const DARK: Palette = Palette {
    background: Rgb(0x14, 0x17, 0x1f),
    foreground: Rgb(0xd3, 0xd7, 0xe0),
    frame: Rgb(0x3a, 0x40, 0x4f),
    title: Rgb(0x8b, 0x93, 0xa6),
    named: [
        Rgb(0x2b, 0x30, 0x3b),
        Rgb(0xe0, 0x6c, 0x75),
        Rgb(0x8f, 0xc4, 0x6f),
        Rgb(0xe2, 0xb8, 0x5c),
        Rgb(0x62, 0xa8, 0xee),
        Rgb(0xc5, 0x82, 0xdd),
        Rgb(0x56, 0xb9, 0xc4),
        Rgb(0xb6, 0xbd, 0xca),
        Rgb(0x6b, 0x73, 0x85),
        Rgb(0xf0, 0x87, 0x8f),
        Rgb(0xaa, 0xda, 0x8c),
        Rgb(0xf2, 0xcf, 0x82),
        Rgb(0x8a, 0xc0, 0xf7),
        Rgb(0xd8, 0xa2, 0xec),
        Rgb(0x7d, 0xd2, 0xdb),
        Rgb(0xf2, 0xf4, 0xf8),
    ],
};

/// Dark text on a light background. Yellow and cyan are as pale as terminals show them on white.
pub(crate) const LIGHT: Palette = Palette {
    background: Rgb(0xff, 0xff, 0xff),
    foreground: Rgb(0x24, 0x29, 0x2f),
    frame: Rgb(0xc4, 0xc9, 0xd1),
    title: Rgb(0x57, 0x60, 0x6a),
    named: [
        Rgb(0x24, 0x29, 0x2f),
        Rgb(0xc9, 0x1b, 0x26),
        Rgb(0x1a, 0x7f, 0x37),
        Rgb(0xc4, 0xa0, 0x00),
        Rgb(0x09, 0x50, 0xc7),
        Rgb(0x8a, 0x2b, 0xb5),
        Rgb(0x1b, 0xa8, 0xb5),
        Rgb(0xd0, 0xd5, 0xdc),
        Rgb(0x6e, 0x77, 0x81),
        Rgb(0xe5, 0x53, 0x4b),
        Rgb(0x34, 0xa8, 0x53),
        Rgb(0xe3, 0xc3, 0x2b),
        Rgb(0x4a, 0x8b, 0xf0),
        Rgb(0xb0, 0x5c, 0xd6),
        Rgb(0x4c, 0xc9, 0xd4),
        Rgb(0xff, 0xff, 0xff),
    ],
};

impl Palette {
    /// Returns the colour that the terminal shows for `color`, or `default` for the terminal's default colour.
    pub(super) fn shown(&self, color: vt100::Color, default: Rgb) -> Rgb {
        match color {
            vt100::Color::Default => default,
            vt100::Color::Rgb(red, green, blue) => Rgb(red, green, blue),
            vt100::Color::Idx(index) => self.indexed(index),
        }
    }

    /// Returns one of the 256 colours: sixteen named, a cube of six steps per axis, then twenty-four greys.
    fn indexed(&self, index: u8) -> Rgb {
        match index {
            0..=15 => self.named[usize::from(index)],
            16..=231 => {
                let (cube, step) = (index - 16, |n: u8| if n == 0 { 0 } else { 55 + 40 * n });
                Rgb(step(cube / 36), step(cube / 6 % 6), step(cube % 6))
            }
            232..=255 => {
                let grey = 8 + 10 * (index - 232);
                Rgb(grey, grey, grey)
            }
        }
    }
}

impl Rgb {
    /// Mixes in `percent` of `other`, as dim text mixes with its background.
    pub(super) fn towards(self, other: Self, percent: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let mixed = (u16::from(from) * (100 - percent) + u16::from(to) * percent) / 100;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_256_colours_are_those_of_xterm_beyond_the_named() {
        let shown = |index| DARK.shown(vt100::Color::Idx(index), DARK.foreground).to_string();
        assert_eq!(
            [16, 21, 196, 231, 232, 255].map(shown),
            ["#000000", "#0000ff", "#ff0000", "#ffffff", "#080808", "#eeeeee"]
        );
    }

    #[test]
    fn a_colour_left_to_the_terminal_is_the_theme_s() {
        assert_eq!(LIGHT.shown(vt100::Color::Default, LIGHT.background), LIGHT.background);
        assert_eq!(LIGHT.shown(vt100::Color::Rgb(1, 2, 3), LIGHT.background), Rgb(1, 2, 3));
        assert_ne!(
            LIGHT.shown(vt100::Color::Idx(1), LIGHT.background),
            DARK.shown(vt100::Color::Idx(1), DARK.background)
        );
    }

    #[test]
    fn dim_lies_between_text_and_background() {
        assert_eq!(Rgb(100, 0, 200).towards(Rgb(0, 100, 200), 40), Rgb(60, 40, 200));
    }
}
