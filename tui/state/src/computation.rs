//! Work that can take longer than a frame, as data.
//!
//! The console asks for a computation, the runtime runs it on a thread of its own, and the results come back in pieces. A
//! newer computation of the same screen replaces an older one.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hello_catalog::Catalog;
use hello_model::filter::{Clock, Filter};

use crate::present::{self, Format};

/// The number of entities between two checks of the stop flag.
const PIECE: usize = 1_000;

/// The input of a computation.
#[derive(Debug, Clone, PartialEq)]
pub enum Computation {
    SearchCatalog(CatalogSearch),
}

/// A search for the entities that pass a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogSearch {
    pub catalog: Arc<Catalog>,
    /// The filter as it was typed.
    pub filter: String,
    /// The present time, for ages, and the time zone.
    pub clock: Clock,
}

/// A piece of the result of a computation.
#[derive(Debug, Clone, PartialEq)]
pub enum ComputationResult {
    CatalogSearch(Found),
}

/// The entities found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The catalog that was searched.
    pub catalog: Arc<Catalog>,
    /// The filter as it was typed.
    pub filter: String,
    /// Positions in the catalog's entities, in their order.
    pub rows: Vec<usize>,
    pub is_complete: bool,
}

impl Computation {
    /// Reports whether another computation has the same result, apart from ages.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::SearchCatalog(one), Self::SearchCatalog(other)) => {
                Arc::ptr_eq(&one.catalog, &other.catalog) && one.filter == other.filter
            }
        }
    }

    /// Runs the computation until it is done or `stop` is set. `emit` takes each piece of the result.
    pub fn run(&self, stop: &AtomicBool, emit: &mut dyn FnMut(ComputationResult)) {
        match self {
            Self::SearchCatalog(search) => {
                search.run(stop, &mut |found| emit(ComputationResult::CatalogSearch(found)));
            }
        }
    }
}

impl CatalogSearch {
    /// Emits the rows of the first piece at once, for a screen that shows a few of them, and then all rows.
    fn run(&self, stop: &AtomicBool, emit: &mut dyn FnMut(Found)) {
        let columns = &present::entity::COLUMNS;
        let format = Format { clock: self.clock.clone(), has_year: false };
        let mut matcher = Filter::parse(&self.filter).matcher(&columns.fields(), &format.clock);
        let mut rows = Vec::new();
        let pieces = self.catalog.entities.chunks(PIECE).enumerate();
        for (piece, entities) in pieces {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let passing = entities.iter().enumerate();
            let passing = passing.filter(|(_, entity)| matcher.matches(&columns.row(entity, &format)));
            rows.extend(passing.map(|(place, _)| piece * PIECE + place));
            if piece == 0 && self.catalog.entities.len() > PIECE {
                emit(self.found(rows.clone(), false));
            }
        }
        emit(self.found(rows, true));
    }

    fn found(&self, rows: Vec<usize>, is_complete: bool) -> Found {
        Found { catalog: Arc::clone(&self.catalog), filter: self.filter.clone(), rows, is_complete }
    }
}

impl Found {
    /// Reports whether it answers a search of this catalog with this filter.
    pub fn answers(&self, catalog: &Arc<Catalog>, filter: &str) -> bool {
        Arc::ptr_eq(&self.catalog, catalog) && self.filter == filter
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use hello_catalog::{Source, read};
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;

    fn search(filter: &str) -> CatalogSearch {
        let mut text = String::new();
        for number in 0..2_500 {
            let name = if number % 1_000 == 7 { "wanted" } else { "other" };
            let _ = write!(
                text,
                "---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {{name: {name}-{number}}}\nspec: \
                 {{type: a, owner: b}}\n"
            );
        }
        let catalog = read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }]);
        let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC };
        CatalogSearch { catalog: Arc::new(catalog), filter: filter.to_owned(), clock }
    }

    #[test]
    fn the_first_rows_come_before_all_rows() {
        let computation = Computation::SearchCatalog(search("name:wanted"));
        let mut pieces = Vec::new();
        computation.run(&AtomicBool::new(false), &mut |ComputationResult::CatalogSearch(found)| {
            pieces.push((found.rows, found.is_complete));
        });
        assert_eq!(pieces, [(vec![7], false), (vec![7, 1_007, 2_007], true)]);
    }

    #[test]
    fn a_stopped_computation_has_no_result() {
        let mut pieces = 0;
        Computation::SearchCatalog(search("other")).run(&AtomicBool::new(true), &mut |_| pieces += 1);
        assert_eq!(pieces, 0);
    }
}
