//! Colours help, and nothing depends on them.

use crossterm::event::KeyCode;
use hello_console::theme::{Background, Theme};
use jiff::tz::TimeZone;
use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use crate::{
    answers::answers,
    screens::{Told, all},
};

const SIZE: (u16, u16) = (120, 40);

/// Returns the cells of every screen, also with help, palette, filter and form.
fn cells(theme: impl Fn() -> Theme) -> Vec<Vec<Cell>> {
    let mut drawn = Vec::new();
    for screen in all() {
        for keys in ["", "?", ":", "/a", "n"] {
            let mut told = Told::themed(screen, |query| Some(Ok(answers(query))), theme());
            told.press(keys);
            drawn.push(told.drawn(SIZE).backend().buffer().content.clone());
        }
    }
    drawn
}

#[test]
fn without_colour_every_word_and_sign_is_the_same() {
    let plain = cells(|| Theme::new(false, TimeZone::UTC));
    let coloured = cells(|| Theme::new(true, TimeZone::UTC));
    for (plain, coloured) in plain.iter().flatten().zip(coloured.iter().flatten()) {
        assert_eq!((plain.fg, plain.bg), (Color::Reset, Color::Reset), "{plain:?}");
        assert_eq!(plain.symbol(), coloured.symbol());
    }
}

#[test]
fn a_selection_has_one_plain_style_on_every_screen() {
    for screen in all() {
        for keys in ["", "p", "l", "\n"] {
            let mut told =
                Told::themed(screen, |query| Some(Ok(answers(query))), Theme::new(true, TimeZone::UTC));
            match keys {
                "\n" => told.key(KeyCode::Enter),
                keys => told.press(keys),
            }
            let drawn = told.drawn(SIZE);
            for cell in &drawn.backend().buffer().content {
                let is_coloured = (cell.fg, cell.bg) != (Color::Reset, Color::Reset);
                let is_selected = cell.modifier.contains(Modifier::REVERSED);
                assert!(!(is_selected && is_coloured), "{screen:?} after {keys:?}: {cell:?}");
            }
        }
    }
}

#[test]
fn only_the_sixteen_colours_of_the_terminal_are_used() {
    for background in [Background::Dark, Background::Light] {
        let drawn = cells(|| Theme::new(true, TimeZone::UTC).on(background));
        let colours = drawn.iter().flatten().flat_map(|cell| [cell.fg, cell.bg]);
        let others: Vec<_> =
            colours.filter(|colour| matches!(colour, Color::Rgb(..) | Color::Indexed(_))).collect();
        assert_eq!(others, []);
    }
}
