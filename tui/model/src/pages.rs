//! Lists that are too long for one answer: read page by page, newest first.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use serde::Serialize;

/// Where the next page of a list begins. Only the client that made it can read it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Cursor(pub String);

/// A row of a list, with the identity that it keeps when its content or its place changes.
pub trait ListItem: PartialEq {
    type Id: Eq + Hash + ?Sized;

    fn identity(&self) -> &Self::Id;
}

/// The first rows of a list, without a gap, and where the others begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pages<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` if the list has no more rows.
    pub next: Option<Cursor>,
    /// The number of rows in the whole list, if the service reports it.
    pub total: Option<usize>,
    /// The number of organizations whose rows the service has left out, because they want single sign-on for the token.
    #[serde(rename = "leftOut", skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Names the organizations whose rows are left out, and why.
pub fn left_out_organizations(count: usize) -> String {
    let (noun, verb) = if count == 1 { ("organization", "wants") } else { ("organizations", "want") };
    format!("{count} {noun} that {verb} single sign-on for the token")
}

/// An answer that holds a list, and perhaps facts beside it.
pub trait Paged {
    /// Returns how many rows are loaded.
    fn loaded(&self) -> usize;

    /// Returns where the next page begins.
    fn next(&self) -> Option<&Cursor>;

    /// Takes the first page in, which was read later, and keeps the rows after it.
    fn refresh(&mut self, head: Self);

    /// Adds the page that [`Self::next`] named.
    fn append(&mut self, page: Self);

    /// Reports whether [`Self::refresh`] with `head` would change nothing.
    fn is_confirmed_by(&self, head: &Self) -> bool;
}

impl<T> Default for Pages<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

/// A list of one page.
impl<T> From<Vec<T>> for Pages<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, next: None, total: None, left_out: 0 }
    }
}

impl<T> Pages<T> {
    /// Returns the number of rows in the whole list, or of those that are loaded if the service does not report it.
    pub fn count(&self) -> usize {
        self.total.unwrap_or_default().max(self.items.len())
    }
}

impl<T: ListItem> Paged for Pages<T> {
    fn loaded(&self) -> usize {
        self.items.len()
    }

    fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }

    /// Rows of the first page's range that it does not hold are gone, and are dropped. If the first page does not touch
    /// the loaded rows, there may be others between them, so only the first page is kept.
    fn refresh(&mut self, head: Self) {
        match self.first_after(&head) {
            Some(first) if head.next.is_some() => {
                let mut older = self.items.split_off(first);
                let ids: HashSet<_> = head.items.iter().map(ListItem::identity).collect();
                older.retain(|row| !ids.contains(row.identity()));
                self.items = head.items;
                if older.is_empty() {
                    self.next = head.next;
                }
                self.items.append(&mut older);
                self.total = head.total;
                self.left_out = head.left_out;
            }
            _ => *self = head,
        }
    }

    /// Rows that are loaded already are skipped: new rows at the front push others to later pages.
    fn append(&mut self, mut page: Self) {
        let known: HashSet<_> = self.items.iter().map(ListItem::identity).collect();
        page.items.retain(|row| !known.contains(row.identity()));
        self.items.append(&mut page.items);
        // A page that names itself as the next one would be read for ever.
        self.next = page.next.filter(|next| Some(next) != self.next.as_ref());
        self.total = page.total.or(self.total);
        self.left_out = self.left_out.max(page.left_out);
    }

    fn is_confirmed_by(&self, head: &Self) -> bool {
        let are_ends_equal =
            if self.items.len() > head.items.len() { head.next.is_some() } else { self.next == head.next };
        let are_facts_equal = (self.total, self.left_out) == (head.total, head.left_out);
        are_ends_equal && are_facts_equal && self.items.starts_with(&head.items)
    }
}

impl<T: ListItem> Pages<T> {
    /// Returns the index of the first loaded row that is older than the first page.
    fn first_after(&self, head: &Self) -> Option<usize> {
        let places: HashMap<_, _> =
            head.items.iter().enumerate().map(|(place, row)| (row.identity(), place)).collect();
        let last = head.items.len().checked_sub(1)?;
        let mut oldest: Option<(usize, usize)> = None;
        for (index, row) in self.items.iter().enumerate() {
            let Some(&place) = places.get(row.identity()) else { continue };
            if oldest.is_none_or(|(known, _)| place > known) {
                oldest = Some((place, index));
            }
            if place == last {
                break;
            }
        }
        oldest.map(|(_, index)| index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Letter(char, u8);

    impl ListItem for Letter {
        type Id = char;

        fn identity(&self) -> &char {
            &self.0
        }
    }

    fn pages(letters: &str, next: Option<&str>) -> Pages<Letter> {
        let items = letters.chars().map(|letter| Letter(letter, 0)).collect();
        Pages { items, next: next.map(|next| Cursor(next.to_owned())), total: None, left_out: 0 }
    }

    fn letters(pages: &Pages<Letter>) -> String {
        pages.items.iter().map(|letter| letter.0).collect()
    }

    #[test]
    fn a_page_is_added_without_rows_that_are_loaded() {
        let mut list = pages("abc", Some("2"));
        list.append(pages("cde", Some("3")));
        assert_eq!((letters(&list).as_str(), list.next), ("abcde", Some(Cursor("3".to_owned()))));
    }

    #[test]
    fn a_page_that_names_itself_ends_the_list() {
        let mut list = pages("a", Some("2"));
        list.append(pages("b", Some("2")));
        assert_eq!(list.next, None);
    }

    #[test]
    fn a_refresh_keeps_older_rows_and_drops_removed_ones() {
        let mut list = pages("cbazyx", Some("3"));
        // `d` is new, `b` is gone, so `z` moved into the first page.
        list.refresh(pages("dcaz", Some("2")));
        assert_eq!((letters(&list).as_str(), list.next), ("dcazyx", Some(Cursor("3".to_owned()))));
    }

    #[test]
    fn a_refresh_replaces_the_content_of_a_row() {
        let mut list = pages("cba", Some("2"));
        let mut head = pages("cb", Some("1"));
        head.items[1].1 = 7;
        list.refresh(head);
        assert_eq!(list.items, [Letter('c', 0), Letter('b', 7), Letter('a', 0)]);
    }

    #[test]
    fn a_refresh_that_is_the_whole_list_replaces_it() {
        let mut list = pages("cba", Some("2"));
        list.refresh(pages("c", None));
        assert_eq!((letters(&list).as_str(), &list.next), ("c", &None));
    }

    #[test]
    fn rows_beyond_a_possible_gap_are_dropped() {
        let mut list = pages("cba", Some("2"));
        list.refresh(pages("zyx", Some("1")));
        assert_eq!((letters(&list).as_str(), list.next), ("zyx", Some(Cursor("1".to_owned()))));
    }

    #[test]
    fn a_first_page_that_is_loaded_confirms_the_list() {
        let list = pages("cba", Some("3"));
        assert!(list.is_confirmed_by(&pages("cb", Some("2"))));
        assert!(list.is_confirmed_by(&pages("cba", Some("3"))));
        for other in [pages("cb", None), pages("dc", Some("2")), pages("cba", None), pages("cbaz", Some("4"))]
        {
            assert!(!list.is_confirmed_by(&other), "{other:?}");
        }
    }
}
