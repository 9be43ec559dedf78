//! The dark theme of the pictures: the RGB values of the terminal's colours.

use std::fmt;

/// A colour as SVG writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rgb(pub(super) u8, pub(super) u8, pub(super) u8);

pub(super) const BACKGROUND: Rgb = Rgb(0x14, 0x17, 0x1f);
pub(super) const FOREGROUND: Rgb = Rgb(0xd3, 0xd7, 0xe0);
pub(super) const FRAME: Rgb = Rgb(0x3a, 0x40, 0x4f);
pub(super) const TITLE: Rgb = Rgb(0x8b, 0x93, 0xa6);

const NAMED: [Rgb; 16] = [
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
];

impl Rgb {
    /// Returns the colour that a terminal shows for `color`, or `default` for the terminal's default colour.
    pub(super) fn of(color: vt100::Color, default: Self) -> Self {
        match color {
            vt100::Color::Default => default,
            vt100::Color::Rgb(red, green, blue) => Self(red, green, blue),
            vt100::Color::Idx(index) => Self::indexed(index),
        }
    }

    /// Returns one of the 256 colours: sixteen named, a cube of six steps per axis, then twenty-four greys.
    fn indexed(index: u8) -> Self {
        match index {
            0..=15 => NAMED[usize::from(index)],
            16..=231 => {
                let (cube, step) = (index - 16, |n: u8| if n == 0 { 0 } else { 55 + 40 * n });
                Self(step(cube / 36), step(cube / 6 % 6), step(cube % 6))
            }
            232..=255 => {
                let grey = 8 + 10 * (index - 232);
                Self(grey, grey, grey)
            }
        }
    }

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
        let shown = |index| Rgb::of(vt100::Color::Idx(index), FOREGROUND).to_string();
        assert_eq!(
            [16, 21, 196, 231, 232, 255].map(shown),
            ["#000000", "#0000ff", "#ff0000", "#ffffff", "#080808", "#eeeeee"]
        );
    }

    #[test]
    fn a_colour_left_to_the_terminal_is_the_theme_s() {
        assert_eq!(Rgb::of(vt100::Color::Default, BACKGROUND), BACKGROUND);
        assert_eq!(Rgb::of(vt100::Color::Rgb(1, 2, 3), BACKGROUND), Rgb(1, 2, 3));
    }

    #[test]
    fn dim_lies_between_text_and_background() {
        assert_eq!(Rgb(100, 0, 200).towards(Rgb(0, 100, 200), 40), Rgb(60, 40, 200));
    }
}
