//! Log lines that say the same, apart from numbers and ids, as one group.

use std::collections::HashMap;

use hello_model::{
    log::{LogLine, summary},
    time::Timestamp,
};

/// The maximum length of a pattern, in characters. Lines that begin alike are one group.
const MAX_PATTERN: usize = 120;

/// The maximum number of texts in the filter of a group.
const MAX_TEXTS: usize = 4;

/// The length of a message in which the texts of a filter are looked for, in bytes.
const MAX_SEARCHED: usize = 16 * 1024;

/// The maximum number of groups that are told apart.
const MAX_GROUPS: usize = 200;

/// Lines with one pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorGroup<'a> {
    pub pattern: String,
    /// The newest line, as one row.
    pub example: String,
    /// The message of that line, as the service wrote it.
    message: &'a str,
    pub count: usize,
    /// The time of the newest line.
    pub last: Timestamp,
}

impl ErrorGroup<'_> {
    /// Returns a filter that passes the lines of the group: errors with the longest texts of the pattern that stand in
    /// the message, too. A filter searches the message; a pattern is made of the row, which may show it in another form.
    pub fn filter(&self) -> String {
        let message = &self.message[..self.message.floor_char_boundary(MAX_SEARCHED)];
        let mut texts: Vec<&str> =
            self.pattern.split(['#', '"']).flat_map(|piece| runs(piece.trim(), message)).collect();
        texts.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
        texts.dedup();
        texts.truncate(MAX_TEXTS);
        texts.iter().fold("level:error".to_owned(), |filter, text| format!("{filter} \"{text}\""))
    }
}

/// Returns the longest runs of words of a piece that stand in a message.
fn runs<'p>(piece: &'p str, message: &str) -> Vec<&'p str> {
    let mut runs: Vec<&str> = Vec::new();
    let mut rest = piece;
    while !rest.is_empty() {
        let ends = rest.match_indices(' ').map(|(at, _)| at).chain([rest.len()]);
        let run = ends.take_while(|end| message.contains(&rest[..*end])).last().unwrap_or(0);
        if run > 0 {
            runs.push(rest[..run].trim_matches([' ', ',', ';', ':']));
        }
        // Without a run, the first word is passed over.
        let next = if run > 0 { run } else { rest.find(' ').unwrap_or(rest.len()) };
        rest = rest[next..].trim_start();
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Groups lines, which come newest first. The group with the newest line comes first.
pub fn groups<'a>(lines: impl Iterator<Item = &'a LogLine>) -> Vec<ErrorGroup<'a>> {
    let mut groups: Vec<ErrorGroup<'a>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let example = summary(&line.message);
        let pattern = pattern(&example);
        match places.get(&pattern) {
            Some(place) => groups[*place].count += 1,
            None if groups.len() < MAX_GROUPS => {
                places.insert(pattern.clone(), groups.len());
                let (message, example) = (line.message.as_str(), example.into_owned());
                groups.push(ErrorGroup { pattern, example, message, count: 1, last: line.at });
            }
            None => {}
        }
    }
    groups
}

/// Replaces each word with a digit by `#`: numbers, times, ids and addresses differ from line to line.
pub fn pattern(text: &str) -> String {
    // A word may be as long as the line, so only the beginning of the line is read.
    let most = text.char_indices().nth(2 * MAX_PATTERN).map_or(text.len(), |(at, _)| at);
    let mut pattern = String::with_capacity(MAX_PATTERN);
    let mut rest = &text[..most];
    let mut length = 0;
    while !rest.is_empty() && length < MAX_PATTERN {
        let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let shown = if word.contains(|c: char| c.is_ascii_digit()) { "#" } else { word };
        pattern.push_str(shown);
        let mut after_characters = after.chars();
        pattern.extend(after_characters.next());
        length += shown.chars().count() + 1;
        rest = after_characters.as_str();
    }
    pattern
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use hello_model::{
        filter::{Clock, Filter},
        log::Level,
    };

    use super::*;
    use crate::present::{Format, log_line::COLUMNS};

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
        assert_eq!(groups[0].filter(), "level:error \"timeout after\" \"request\"");
        assert_eq!(
            (groups[0].example.as_str(), groups[0].last.as_second()),
            ("timeout after 31ms, request a1b2", 9)
        );
    }

    #[test]
    fn the_filter_of_a_group_passes_its_lines_whatever_their_form() {
        let json = r#"{"http.method":"GET","http.path":"/trucks","http.status":500,"message":"the store is \"away\"","request.id":"a1","target":"x::y"}"#;
        let of_store = [line(9, json), line(8, &json.replace("a1", "b2"))];
        let groups = groups(of_store.iter());
        assert_eq!(groups.len(), 1, "{groups:?}");
        assert_eq!(groups[0].filter(), "level:error \"the store is\" \"/trucks\" \"away\" \"GET\"");

        let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
        let format = Format { clock, has_year: false };
        let passing = COLUMNS.passing(of_store.iter(), &Filter::parse(&groups[0].filter()), &format);
        assert_eq!(passing.len(), 2, "{}", groups[0].filter());
    }

    #[test]
    fn a_pattern_is_bounded_and_keeps_every_script() {
        assert_eq!(pattern("Fehler für größe=12 日本"), "Fehler für größe=# 日本");
        assert!(pattern(&"ü ".repeat(10_000)).chars().count() <= MAX_PATTERN + 1);
        assert_eq!(pattern(""), "");
    }
}
