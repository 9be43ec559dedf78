//! The texts of a list, one after the other in memory.

use hello_model::filter::{Fields, Value};

use super::{Columns, Format};

/// The texts of all columns and rows of a list. A search in a long list reads them faster than the items, which are all
/// over the memory, and makes no text of its own.
///
/// Columns of numbers, of times and of several texts have no value here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    text: String,
    /// Where each text ends: those of a row are next to each other.
    ends: Vec<usize>,
    columns: usize,
}

/// A row as filters see it.
#[derive(Debug, Clone, Copy)]
pub struct TextRow<'a> {
    texts: &'a Texts,
    /// The place of its first text.
    first: usize,
}

impl Texts {
    pub fn of<T>(columns: &Columns<T>, items: &[T], format: &Format) -> Self {
        let mut texts = Self {
            text: String::new(),
            ends: Vec::with_capacity(items.len() * columns.all.len()),
            columns: columns.all.len(),
        };
        for item in items {
            for column in columns.all {
                if let Value::Text(text) = (column.value)(item, format) {
                    texts.text.push_str(&text);
                }
                texts.ends.push(texts.text.len());
            }
        }
        texts
    }

    /// Returns all rows, in the order of the items.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = TextRow<'_>> {
        (0..self.ends.len()).step_by(self.columns.max(1)).map(|first| TextRow { texts: self, first })
    }
}

impl TextRow<'_> {
    /// Returns where the text before this one ends.
    fn start(self, at: usize) -> usize {
        at.checked_sub(1).and_then(|before| self.texts.ends.get(before)).copied().unwrap_or_default()
    }
}

impl Fields for TextRow<'_> {
    fn field(&self, place: usize) -> Value<'_> {
        let Texts { text, ends, .. } = self.texts;
        let at = self.first + place;
        Value::text(ends.get(at).and_then(|end| text.get(self.start(at)..*end)))
    }

    fn all_text(&self) -> Option<&str> {
        let Texts { text, ends, columns } = self.texts;
        let end = ends.get((self.first + columns).checked_sub(1)?)?;
        text.get(self.start(self.first)..*end)
    }
}
