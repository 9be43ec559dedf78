//! What is wrong with a file that is no YAML, in the words of a workflow file.

use hello_yaml::{Broken, shortened};

use crate::report::Report;

/// Reports why a file is no YAML.
pub(crate) fn report(broken: Broken, report: &mut Report<'_>) {
    let Broken { at, rule, hint } = broken;
    let line = report.line(at.line).unwrap_or_default();
    let stopped_at: String = line.chars().skip(at.column - 1).take(1).collect();
    let is_second_colon = stopped_at == ":" && rule.contains("mapping values are not allowed");
    let rule = if is_second_colon {
        "a `: ` in unquoted text begins a map".to_owned()
    } else {
        rule.replacen("this document", "this file", 1)
    };
    let hint = match hint {
        Some(hint) if hint.starts_with("quote this text: run: ") => {
            format!("{hint}, or write it below `run: |`")
        }
        Some(hint) => hint,
        None if is_second_colon => format!("quote the text: {}", shortened(line.trim_start())),
        None => String::new(),
    };
    report.error(at, rule, hint);
}
