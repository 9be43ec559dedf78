//! What to do about text that is not valid YAML, judged by the line that the parser stopped at.

use super::{
    node::{At, shortened},
    text::lines,
};

/// The number of lines searched upwards for the mistake.
const LINES_ABOVE: usize = 3;

/// Returns what to do about a syntax error found at `at`.
pub(super) fn hint(text: &str, at: At) -> Option<String> {
    let before = at.line.saturating_sub(1 + LINES_ABOVE);
    let mut lines = lines(text).skip(before);
    let near: Vec<&str> = lines.by_ref().take(at.line - before).collect();
    let (last, above) = near.split_last()?;
    // The parser often stops after the line with the mistake, and before one that begins with a tab.
    of_line(last, true)
        .or_else(|| lines.next().filter(|next| begins_with_tab(next)).map(|_| NO_TABS.to_owned()))
        .or_else(|| unclosed(&near))
        .or_else(|| above.iter().rev().find_map(|line| of_line(line, false)))
        .or_else(|| begins_at(last, at).then(|| "align it with the lines it belongs to".to_owned()))
}

const NO_TABS: &str = "indent with spaces; YAML does not allow tabs";

fn begins_with_tab(line: &str) -> bool {
    line[..line.len() - line.trim_start().len()].contains('\t')
}

/// Reports whether a location is where a line begins after its indentation, or the colon after its first word.
fn begins_at(line: &str, at: At) -> bool {
    let index = at.column - 1;
    let indent = line.len() - line.trim_start().len();
    index == indent || (index > indent && line.find(':') == Some(index))
}

/// Returns what to do about a list or an object in brackets that these lines do not close.
fn unclosed(lines: &[&str]) -> Option<String> {
    lines.iter().enumerate().rev().find_map(|(index, line)| {
        let (key, value) = line.trim_start().split_once(": ")?;
        let (open, close) =
            [('[', ']'), ('{', '}')].into_iter().find(|(open, _)| value.starts_with(*open))?;
        let count = |bracket| lines[index..].iter().map(|line| line.matches(bracket).count()).sum::<usize>();
        (count(open) > count(close))
            .then(|| format!("close the {open} after {}: with {close}", shortened(key)))
    })
}

/// Returns what to do about a line. Signs that are valid in most places count only where the parser stopped.
fn of_line(line: &str, is_last: bool) -> Option<String> {
    let content = line.trim_start();
    if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
        return Some("resolve the merge conflict".to_owned());
    }
    if begins_with_tab(line) {
        return Some(NO_TABS.to_owned());
    }
    if content.starts_with('#') {
        return None;
    }
    let (key, value) = match content.strip_prefix("- ") {
        Some(item) => item.split_once(": ").map_or(("-", item), |(key, value)| (key, value)),
        None => content.split_once(": ")?,
    };
    if value.starts_with('\'') && is_last {
        return Some("check the quotes: within '…', a ' is written twice".to_owned());
    }
    if value.starts_with('"') && is_last {
        return Some("check the quotes: within \"…\", a \" is written \\\"".to_owned());
    }
    needs_quotes(value, is_last).then(|| {
        let lead = if key == "-" { "- ".to_owned() } else { format!("{key}: ") };
        format!("quote this text: {}{}", shortened(&lead), quoted(value))
    })
}

/// Reports whether a text means something else unless it is quoted.
fn needs_quotes(value: &str, is_last: bool) -> bool {
    let value = value.trim();
    if value.starts_with(['"', '\'', '|', '>', '#']) {
        return false;
    }
    let is_template = value.starts_with("{{") || value.starts_with("{%");
    let is_collection = value.starts_with(['{', '[']);
    let is_reserved = value.starts_with(['@', '`', '%']) || (is_last && value.starts_with(['*', '&', '!']));
    let goes_on = is_last && is_collection && goes_on_after_brackets(value);
    is_template
        || goes_on
        || (!is_collection && (is_reserved || value.contains(": ") || value.ends_with(':')))
}

/// Reports whether text follows the bracket that closes the first one, as in `[ -f FILE ] && make`.
fn goes_on_after_brackets(value: &str) -> bool {
    let mut depth = 0_usize;
    for (index, c) in value.char_indices() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            let rest = value[index + c.len_utf8()..].trim_start();
            return !rest.is_empty() && !rest.starts_with('#');
        }
    }
    false
}

fn quoted(value: &str) -> String {
    let value = shortened(value.trim());
    if value.contains(['"', '\\']) {
        format!("'{}'", value.replace('\'', "''"))
    } else {
        format!("\"{value}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_after_a_bracket_is_quoted() {
        let found = hint("a: {{ b }}\nrun: [ -f x ] && make\n", At { line: 2, column: 15 });
        assert_eq!(found.as_deref(), Some("quote this text: run: \"[ -f x ] && make\""));
        let list = hint("a: [b, [c]] # d\n e: f\n", At { line: 1, column: 1 });
        assert!(!list.unwrap_or_default().contains("quote"));
    }

    #[test]
    fn blank_lines_do_not_move_the_hint() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{}a: b: c{end}{}", end.repeat(20), "d: e\n".repeat(20));
            let found = hint(&text, At { line: 21, column: 5 });
            assert_eq!(found.as_deref(), Some("quote this text: a: \"b: c\""), "{end:?}");
        }
    }
}
