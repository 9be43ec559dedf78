//! The screens. Each holds how data is looked at, never the data: that is in the cache, and a screen says what it wants.

pub mod catalog;
pub mod deployments;
pub mod filter;
mod filter_bar;
pub mod home;
mod list;
pub mod list_state;
pub mod logs;
pub mod runs;
mod split;
pub mod trucks;

use crate::screen::ScreenSpec;

/// All screens, in the order of their tabs and number keys.
pub static SCREENS: &[ScreenSpec] =
    &[home::SPEC, catalog::SPEC, trucks::SPEC, runs::SPEC, deployments::SPEC, logs::SPEC];

#[cfg(test)]
mod tests;
