//! The screens. Each holds how data is looked at, never the data: that is in the cache, and a screen says what it wants.

pub mod catalog;
mod column_chooser;
mod contents;
pub mod deployments;
mod editing;
pub mod entity;
pub mod environments;
pub mod filter;
mod filter_bar;
pub mod home;
mod list;
pub mod list_state;
mod listed;
pub mod logs;
mod row_order;
pub mod runs;
pub mod source;
mod split;
pub mod trucks;
mod write_ids;

use hello_catalog::entity::Entity;
use hello_model::{deployment::Deployment, run::Run, truck::Truck};

use self::list_state::Listed;
use crate::screen::ScreenSpec;

/// All screens, in the order of their tabs and number keys.
pub static SCREENS: &[ScreenSpec] =
    &[home::SPEC, catalog::SPEC, trucks::SPEC, runs::SPEC, deployments::SPEC, logs::SPEC];

/// The screens that are only tabs of a page: those of an entity.
pub static PAGES: &[ScreenSpec] = &[entity::SPEC, environments::SPEC, source::SPEC, runs::log::SPEC];

/// The nouns that screens list.
pub const NOUNS: [&str; 4] = [Entity::NOUN, Truck::NOUN, Run::NOUN, Deployment::NOUN];

#[cfg(test)]
mod tests;
