//! Expressions that are not complete.

use hello_yaml::{At, Node, Value};

use crate::report::Report;

/// Reports each expression below a node that is not closed, or is empty.
pub(crate) fn check(node: &Node, report: &mut Report<'_>) {
    match &node.value {
        Value::Text(text) => check_text(text, node.at, report),
        Value::List(items) => items.iter().for_each(|item| check(item, report)),
        Value::Map(entries) => entries.iter().for_each(|entry| {
            check_text(&entry.key, entry.at, report);
            check(&entry.value, report);
        }),
        Value::Null | Value::Bool(..) | Value::Number(_) => {}
    }
}

fn check_text(text: &str, at: At, report: &mut Report<'_>) {
    let mut rest = text;
    while let Some((_, inside)) = rest.split_once("${{") {
        let Some((expression, after)) = inside.split_once("}}") else {
            report.error(at, "an expression begins with `${{` and does not end", "close it with `}}`");
            return;
        };
        if expression.trim().is_empty() {
            report.error(
                at,
                "there is nothing between `${{` and `}}`",
                "write an expression, or remove both",
            );
        }
        rest = after;
    }
}
