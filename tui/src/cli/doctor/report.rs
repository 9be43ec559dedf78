//! The report as text: a sign, a label and a value in a line, and below it why and what to type next.

use hello_model::{
    check::{Check, CheckSection, CheckStatus},
    text::width,
};
use hello_state::present::{Tone, badge::check_badge};

use crate::cli::table::TonedLine;

/// The columns before and after the label, with the sign.
const MARGIN: usize = 6;

/// The narrowest column for values. In less room, the terminal breaks the lines.
const LEAST_ROOM: usize = 20;

/// Returns the lines of a section, with values that are wrapped to the room.
pub(super) fn lines(section: &CheckSection, room: usize) -> Vec<TonedLine> {
    let labels = section.checks.iter().map(|check| width(check.label)).max().unwrap_or(0);
    section.checks.iter().flat_map(|check| check_lines(check, labels, room)).collect()
}

fn check_lines(check: &Check, labels: usize, room: usize) -> Vec<TonedLine> {
    let (glyph, word, tone) = check_badge(check.status);
    let margin = MARGIN + labels;
    let room = room.saturating_sub(margin).max(LEAST_ROOM);
    let value = check.value.as_ref().map(ToString::to_string);
    let is_good = matches!(check.status, CheckStatus::Ok | CheckStatus::Info);
    let why = check.why.clone().map(|why| if is_good { why } else { format!("{word}: {why}") });
    let next = check.next.as_ref().map(|next| format!("next: {next}"));
    // The reason stands in the place of a missing value.
    let texts = [(value, Tone::Plain), (why, tone), (next, Tone::Plain)];
    let wrapped = texts.into_iter().filter_map(|(text, tone)| Some((text?, tone)));
    let wrapped: Vec<(String, Tone)> = wrapped
        .flat_map(|(text, tone)| wrap(&text, room).into_iter().map(move |line| (line, tone)))
        .collect();
    let label = format!("{}{}  ", check.label, " ".repeat(labels - width(check.label)));
    let mut lines = Vec::with_capacity(wrapped.len().max(1));
    let mut wrapped = wrapped.into_iter();
    let (first, first_tone) = wrapped.next().unwrap_or_default();
    lines.push(vec![
        ("  ".to_owned(), Tone::Plain),
        (format!("{glyph} "), tone),
        (label, Tone::Plain),
        (first, first_tone),
    ]);
    lines.extend(wrapped.map(|(text, tone)| vec![(" ".repeat(margin), Tone::Plain), (text, tone)]));
    lines
}

/// Breaks a text between words. A word that is wider than the room has a line of its own.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line) + 1 + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Says how many checks are not good.
pub(super) fn summary(sections: &[CheckSection]) -> String {
    let count = |status| {
        sections.iter().flat_map(|section| &section.checks).filter(|check| check.status == status).count()
    };
    let (failed, warnings) = (count(CheckStatus::Failed), count(CheckStatus::Warning));
    let plural = if warnings == 1 { "" } else { "s" };
    match (failed, warnings) {
        (0, 0) => "Everything works.".to_owned(),
        (0, _) => format!("Nothing failed, {warnings} warning{plural}."),
        _ => format!("{failed} failed, {warnings} warning{plural}."),
    }
}

#[cfg(test)]
mod tests {
    use hello_model::failure::{Failure, Kind};

    use super::*;

    fn written(checks: Vec<Check>, room: usize) -> Vec<String> {
        let section = CheckSection { id: "a", title: "A", checks };
        let text = |line: TonedLine| line.into_iter().map(|(text, _)| text).collect();
        lines(&section, room).into_iter().map(text).collect()
    }

    #[test]
    fn a_finding_has_a_sign_a_word_and_what_to_type() {
        let failure = Failure::new(Kind::Offline, "asking", "cannot be reached").hint("start it");
        let checks = vec![
            Check::ok("url", "URL", "http://a.test"),
            Check::failed("reachable", "reachable", failure),
            Check::warning("token", "token", "sent openly").with_value("the given one"),
            Check::skipped("logs", "logs", "not checked"),
        ];
        let expected = [
            "  ✓ URL        http://a.test",
            "  ✗ reachable  failed: cannot be reached",
            "               next: start it",
            "  ⚠ token      the given one",
            "               warning: sent openly",
            "  – logs       not checked",
        ];
        assert_eq!(written(checks, usize::MAX), expected);
    }

    #[test]
    fn a_long_value_is_wrapped_between_words() {
        let checks = vec![Check::ok("a", "a", "one two three four five six seven eight")];
        assert_eq!(written(checks, 27), ["  ✓ a  one two three four", "       five six seven eight"]);
    }

    #[test]
    fn the_summary_counts_what_is_not_good() {
        let section = |checks| [CheckSection { id: "a", title: "A", checks }];
        let warning = || Check::warning("w", "w", "why");
        assert_eq!(summary(&section(vec![Check::ok("o", "o", true)])), "Everything works.");
        assert_eq!(summary(&section(vec![warning()])), "Nothing failed, 1 warning.");
        let failed = Check::failed("f", "f", Failure::new(Kind::Offline, "a", "b"));
        assert_eq!(summary(&section(vec![warning(), warning(), failed])), "1 failed, 2 warnings.");
    }
}
