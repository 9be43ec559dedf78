//! Drawing, told what to draw. Nothing here decides anything or knows a screen.

pub mod chrome;
pub mod form;
pub mod overlay;
pub mod remote;
pub mod scroll;
pub mod table;
pub mod text;
pub mod wrap;
