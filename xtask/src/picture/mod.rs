//! A terminal's screen as an SVG picture, drawn from its cells.
//!
//! ```text
//! window   frame, dots, title
//! cells    screen -> fills (backgrounds), runs (text of one style), strokes (box drawing)
//! palette  terminal colours -> RGB, on a dark or a light background
//! lines    box-drawing and block characters -> paths
//! ```
//!
//! Text stays on the grid in any font, because each run has a start and a width. Lines and blocks are drawn as shapes,
//! because fonts leave gaps between them. The crate `anstyle-svg` leaves both to the font. Nothing here starts a program
//! or writes a file.

mod cells;
mod lines;
mod palette;
mod window;

pub(crate) use palette::{DARK, LIGHT, Palette};
pub(crate) use window::svg;

/// The width and height of a cell, in pixels.
const CELL: (f32, f32) = (9.0, 20.0);
