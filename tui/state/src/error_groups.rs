//! Log lines that say the same, apart from numbers and ids, as one group.

use std::collections::HashMap;

use hello_model::{
    log::{LogLine, summary},
    time::Timestamp,
};

/// The maximum length of a pattern, in characters. Lines that begin alike are one group.
const MAX_PATTERN: usize = 120;

/// The maximum number of groups that are told apart.
const MAX_GROUPS: usize = 200;

/// Lines with one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorGroup {
    pub pattern: String,
    /// The newest line, as one row.
    pub example: String,
    pub count: usize,
    /// The time of the newest line.
    pub last: Timestamp,
}

impl ErrorGroup {
    /// Returns a filter that passes the lines of the group: errors with its longest piece that has no `#`.
    pub fn filter(&self) -> String {
        let piece = self.pattern.split(['#', '"']).max_by_key(|piece| piece.len()).unwrap_or_default().trim();
        if piece.is_empty() { "level:error".to_owned() } else { format!("level:error \"{piece}\"") }
    }
}

/// Groups lines, which come newest first. The group with the newest line comes first.
pub fn groups<'a>(lines: impl Iterator<Item = &'a LogLine>) -> Vec<ErrorGroup> {
    let mut groups: Vec<ErrorGroup> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let example = summary(&line.message).into_owned();
        let pattern = pattern(&example);
        match places.get(&pattern) {
            Some(place) => groups[*place].count += 1,
            None if groups.len() < MAX_GROUPS => {
                places.insert(pattern.clone(), groups.len());
                groups.push(ErrorGroup { pattern, example, count: 1, last: line.at });
            }
            None => {}
        }
    }
    groups
}

/// Replaces each word with a digit by `#`: numbers, times, ids and addresses differ from line to line.
pub fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    let mut rest = text;
    while !rest.is_empty() && pattern.chars().count() < MAX_PATTERN {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.contains(|c: char| c.is_ascii_digit()) {
            pattern.push('#');
        } else {
            pattern.push_str(word);
        }
        let mut after_characters = after.chars();
        if let Some(separator) = after_characters.next() {
            pattern.push(separator);
        }
        rest = after_characters.as_str();
    }
    pattern
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use hello_model::log::Level;

    use super::*;

    fn line(second: i64, message: &str) -> LogLine {
        LogLine {
            id: second.to_string(),
            at: Timestamp::from_second(second).unwrap(),
            stream: "s".to_owned(),
            ingested: None,
            message: message.to_owned(),
            level: Level::Error,
        }
    }

    #[test]
    fn lines_that_differ_in_numbers_are_one_group() {
        let lines = [
            line(9, "timeout after 31ms, request a1b2"),
            line(8, "disk full"),
            line(7, "timeout after 9ms, request ff00"),
        ];
        let groups = groups(lines.iter());
        let told: Vec<_> = groups.iter().map(|group| (group.pattern.as_str(), group.count)).collect();
        assert_eq!(told, [("timeout after #, request #", 2), ("disk full", 1)]);
        assert_eq!(groups[0].filter(), "level:error \"timeout after\"");
        assert_eq!(
            (groups[0].example.as_str(), groups[0].last.as_second()),
            ("timeout after 31ms, request a1b2", 9)
        );
    }

    #[test]
    fn a_pattern_is_bounded_and_keeps_every_script() {
        assert_eq!(pattern("Fehler für größe=12 日本"), "Fehler für größe=# 日本");
        assert!(pattern(&"ü ".repeat(10_000)).chars().count() <= MAX_PATTERN + 1);
        assert_eq!(pattern(""), "");
    }
}
