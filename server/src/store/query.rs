//! Which trucks are wanted, in which order and from where on; and what is found.

use std::str::FromStr;

use hello_shared::{Truck, TruckStatus};

use crate::hex;

/// Asks for trucks. The default asks for the whole fleet, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Those of this status.
    pub status: Option<TruckStatus>,
    /// Those of this maker, however its letters are written.
    pub make: Option<String>,
    /// Those with this text in make, model or number plate, however its letters are written.
    pub search: Option<String>,
    /// In which order.
    pub order: Order,
    /// Those after this place; it must be of the same order.
    pub after: Option<Cursor>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// Names an order. Trucks that are equal in it follow each other by age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// What decides.
    pub by: OrderBy,
    /// Whether the last comes first.
    pub descending: bool,
}

/// Names what decides an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// When a truck joined the fleet.
    #[default]
    Created,
    /// When a truck was last changed.
    Updated,
    /// Who built it.
    Make,
}

impl Order {
    /// The words for every order.
    pub const WORDS: [&str; 6] = ["created", "-created", "updated", "-updated", "make", "-make"];
}

impl FromStr for Order {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        let (descending, word) = word.strip_prefix('-').map_or((false, word), |word| (true, word));
        let by = match word {
            "created" => OrderBy::Created,
            "updated" => OrderBy::Updated,
            "make" => OrderBy::Make,
            _ => return Err(()),
        };
        Ok(Self { by, descending })
    }
}

/// Marks the place after a truck in an order. It stays right while trucks come and go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) key: Key,
    pub(super) seq: i64,
}

/// What a truck is ordered by, beside its age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Age,
    Moment(i64),
    Make(String),
}

impl Cursor {
    /// Returns the place after `truck`, which joined as `seq`.
    pub(super) fn after(by: OrderBy, seq: i64, truck: &Truck) -> Self {
        let key = match by {
            OrderBy::Created => Key::Age,
            OrderBy::Updated => Key::Moment(truck.updated_at.as_microsecond()),
            OrderBy::Make => Key::Make(lowered(&truck.make)),
        };
        Self { key, seq }
    }

    /// Reads a place in the order `by`; `None` when it is none.
    pub fn read(text: &str, by: OrderBy) -> Option<Self> {
        let (seq, key) = text.split_once('.').map_or((text, None), |(seq, key)| (seq, Some(key)));
        let key = match (by, key) {
            (OrderBy::Created, None) => Key::Age,
            (OrderBy::Updated, Some(moment)) => Key::Moment(moment.parse().ok()?),
            (OrderBy::Make, Some(make)) => Key::Make(String::from_utf8(hex::read(make)?).ok()?),
            _ => return None,
        };
        Some(Self { key, seq: seq.parse().ok().filter(|&seq| seq >= 0)? })
    }

    /// Writes the place so that it can stand in a URL as it is.
    pub fn write(&self) -> String {
        match &self.key {
            Key::Age => self.seq.to_string(),
            Key::Moment(moment) => format!("{}.{moment}", self.seq),
            Key::Make(make) => format!("{}.{}", self.seq, hex::write(make.as_bytes())),
        }
    }
}

/// Holds what was found, all of the same moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The trucks, in the order that was asked for.
    pub trucks: Vec<Truck>,
    /// Where the next page begins, when there is one.
    pub next: Option<Cursor>,
    /// How many trucks fit in all; `None` when they are too many to count.
    pub total: Option<u64>,
    /// The number of the last event before this was true.
    pub revision: u64,
    /// What tells this fleet from every other one, also from what it was before it was restored.
    pub epoch: String,
}

/// Returns the form in which texts are compared.
pub(super) fn lowered(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written_in_its_own_order_only() {
        let cursors = [
            (OrderBy::Created, Key::Age),
            (OrderBy::Updated, Key::Moment(-5)),
            (OrderBy::Make, Key::Make("škoda & söhne".into())),
        ];
        for (by, key) in cursors {
            let cursor = Cursor { key, seq: 42 };
            for other in [OrderBy::Created, OrderBy::Updated, OrderBy::Make] {
                let read = Cursor::read(&cursor.write(), other);
                assert_eq!(read == Some(cursor.clone()), other == by, "{cursor:?} {other:?}");
            }
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in ["", "-1", "x", "1.", "1.zz", "1.abc", "1.ff", "99999999999999999999", "1.2.3"] {
            for by in [OrderBy::Created, OrderBy::Make] {
                assert!(Cursor::read(text, by).is_none_or(|c| c.key == Key::Make(String::new())), "{text}");
            }
        }
    }

    #[test]
    fn every_word_names_an_order() {
        assert!(Order::WORDS.iter().all(|word| word.parse::<Order>().is_ok()));
        assert!("model".parse::<Order>().is_err());
    }
}
