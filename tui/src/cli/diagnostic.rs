//! The problems of descriptors as compilers print them: place, source line with a caret, what follows, what to do.

use std::{collections::HashMap, fmt::Write, path::Path};

use hello_catalog::{Catalog, LARGEST_SOURCE, Problem, Severity};

/// The maximum length of a source line, in characters.
const LINE_LIMIT: usize = 120;

/// Returns all problems and a summary.
pub(super) fn report(catalog: &Catalog) -> String {
    let mut sources = Lines::default();
    let mut report = String::new();
    for problem in &catalog.problems {
        report.push_str(&diagnostic(problem, sources.line(problem)));
        report.push('\n');
    }
    report.push_str(&summary(catalog));
    report
}

fn summary(catalog: &Catalog) -> String {
    let count = |severity| catalog.problems.iter().filter(|problem| problem.severity == severity).count();
    let number = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let entities = match catalog.entities.len() {
        1 => "1 entity".to_owned(),
        count => format!("{count} entities"),
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    format!("{entities}, {}, {}\n", number(errors, "error"), number(warnings, "warning"))
}

fn diagnostic(problem: &Problem, line: Option<&str>) -> String {
    let number = problem.line.to_string();
    let margin = " ".repeat(number.len());
    let entity = problem.entity.as_ref().map(|entity| format!("{entity}: ")).unwrap_or_default();
    // Writing to a string does not fail.
    let mut text = format!("{}: {entity}{}\n", problem.severity.word(), problem.rule);
    let _ = writeln!(text, "{margin}--> {}:{}:{}", problem.source, problem.line, problem.column);
    if let Some(line) = line {
        let before = problem.column.saturating_sub(1).min(LINE_LIMIT);
        let shown: String = line.chars().take(LINE_LIMIT).collect();
        let _ = writeln!(text, "{number} | {}", shown.trim_end());
        let _ = writeln!(text, "{margin} | {}^", " ".repeat(before));
    }
    if let Some(consequence) = &problem.consequence {
        let _ = writeln!(text, "{margin} = {consequence}");
    }
    if let Some(hint) = hint(problem) {
        let _ = writeln!(text, "{margin} = next: {hint}");
    }
    text
}

/// Returns what to do about a problem, where that is more than the rule says.
fn hint(problem: &Problem) -> Option<&'static str> {
    let has = |text: &str| problem.rule.contains(text);
    match () {
        () if has("is not in this catalog") => Some("describe it, or add its descriptor with --catalog"),
        () if has("must have required property") => Some("add the property"),
        () if has("to read it, add --catalog") => None,
        () if has("leads nowhere") => Some("correct the annotation, or remove it"),
        () => None,
    }
}

/// The lines of local sources. Fetched sources are not fetched again.
#[derive(Default)]
struct Lines(HashMap<String, Option<String>>);

impl Lines {
    fn line(&mut self, problem: &Problem) -> Option<&str> {
        let text = self.0.entry(problem.source.clone()).or_insert_with(|| {
            hello_files::read_to_string(Path::new(&problem.source), LARGEST_SOURCE as u64).ok()
        });
        text.as_deref()?.lines().nth(problem.line.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_under_the_column() {
        let problem = Problem {
            line: 12,
            column: 3,
            entity: Some("component:a".to_owned()),
            consequence: Some("Backstage leaves this entity out".to_owned()),
            ..Problem::of_source("a.yaml".to_owned(), "\"name\" is not valid".to_owned(), Severity::Error)
        };
        let expected = "error: component:a: \"name\" is not valid\n  --> a.yaml:12:3\n12 |   name: x\n   |   ^\n   \
                        = Backstage leaves this entity out\n";
        assert_eq!(diagnostic(&problem, Some("  name: x")), expected);
    }
}
