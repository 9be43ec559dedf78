//! The problems of descriptors as compilers print them: place, source line with a caret, what follows, what to do.

use std::fmt::Write;

use hello_catalog::{Catalog, Problem, Severity};

use super::source_lines::{SourceLines, around};

/// Returns all problems and a summary.
pub(super) fn report(catalog: &Catalog) -> String {
    let mut sources = SourceLines::default();
    let mut report = String::new();
    for problem in &catalog.problems {
        report.push_str(&diagnostic(problem, sources.get(&problem.source, problem.line)));
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
        let (shown, before) = around(line, problem.column);
        let _ = writeln!(text, "{number} | {shown}");
        let _ = writeln!(text, "{margin} | {}^", " ".repeat(before));
    }
    if let Some(consequence) = &problem.consequence {
        let _ = writeln!(text, "{margin} = {consequence}");
    }
    if let Some(hint) = &problem.hint {
        let _ = writeln!(text, "{margin} = next: {hint}");
    }
    text
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
            hint: Some("write it as \"x\"".to_owned()),
            ..Problem::of_source("a.yaml".to_owned(), "\"name\" is not valid".to_owned(), Severity::Error)
        };
        let expected = "error: component:a: \"name\" is not valid\n  --> a.yaml:12:3\n12 |   name: x\n   |   ^\n   \
                        = Backstage leaves this entity out\n   = next: write it as \"x\"\n";
        assert_eq!(diagnostic(&problem, Some("  name: x")), expected);
    }
}
