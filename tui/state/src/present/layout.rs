//! How a user wants the lists of a noun: which columns, how wide, in which order. It is kept between runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Column, Columns, Sort, Width};

/// The smallest and the largest width that a column can be given.
const WIDTHS: std::ops::RangeInclusive<u16> = 3..=200;

/// The layout of all lists, by the noun of their rows.
pub type Layouts = BTreeMap<String, ListLayout>;

/// The layout of the lists of a noun. What it does not say is as the noun declares it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListLayout {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// By the ids of the columns.
    pub columns: BTreeMap<String, ColumnLayout>,
}

/// What is different from the declaration of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ColumnLayout {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_shown: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
}

/// A column in a list, as it was chosen or declared.
#[derive(Debug)]
pub struct Arranged<T: 'static> {
    pub column: &'static Column<T>,
    /// Where there is no room, columns with the highest rank are left out first.
    pub rank: u8,
    pub width: Width,
}

impl<T> Columns<T> {
    /// Returns the columns of a list in their order: those of the view for screens, then those that were added.
    pub fn arranged(&self, layout: &ListLayout) -> Vec<Arranged<T>> {
        let declared = self.of(self.screen);
        let added = self.all.iter().filter(|column| !self.is_in_view(column.id)).map(|column| (column, 0));
        let shown = declared.into_iter().chain(added).filter(|(column, _)| layout.shows(self, column.id));
        shown.map(|(column, rank)| Arranged { column, rank, width: layout.width(column) }).collect()
    }

    /// Returns all columns in the order in which they are offered: those of the view for screens first.
    pub fn offered(&self) -> Vec<&'static Column<T>> {
        let added = self.all.iter().filter(|column| !self.is_in_view(column.id));
        self.of(self.screen).into_iter().map(|(column, _)| column).chain(added).collect()
    }

    fn is_in_view(&self, id: &str) -> bool {
        self.screen.iter().any(|(known, _)| *known == id)
    }
}

impl ListLayout {
    /// Makes the layout that nothing has changed.
    pub const fn declared() -> Self {
        Self { sort: None, columns: BTreeMap::new() }
    }

    /// Reports whether a column is shown.
    pub fn shows<T>(&self, columns: &Columns<T>, id: &str) -> bool {
        let chosen = self.columns.get(id).and_then(|column| column.is_shown);
        chosen.unwrap_or_else(|| columns.is_in_view(id))
    }

    /// Returns how wide a column is.
    pub fn width<T>(&self, column: &Column<T>) -> Width {
        let chosen = self.columns.get(column.id).and_then(|column| column.width);
        chosen.map_or(column.width, |width| Width::Fixed(width.clamp(*WIDTHS.start(), *WIDTHS.end())))
    }

    /// Shows a column, or hides it. The last one stays; returns whether anything has changed.
    pub fn toggle<T>(&mut self, columns: &Columns<T>, id: &str) -> bool {
        let is_shown = self.shows(columns, id);
        if is_shown && self.arranged_count(columns) == 1 {
            return false;
        }
        self.columns.entry(id.to_owned()).or_default().is_shown = Some(!is_shown);
        true
    }

    /// Makes a column wider, or narrower if `by` is negative, than it is drawn.
    pub fn widen<T>(&mut self, column: &Column<T>, drawn: Option<u16>, by: i16) {
        let (Width::Fixed(width) | Width::Content(_, width) | Width::Rest(width)) = self.width(column);
        let width = drawn.unwrap_or(width).saturating_add_signed(by).clamp(*WIDTHS.start(), *WIDTHS.end());
        self.columns.entry(column.id.to_owned()).or_default().width = Some(width);
    }

    fn arranged_count<T>(&self, columns: &Columns<T>) -> usize {
        columns.all.iter().filter(|column| self.shows(columns, column.id)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::run::COLUMNS, *};

    fn ids(layout: &ListLayout) -> Vec<&'static str> {
        COLUMNS.arranged(layout).iter().map(|arranged| arranged.column.id).collect()
    }

    #[test]
    fn a_column_is_hidden_and_another_is_shown() {
        let mut layout = ListLayout::default();
        let declared = ids(&layout);
        assert!(layout.toggle(&COLUMNS, "title") && layout.toggle(&COLUMNS, "actor"));
        assert!(!ids(&layout).contains(&"title") && ids(&layout).last() == Some(&"actor"));
        layout.toggle(&COLUMNS, "title");
        layout.toggle(&COLUMNS, "actor");
        assert_eq!(ids(&layout), declared);
    }

    #[test]
    fn the_last_column_stays() {
        let mut layout = ListLayout::default();
        for id in ids(&layout) {
            layout.toggle(&COLUMNS, id);
        }
        assert_eq!(ids(&layout).len(), 1);
    }

    #[test]
    fn a_width_has_bounds() {
        let mut layout = ListLayout::default();
        let branch = COLUMNS.find("branch").unwrap();
        layout.widen(branch, None, -999);
        assert_eq!(layout.width(branch), Width::Fixed(3));
        layout.widen(branch, None, 999);
        assert_eq!(layout.width(branch), Width::Fixed(200));
        layout.widen(branch, Some(9), 2);
        assert_eq!(layout.width(branch), Width::Fixed(11));
    }

    #[test]
    fn names_that_no_column_has_change_nothing() {
        let text = r#"{"columns": {"none": {"is_shown": true, "width": 9}}, "sort": {"column": "none"}, "newer": 1}"#;
        let layout: ListLayout = serde_json::from_str(text).unwrap();
        assert_eq!(ids(&layout), ids(&ListLayout::default()));
    }
}
