//! The orders in which trucks are listed.

use std::str::FromStr;

/// A sort order. Trucks with equal keys are ordered by age.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Order {
    /// The sort key.
    pub by: OrderBy,
    /// Whether the order is descending.
    pub descending: bool,
}

/// A sort key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OrderBy {
    /// When a truck was added.
    #[default]
    Created,
    /// When a truck was last changed.
    Updated,
    /// The manufacturer.
    Make,
}

impl Order {
    /// The names of all orders.
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

/// Returns the lower-case form of a text, which comparisons use.
pub(super) fn lowered(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_names_an_order() {
        assert!(Order::WORDS.iter().all(|word| word.parse::<Order>().is_ok()));
        assert!("model".parse::<Order>().is_err());
    }
}
