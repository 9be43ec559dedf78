//! How problems of descriptors are shown.

use hello_catalog::{Problem, Severity};

use super::Tone;

/// Returns the problems with errors first. Those of one severity keep their order.
pub fn in_order(problems: &[Problem]) -> Vec<&Problem> {
    let mut ordered: Vec<&Problem> = problems.iter().collect();
    ordered.sort_by_key(|problem| problem.severity != Severity::Error);
    ordered
}

/// Counts the problems as in `✗4 ⚠5`; a severity without any is left out.
pub fn count<'p>(problems: impl IntoIterator<Item = &'p Problem>) -> String {
    let (mut errors, mut warnings) = (0, 0);
    for problem in problems {
        match problem.severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
    }
    let count = |severity| if severity == Severity::Error { errors } else { warnings };
    let counts = [Severity::Error, Severity::Warning].map(|severity| (badge(severity).0, count(severity)));
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    counts.map(|(glyph, count)| format!("{glyph}{count}")).collect::<Vec<_>>().join(" ")
}

/// Returns the glyph and the tone of a severity.
pub fn badge(severity: Severity) -> (&'static str, Tone) {
    match severity {
        Severity::Error => ("✗", Tone::Bad),
        Severity::Warning => ("⚠", Tone::Warning),
    }
}

/// Returns what is wrong, with the entity that it is about.
pub fn rule(problem: &Problem) -> String {
    match &problem.entity {
        Some(entity) => format!("{entity}: {}", problem.rule),
        None => problem.rule.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(rule: &str, severity: Severity) -> Problem {
        Problem::of_source("a.yaml".to_owned(), rule.to_owned(), severity)
    }

    #[test]
    fn errors_come_first_and_are_counted() {
        let problems = [
            ("a", Severity::Warning),
            ("b", Severity::Error),
            ("c", Severity::Warning),
            ("d", Severity::Error),
        ]
        .map(|(rule, severity)| problem(rule, severity));
        let rules: Vec<String> = in_order(&problems).into_iter().map(rule).collect();
        assert_eq!(rules, ["b", "d", "a", "c"]);
        assert_eq!(count(&problems), "✗2 ⚠2");
        assert_eq!(count(&problems[..1]), "⚠1");
    }
}
