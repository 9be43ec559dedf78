//! Work that can take longer than a frame, as data.
//!
//! The console asks for a computation, the runtime runs it on a thread of its own, and the results come back in pieces. A
//! newer computation of the same screen replaces an older one.

mod job_log;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use hello_catalog::Catalog;
use hello_model::filter::{Clock, Filter};

pub use self::job_log::{JobLogMatches, JobLogSearch};
use crate::present::{Format, Sort, Texts, entity::COLUMNS};

/// The number of entities between two checks of the stop flag.
const PIECE: usize = 1_000;

/// The input of a computation.
#[derive(Debug, Clone, PartialEq)]
pub enum Computation {
    SearchCatalog(CatalogSearch),
    SearchJobLog(JobLogSearch),
}

/// A search for the entities that pass a filter.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogSearch {
    pub catalog: Arc<Catalog>,
    /// The texts of the entities, if an earlier search of the same catalog has made them.
    pub texts: Option<Arc<Texts>>,
    /// The filter as it was typed.
    pub filter: String,
    /// The column that the entities found are sorted by.
    pub sort: Option<Sort>,
    /// The present time, for ages, and the time zone.
    pub clock: Clock,
}

/// A piece of the result of a computation.
#[derive(Debug, Clone, PartialEq)]
pub enum ComputationResult {
    CatalogSearch(Found),
    JobLogSearch(JobLogMatches),
}

/// The entities found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The catalog that was searched.
    pub catalog: Arc<Catalog>,
    /// The texts of its entities, for the next search.
    pub texts: Arc<Texts>,
    /// The filter as it was typed.
    pub filter: String,
    pub sort: Option<Sort>,
    /// Positions in the catalog's entities, in the order in which they are shown.
    pub rows: Vec<usize>,
    pub is_complete: bool,
}

impl Computation {
    /// Reports whether another computation has the same result, apart from ages.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::SearchCatalog(one), Self::SearchCatalog(other)) => {
                Arc::ptr_eq(&one.catalog, &other.catalog)
                    && (&one.filter, &one.sort) == (&other.filter, &other.sort)
            }
            (Self::SearchJobLog(one), Self::SearchJobLog(other)) => one.is_same(other),
            (Self::SearchCatalog(_) | Self::SearchJobLog(_), _) => false,
        }
    }

    /// Runs the computation until it is done or `stop` is set. `emit` takes each piece of the result.
    pub fn run(&self, stop: &AtomicBool, emit: &mut dyn FnMut(ComputationResult)) {
        match self {
            Self::SearchCatalog(search) => {
                search.run(stop, &mut |found| emit(ComputationResult::CatalogSearch(found)));
            }
            Self::SearchJobLog(search) => {
                search.run(stop, &mut |found| emit(ComputationResult::JobLogSearch(found)));
            }
        }
    }
}

impl CatalogSearch {
    /// Emits the rows of the first piece at once, for a screen that shows a few of them, and then all rows.
    fn run(&self, stop: &AtomicBool, emit: &mut dyn FnMut(Found)) {
        let format = Format { clock: self.clock.clone(), has_year: false };
        let make = || Arc::new(Texts::of(&COLUMNS, &self.catalog.entities, &format));
        let texts = self.texts.as_ref().map_or_else(make, Arc::clone);
        let mut matcher = Filter::parse(&self.filter).matcher(&COLUMNS.fields(), &format.clock);
        let mut found = Vec::new();
        for (place, row) in texts.rows().enumerate() {
            if place % PIECE == 0 && stop.load(Ordering::Relaxed) {
                return;
            }
            // Sorted ones would change their places.
            if place == PIECE && self.sort.is_none() {
                emit(self.found(&texts, found.clone(), false));
            }
            if matcher.matches(&row) {
                found.push(place);
            }
        }
        self.order(&mut found, &format);
        emit(self.found(&texts, found, true));
    }

    fn order(&self, rows: &mut Vec<usize>, format: &Format) {
        let Some(sort) = &self.sort else { return };
        let Some(column) = COLUMNS.find(&sort.column) else { return };
        let value = |row: usize| self.catalog.entities.get(row).map(|entity| (column.value)(entity, format));
        let mut keyed: Vec<_> = rows.iter().filter_map(|row| Some((value(*row)?, *row))).collect();
        keyed.sort_by(|(one, _), (other, _)| sort.compare(one, other));
        *rows = keyed.into_iter().map(|(_, row)| row).collect();
    }

    fn found(&self, texts: &Arc<Texts>, rows: Vec<usize>, is_complete: bool) -> Found {
        let (catalog, texts) = (Arc::clone(&self.catalog), Arc::clone(texts));
        let (filter, sort) = (self.filter.clone(), self.sort.clone());
        Found { catalog, texts, filter, sort, rows, is_complete }
    }
}

impl Found {
    /// Reports whether it answers a search of this catalog with this filter and order.
    pub fn answers(&self, catalog: &Arc<Catalog>, filter: &str, sort: Option<&Sort>) -> bool {
        Arc::ptr_eq(&self.catalog, catalog) && self.filter == filter && self.sort.as_ref() == sort
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use hello_catalog::{Source, read};
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;

    fn search(filter: &str) -> CatalogSearch {
        let catalog = Arc::new(catalog());
        let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: TimeZone::UTC };
        CatalogSearch { catalog, texts: None, filter: filter.to_owned(), sort: None, clock }
    }

    fn catalog() -> Catalog {
        let mut text = String::new();
        for number in 0..2_500 {
            let name = if number % 1_000 == 7 { "wanted" } else { "other" };
            let _ = write!(
                text,
                "---\napiVersion: backstage.io/v1alpha1\nkind: Resource\nmetadata: {{name: {name}-{number}, \
                 title: Nummer ß {number}, tags: [java, eu-{number}]}}\nspec: {{type: a, owner: team-{}}}\n",
                number % 7
            );
        }
        read(&[Source { name: "catalog-info.yaml".to_owned(), text: text.into() }])
    }

    #[test]
    fn the_first_rows_come_before_all_rows() {
        let computation = Computation::SearchCatalog(search("name:wanted"));
        let mut pieces = Vec::new();
        computation.run(&AtomicBool::new(false), &mut |result| {
            let ComputationResult::CatalogSearch(found) = result else { panic!("{result:?}") };
            pieces.push((found.rows, found.is_complete));
        });
        assert_eq!(pieces, [(vec![7], false), (vec![7, 1_007, 2_007], true)]);
    }

    #[test]
    fn a_search_finds_what_a_list_with_the_filter_shows() {
        let first = search("");
        let mut texts = None;
        for filter in [
            "",
            "want",
            "rwnt",
            "ss",
            "ß 12",
            "java, !want",
            "\"java, eu\"",
            "owner:team-3 tags:eu-1",
            "ref=resource:other-9",
        ] {
            let search = CatalogSearch { texts: texts.take(), filter: filter.to_owned(), ..first.clone() };
            let mut last = None;
            search.run(&AtomicBool::new(false), &mut |found| last = Some(found));
            let found = last.unwrap();
            let format = Format { clock: search.clock.clone(), has_year: false };
            let entities = &search.catalog.entities;
            let shown = COLUMNS.passing(entities, &Filter::parse(filter), &format);
            let rows: Vec<_> = found.rows.iter().map(|row| &entities[*row]).collect();
            assert!(rows == shown && found.is_complete, "{filter}: {} and {}", rows.len(), shown.len());
            texts = Some(found.texts);
        }
    }

    #[test]
    fn a_stopped_computation_has_no_result() {
        let mut pieces = 0;
        Computation::SearchCatalog(search("other")).run(&AtomicBool::new(true), &mut |_| pieces += 1);
        assert_eq!(pieces, 0);
    }
}
