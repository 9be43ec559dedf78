//! The columns of a noun.

use hello_model::filter::{Field, Fields, Filter, Value, ValueKind};

use super::{Cell, Format};

/// A column: how it is shown, and the value that filters compare.
#[derive(Debug)]
pub struct Column<T: 'static> {
    /// The name in filters.
    pub id: &'static str,
    pub title: &'static str,
    pub width: Width,
    pub kind: ValueKind,
    pub cell: fn(&T, &Format) -> Cell,
    pub value: for<'a> fn(&'a T, &Format) -> Value<'a>,
}

/// The width of a column on a screen, in terminal columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    Fixed(u16),
    /// As wide as what is seen of it, between these two. Where there is no room, it is cut down to the first.
    Content(u16, u16),
    /// Takes the room that is left, but wants at least this much.
    Rest(u16),
}

/// Columns in an order, each with a rank. Where there is no room, those with the highest rank are left out first.
pub type View = &'static [(&'static str, u8)];

/// All columns of a noun. Those in no view exist for filters.
#[derive(Debug)]
pub struct Columns<T: 'static> {
    pub all: &'static [Column<T>],
    /// The columns of a screen.
    pub screen: View,
    /// The columns of the command line, where the first names the row for the next command.
    pub command: View,
}

/// A row as filters see it.
#[derive(Debug)]
pub struct Row<'a, T: 'static> {
    item: &'a T,
    columns: &'static [Column<T>],
    format: &'a Format,
}

impl<T> Columns<T> {
    /// Returns the names and kinds for filters.
    pub fn fields(&self) -> Vec<Field> {
        self.all.iter().map(|column| Field { name: column.id, kind: column.kind }).collect()
    }

    /// Returns the columns of a view with their ranks.
    pub fn of(&self, view: View) -> Vec<(&'static Column<T>, u8)> {
        view.iter().filter_map(|(id, rank)| Some((self.find(id)?, *rank))).collect()
    }

    /// Returns the column with an id.
    pub fn find(&self, id: &str) -> Option<&'static Column<T>> {
        self.all.iter().find(|column| column.id == id)
    }

    /// Returns the items that pass a filter, in their order.
    pub fn passing<'a>(
        &self,
        items: impl IntoIterator<Item = &'a T>,
        filter: &Filter,
        format: &Format,
    ) -> Vec<&'a T> {
        let items = items.into_iter();
        if filter.is_empty() {
            return items.collect();
        }
        let mut matcher = filter.matcher(&self.fields(), &format.clock);
        items.filter(|item| matcher.matches(&Row { item: *item, columns: self.all, format })).collect()
    }

    /// Returns a row for a filter's matcher.
    pub fn row<'a>(&self, item: &'a T, format: &'a Format) -> Row<'a, T> {
        Row { item, columns: self.all, format }
    }
}

impl<T> Fields for Row<'_, T> {
    fn field(&self, place: usize) -> Value<'_> {
        self.columns.get(place).map_or(Value::Missing, |column| (column.value)(self.item, self.format))
    }
}
