//! The order of a list: by one column, with values that are compared by their type.

use std::{cmp::Ordering, iter::Peekable, str::Chars};

use hello_model::filter::{Filter, Value, ValueKind};
use serde::{Deserialize, Serialize};

use super::{AGE, Columns, Format};

/// The column that a list is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The id of the column.
    pub column: String,
    #[serde(default)]
    pub is_descending: bool,
}

impl Sort {
    /// Returns what follows when a column is chosen again: the other direction, then no sort.
    pub fn after(current: Option<&Self>, column: &str) -> Option<Self> {
        let is_descending = match current.filter(|sort| sort.column == column) {
            None => false,
            Some(sort) if sort.is_descending => return None,
            Some(_) => true,
        };
        Some(Self { column: column.to_owned(), is_descending })
    }

    /// Compares two values. Unknown ones come last in both directions.
    pub fn compare(&self, one: &Value<'_>, other: &Value<'_>) -> Ordering {
        match (is_unknown(one), is_unknown(other)) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) if self.is_descending => order(other, one),
            (false, false) => order(one, other),
        }
    }
}

impl<T> Columns<T> {
    /// Returns the places of the items that pass a filter, in their order or in that of a column.
    pub fn places(&self, items: &[T], filter: &Filter, sort: Option<&Sort>, format: &Format) -> Vec<usize> {
        let mut places: Vec<usize> = (0..items.len()).collect();
        if !filter.is_empty() {
            let mut matcher = filter.matcher(&self.fields(), &format.clock);
            places.retain(|place| matcher.matches(&self.row(&items[*place], format)));
        }
        let Some((sort, column)) = sort.and_then(|sort| Some((sort, self.find(&sort.column)?))) else {
            return places;
        };
        let mut keyed: Vec<(Value<'_>, usize)> =
            places.into_iter().map(|place| ((column.value)(&items[place], format), place)).collect();
        keyed.sort_by(|(one, _), (other, _)| sort.compare(one, other));
        keyed.into_iter().map(|(_, place)| place).collect()
    }

    /// Reports whether [`Self::places`] may change with nothing but time. Ages grow alike, so their order stays.
    pub fn depend_on_time(&self, filter: &Filter, sort: Option<&Sort>) -> bool {
        let column = sort.and_then(|sort| self.find(&sort.column));
        let grows = column.is_some_and(|column| column.kind == ValueKind::Duration && column.id != AGE);
        grows || filter.depends_on_time(&self.fields())
    }

    /// Sorts rows by a column; equal ones keep their order. A column that does not exist leaves the list as it is.
    pub fn sort<'a>(&self, rows: Vec<&'a T>, sort: &Sort, format: &Format) -> Vec<&'a T> {
        let Some(column) = self.find(&sort.column) else { return rows };
        let mut keyed: Vec<(Value<'a>, &'a T)> =
            rows.into_iter().map(|row| ((column.value)(row, format), row)).collect();
        keyed.sort_by(|(one, _), (other, _)| sort.compare(one, other));
        keyed.into_iter().map(|(_, row)| row).collect()
    }
}

fn is_unknown(value: &Value<'_>) -> bool {
    match value {
        Value::Missing => true,
        Value::Number(number) => number.is_nan(),
        Value::Text(_) | Value::Texts(_) | Value::Time(_) | Value::Duration(_) => false,
    }
}

/// Orders two known values. Values of different types, which no column mixes, are ordered by their types.
fn order(one: &Value<'_>, other: &Value<'_>) -> Ordering {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => natural(one, other),
        (Value::Number(one), Value::Number(other)) => one.total_cmp(other),
        (Value::Time(one), Value::Time(other)) => one.cmp(other),
        (Value::Duration(one), Value::Duration(other)) => one.cmp(other),
        (one, other) => rank(one).cmp(&rank(other)),
    }
}

fn rank(value: &Value<'_>) -> u8 {
    match value {
        Value::Number(_) => 0,
        Value::Duration(_) => 1,
        Value::Time(_) => 2,
        Value::Text(_) | Value::Texts(_) => 3,
        Value::Missing => 4,
    }
}

/// Orders texts as people do: without regard to case, and numbers in them by their size, so `v1.9` is before `v1.10`.
pub fn natural(one: &str, other: &str) -> Ordering {
    let (mut left, mut right) = (one.chars().peekable(), other.chars().peekable());
    loop {
        let ordering = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return one.cmp(other),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                numbers(&digits(&mut left), &digits(&mut right))
            }
            (Some(a), Some(b)) => {
                left.next();
                right.next();
                // All digits have one place among the letters: otherwise three texts could be in a circle.
                let (a, b) = (first_digit(a), first_digit(b));
                a.to_lowercase().cmp(b.to_lowercase())
            }
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
}

fn first_digit(c: char) -> char {
    if c.is_ascii_digit() { '0' } else { c }
}

/// Takes the digits at the front, without leading zeros.
fn digits(chars: &mut Peekable<Chars<'_>>) -> String {
    while chars.next_if_eq(&'0').is_some() {}
    let mut digits = String::new();
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        digits.push(digit);
    }
    digits
}

/// Orders whole numbers of any length.
fn numbers(one: &str, other: &str) -> Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

#[cfg(test)]
mod tests {
    use std::{borrow::Cow, time::Duration};

    use super::*;

    fn sorted(mut values: Vec<Value<'static>>, is_descending: bool) -> Vec<Value<'static>> {
        let sort = Sort { column: "x".to_owned(), is_descending };
        values.sort_by(|one, other| sort.compare(one, other));
        values
    }

    fn text(text: &'static str) -> Value<'static> {
        Value::Text(Cow::Borrowed(text))
    }

    #[test]
    fn durations_are_sorted_by_length_and_unknown_ones_are_last() {
        let of = |seconds| Value::Duration(Duration::from_secs(seconds));
        let values = || vec![of(9), of(60), of(3_600), Value::Missing, of(60)];
        assert_eq!(sorted(values(), false), [of(9), of(60), of(60), of(3_600), Value::Missing]);
        assert_eq!(sorted(values(), true), [of(3_600), of(60), of(60), of(9), Value::Missing]);
    }

    #[test]
    fn numbers_that_are_none_are_unknown() {
        let values =
            vec![Value::Number(f64::NAN), Value::Number(-0.0), Value::Number(2.0), Value::Number(1.0)];
        let sorted = sorted(values, true);
        assert_eq!(sorted[..3], [Value::Number(2.0), Value::Number(1.0), Value::Number(-0.0)]);
    }

    #[test]
    fn versions_and_names_are_sorted_as_people_do() {
        let values = ["v1.10", "b", "v1.9", "A", "v1.9-rc1", "a", "#10", "#9", "v01.9"];
        let order = ["#9", "#10", "A", "a", "b", "v01.9", "v1.9", "v1.9-rc1", "v1.10"];
        assert_eq!(sorted(values.map(text).to_vec(), false), order.map(text));
    }

    #[test]
    fn the_order_of_texts_is_total() {
        let texts =
            ["", "0", "00", "1", "10", "9", "a", "A", "a1", "a01", "a-", "-", "é", "ß", "ss", "1a", "/", ":"];
        for (a, b) in texts.iter().flat_map(|a| texts.map(|b| (*a, b))) {
            assert_eq!(natural(a, b), natural(b, a).reverse(), "{a:?} {b:?}");
            assert_eq!(natural(a, b).is_eq(), a == b, "{a:?} {b:?}");
            for c in texts {
                let is_chain = natural(a, b).is_le() && natural(b, c).is_le();
                assert!(!is_chain || natural(a, c).is_le(), "{a:?} {b:?} {c:?}");
            }
        }
    }

    #[test]
    fn a_column_is_sorted_up_then_down_then_not() {
        let up = Sort::after(None, "took");
        let down = Sort::after(up.as_ref(), "took");
        assert!(!up.unwrap().is_descending && down.as_ref().unwrap().is_descending);
        assert_eq!(Sort::after(down.as_ref(), "took"), None);
        assert!(!Sort::after(down.as_ref(), "branch").unwrap().is_descending);
    }
}
