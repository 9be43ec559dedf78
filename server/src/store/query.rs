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

/// Marks the place after a truck in an order. It stays right while trucks come and go, and whatever they are filtered
/// by: it is a place in the whole fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) order: Order,
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
    pub(super) fn after(order: Order, seq: i64, truck: &Truck) -> Self {
        let key = match order.by {
            OrderBy::Created => Key::Age,
            OrderBy::Updated => Key::Moment(truck.updated_at.as_microsecond()),
            OrderBy::Make => Key::Make(lowered(&truck.make)),
        };
        Self { order, key, seq }
    }

    /// Reads a place in an order; `None` when it is none, or one in another order.
    pub fn read(text: &str, order: Order) -> Option<Self> {
        let place = if order.descending { text.strip_prefix('-')? } else { text };
        let (seq, key) = place.split_once('.').map_or((place, None), |(seq, key)| (seq, Some(key)));
        let key = match order.by {
            OrderBy::Created => key.is_none().then_some(Key::Age)?,
            OrderBy::Updated => Key::Moment(key?.strip_prefix('u')?.parse().ok()?),
            OrderBy::Make => Key::Make(String::from_utf8(hex::read(key?.strip_prefix('m')?)?).ok()?),
        };
        let cursor = Self { order, key, seq: seq.parse().ok().filter(|&seq| seq >= 0)? };
        // No database compares text with a null character alike.
        let is_text = !matches!(&cursor.key, Key::Make(make) if make.contains('\0'));
        (is_text && cursor.write() == text).then_some(cursor)
    }

    /// Writes the place so that it can stand in a URL as it is, and in no other order.
    pub fn write(&self) -> String {
        let direction = if self.order.descending { "-" } else { "" };
        match &self.key {
            Key::Age => format!("{direction}{}", self.seq),
            Key::Moment(moment) => format!("{direction}{}.u{moment}", self.seq),
            Key::Make(make) => format!("{direction}{}.m{}", self.seq, hex::write(make.as_bytes())),
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
    use proptest::prelude::*;

    use super::*;

    fn orders() -> impl Iterator<Item = Order> {
        Order::WORDS.iter().map(|word| word.parse().unwrap())
    }

    /// Any text, and texts that look like cursors.
    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "-?[0-9]{1,20}(\\.[um]?[-0-9a-fA-F]{0,12})?"]
    }

    #[test]
    fn a_cursor_is_read_in_its_own_order_only() {
        for order in orders() {
            for make in ["škoda & söhne", "", "1"] {
                let key = match order.by {
                    OrderBy::Created => Key::Age,
                    OrderBy::Updated => Key::Moment(-5),
                    OrderBy::Make => Key::Make(make.into()),
                };
                let cursor = Cursor { order, key, seq: 42 };
                for other in orders() {
                    let read = Cursor::read(&cursor.write(), other);
                    assert_eq!(read == Some(cursor.clone()), other == order, "{cursor:?} {other:?}");
                    assert_eq!(read.is_some(), other == order, "{cursor:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn what_is_no_cursor_is_none() {
        for text in
            ["", "-", "x", "1.", "1.zz", "1.mf", "1.mff", "1.m00", "1.mAA", "01", "+1", "--1", "1.2.3"]
        {
            assert!(orders().all(|order| Cursor::read(text, order).is_none()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_the_same(text in texts()) {
            let read: Vec<_> = orders().filter_map(|order| Cursor::read(&text, order)).collect();
            prop_assert!(read.len() <= 1);
            for cursor in read {
                prop_assert_eq!(cursor.write(), text.as_str());
            }
        }
    }

    #[test]
    fn every_word_names_an_order() {
        assert!(Order::WORDS.iter().all(|word| word.parse::<Order>().is_ok()));
        assert!("model".parse::<Order>().is_err());
    }
}
