//! Positions in the fleet, from which the next page is read.

use hello_shared::Truck;

use super::order::{Order, OrderBy, lowered};

/// A position after a truck in an order. It is a position in the whole fleet, so it stays valid while trucks are added
/// or removed, and with every filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub(super) order: Order,
    pub(super) key: Key,
    pub(super) seq: i64,
}

/// The sort key of a truck, in addition to its age.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Age,
    Moment(i64),
    Make(String),
}

impl Cursor {
    /// Returns the cursor after `truck`, whose insertion number is `seq`.
    pub(super) fn after(order: Order, seq: i64, truck: &Truck) -> Self {
        let key = match order.by {
            OrderBy::Created => Key::Age,
            OrderBy::Updated => Key::Moment(truck.updated_at.as_microsecond()),
            OrderBy::Make => Key::Make(lowered(&truck.make)),
        };
        Self { order, key, seq }
    }

    /// Parses a cursor. Returns `None` for a text that is not a cursor of this order.
    pub fn read(text: &str, order: Order) -> Option<Self> {
        let place = if order.descending { text.strip_prefix('-')? } else { text };
        let (seq, key) = place.split_once('.').map_or((place, None), |(seq, key)| (seq, Some(key)));
        let key = match order.by {
            OrderBy::Created => key.is_none().then_some(Key::Age)?,
            OrderBy::Updated => Key::Moment(key?.strip_prefix('u')?.parse().ok()?),
            OrderBy::Make => Key::Make(String::from_utf8(hex::decode(key?.strip_prefix('m')?).ok()?).ok()?),
        };
        let cursor = Self { order, key, seq: seq.parse().ok().filter(|&seq| seq >= 0)? };
        // Databases differ in how they compare texts with a null character.
        let is_text = !matches!(&cursor.key, Key::Make(make) if make.contains('\0'));
        (is_text && cursor.write() == text).then_some(cursor)
    }

    /// Formats the cursor. The text needs no escaping in a URL, and is not a cursor of any other order.
    pub fn write(&self) -> String {
        let direction = if self.order.descending { "-" } else { "" };
        match &self.key {
            Key::Age => format!("{direction}{}", self.seq),
            Key::Moment(moment) => format!("{direction}{}.u{moment}", self.seq),
            Key::Make(make) => format!("{direction}{}.m{}", self.seq, hex::encode(make)),
        }
    }
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
    fn an_invalid_cursor_is_none() {
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
}
