//! Drawing, told what to draw. Nothing here decides anything or knows a screen.

pub mod chrome;
pub mod details;
pub mod footer;
pub mod form;
pub mod header;
pub mod help;
pub mod overlay;
pub mod palette;
pub mod remote;
pub mod scroll;
pub mod tab_strip;
pub mod table;
pub mod tabs;
pub mod text;
pub mod wrap;
