//! What a form refuses before it sends, and what it sends.

use hello_workflow::{Dispatch, InputProblem, MAX_PAYLOAD, payload, validate};

use crate::{JOB, read};

fn form() -> Dispatch {
    let text = format!(
        "on:
  workflow_dispatch:
    inputs:
      target: {{type: choice, options: [staging, production], required: true}}
      dry_run: {{type: boolean, required: true}}
      count: {{type: number, default: 3, required: true}}
      place: {{type: environment}}
      note: {{default: none}}
      comment:
{JOB}"
    );
    read(&text).0.dispatch.expect("it has the trigger")
}

fn pairs(values: &[(&str, &str)]) -> Vec<(String, String)> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Returns what is wrong with these values, each as `rule | hint`.
fn refused(values: &[(&str, &str)]) -> Vec<String> {
    let shown = |problem: InputProblem| format!("{} | {}", problem.rule, problem.hint.unwrap_or_default());
    validate(&form(), &pairs(values)).into_iter().map(shown).collect()
}

#[test]
fn good_values_are_sent_as_strings_in_the_order_of_the_file() {
    let values = [("count", "1.50"), ("dry_run", "false"), ("target", "staging"), ("place", "eu")];
    assert_eq!(refused(&values), [""; 0]);
    let sent = payload(&form(), &pairs(&values));
    assert_eq!(
        sent,
        pairs(&[("target", "staging"), ("dry_run", "false"), ("count", "1.50"), ("place", "eu")])
    );
}

#[test]
fn empty_fields_are_left_out() {
    let values = [("target", "staging"), ("dry_run", ""), ("count", ""), ("place", ""), ("comment", "")];
    assert_eq!(refused(&values), [""; 0]);
    assert_eq!(payload(&form(), &pairs(&values)), pairs(&[("target", "staging")]));
    // Without it, GitHub would use the default.
    let cleared = payload(&form(), &pairs(&[("note", "")]));
    assert_eq!(cleared, pairs(&[("note", "")]));
}

#[test]
fn a_wrong_value_is_refused_with_what_to_type() {
    for (name, value, expected) in [
        ("target", "prodction", "prodction is not one of the options of target | did you mean production?"),
        ("target", "x", "x is not one of the options of target | choose one of staging, production"),
        ("dry_run", "yes", "yes is no value of dry_run | write true or false"),
        ("dry_run", "True", "True is no value of dry_run | write true or false"),
        ("count", "many", "many is no number, as count is | write digits, as in 1.5"),
        ("coment", "x", "this workflow has no input coment | did you mean comment?"),
        ("Comment", "x", "this workflow has no input Comment | did you mean comment?"),
        (
            "x",
            "x",
            "this workflow has no input x | its inputs are target, dry_run, count, place, note, comment",
        ),
    ] {
        let mut values = vec![(name, value)];
        if name != "target" {
            values.push(("target", "staging"));
        }
        assert_eq!(refused(&values), [expected], "{name}");
    }
}

#[test]
fn a_required_input_without_a_default_needs_a_value() {
    assert_eq!(refused(&[]), ["target is required | give it a value"]);
    assert_eq!(refused(&[("target", "")]), ["target is required | give it a value"]);
}

#[test]
fn a_value_is_given_once() {
    let twice = [("target", "staging"), ("comment", "a"), ("comment", "b")];
    assert_eq!(refused(&twice), ["comment is given twice | give it once"]);
}

#[test]
fn a_payload_over_the_limit_is_refused() {
    let fits = "x".repeat(MAX_PAYLOAD - "{\"target\":\"staging\",\"comment\":\"\"}".len());
    assert_eq!(refused(&[("target", "staging"), ("comment", &fits)]), [""; 0]);
    let more = format!("{fits}x");
    assert_eq!(
        refused(&[("target", "staging"), ("comment", &more)]),
        ["the inputs have 65536 characters together, GitHub allows 65535 | shorten the longest value"]
    );
}
