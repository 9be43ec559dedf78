//! What a list needs to know of a noun.

use std::{fmt::Debug, hash::Hash};

use hello_model::time::Timestamp;
use hello_state::present::Columns;

/// A noun that a screen lists.
pub trait Listed: Sized + Debug + 'static {
    /// What a row keeps when its content or its place changes.
    type Key: Clone + Eq + Hash + Debug;
    /// The word for one row.
    const NOUN: &'static str;
    /// The word for several.
    const PLURAL: &'static str;
    const COLUMNS: &'static Columns<Self>;

    fn key(&self) -> &Self::Key;

    /// Returns since when a duration in the row counts up; `None` if nothing in it changes by itself.
    fn running_since(&self) -> Option<Timestamp> {
        None
    }

    /// Returns the time that the row's age counts from.
    fn began_at(&self) -> Option<Timestamp> {
        None
    }
}
