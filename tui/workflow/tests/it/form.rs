//! The form for `workflow_dispatch`.

use hello_workflow::{Dispatch, Input, InputKind, Severity};

use crate::{JOB, problems, read};

fn form(text: &str) -> Dispatch {
    read(text).0.dispatch.expect("the workflow can be dispatched")
}

/// Returns the problems of a file whose inputs begin in line 4.
fn of_inputs(inputs: &str) -> Vec<String> {
    problems(&format!("on:\n  workflow_dispatch:\n    inputs:\n{inputs}{JOB}"))
}

#[test]
fn every_kind_of_input_becomes_a_field() {
    let text = format!(
        "\"on\":
  workflow_dispatch:
    inputs:
      note:
      verbose: {{type: boolean, default: \"true\"}}
      dry_run: {{type: boolean}}
      size: {{type: choice, options: [1, 2.50, 3]}}
      switch: {{type: choice, options: [on, off, yes, no], default: no}}
      target: {{type: environment, required: true}}
      price: {{type: number, default: 1.50, description: \"Price: in \\\"EUR\\\"\\nwithout tax\"}}
      old: {{deprecationMessage: use note, default: \"\"}}
{JOB}"
    );
    assert_eq!(problems(&text), [""; 0]);
    let form = form(&text);
    let shown =
        |input: &Input| format!("{} {} {:?} {}", input.name, input.kind.word(), input.initial(), input.line);
    assert_eq!(
        form.inputs.iter().map(shown).collect::<Vec<_>>(),
        [
            "note string \"\" 4",
            "verbose boolean \"true\" 5",
            "dry_run boolean \"false\" 6",
            "size choice \"\" 7",
            "switch choice \"no\" 8",
            "target environment \"\" 9",
            "price number \"1.50\" 10",
            "old string \"\" 11",
        ]
    );
    let options = |name: &str| form.input(name).map(|input| input.kind.clone());
    let choice =
        |words: &[&str]| Some(InputKind::Choice(words.iter().map(|word| (*word).to_owned()).collect()));
    assert_eq!(options("size"), choice(&["1", "2.50", "3"]));
    assert_eq!(options("switch"), choice(&["on", "off", "yes", "no"]));
    assert_eq!(form.inputs[6].description.as_deref(), Some("Price: in \"EUR\"\nwithout tax"));
    assert_eq!(form.inputs[7].deprecation_message.as_deref(), Some("use note"));
    assert!(form.inputs[5].required && !form.inputs[0].required);
}

#[test]
fn a_trigger_without_inputs_has_an_empty_form() {
    for on in [
        "on: workflow_dispatch",
        "on: [push, workflow_dispatch]",
        "on: {workflow_dispatch: }",
        "on: {workflow_dispatch: {inputs: }}",
        "on: {workflow_dispatch: {}}",
    ] {
        let text = format!("{on}\n{JOB}");
        assert_eq!(form(&text), Dispatch { inputs: Vec::new(), line: 1 }, "{on}");
        assert_eq!(problems(&text), [""; 0], "{on}");
    }
}

#[test]
fn a_workflow_without_the_trigger_says_so() {
    let (workflow, _) = read(&format!("name: x\non: push\n{JOB}"));
    let problem = workflow.no_dispatch().expect("it cannot be dispatched");
    assert_eq!(problem.to_string(), "line 2, column 1: this workflow has no `workflow_dispatch`");
    assert_eq!(problem.severity, Severity::Dispatch);
    assert_eq!(read("on: workflow_dispatch\n").0.no_dispatch(), None);
}

#[test]
fn an_input_directly_under_the_trigger_is_no_field() {
    let text = format!(
        "on:
  workflow_dispatch:
    # inputs:
    target:
      type: choice
      options: [staging, production]
{JOB}"
    );
    assert_eq!(
        problems(&text),
        ["4:5 `target` stands under `workflow_dispatch` | inputs belong under `inputs:`"]
    );
    assert_eq!(read(&text).1[0].severity, Severity::Dispatch);
    assert_eq!(form(&text).inputs, []);
    let misspelt = problems(&format!("on: {{workflow_dispatch: {{input: {{a: }}}}}}\n{JOB}"));
    assert_eq!(misspelt, ["1:26 `input` stands under `workflow_dispatch` | did you mean `inputs`?"]);
}

#[test]
fn a_form_that_cannot_be_complete_is_reported() {
    assert_eq!(
        of_inputs("      size: {type: choice}\n"),
        ["4:7 the choice `size` has no options | add them, as in `options: [staging, production]`"]
    );
    assert_eq!(
        of_inputs("      size: {type: choice, options: [small, large], default: smal}\n"),
        ["4:62 the default `smal` of `size` is not one of its options | did you mean `small`?"]
    );
    assert_eq!(
        of_inputs("      a: {type: boolean, default: yes}\n"),
        ["4:35 the default `yes` of `a` is no boolean | write `true` or `false`"]
    );
    assert_eq!(
        of_inputs("      a: {type: number, default: many}\n"),
        ["4:34 the default `many` of `a` is no number | write a number"]
    );
    assert_eq!(
        of_inputs("      size:\n      Size:\n"),
        [
            "5:7 `Size` is there already, as `size`: case makes no difference | remove one of the two, or rename it"
        ]
    );
}

#[test]
fn an_unknown_type_is_treated_as_a_string() {
    let text = format!("on: {{workflow_dispatch: {{inputs: {{a: {{type: bolean}}}}}}}}\n{JOB}");
    assert_eq!(problems(&text), ["1:45 `bolean` is no type of an input | did you mean `boolean`?"]);
    assert_eq!(form(&text).inputs[0].kind, InputKind::String);
}

#[test]
fn the_twenty_sixth_input_is_reported() {
    let inputs = |count: usize| {
        let lines: Vec<String> = (0..count).map(|number| format!("      i{number}:\n")).collect();
        lines.concat()
    };
    assert_eq!(of_inputs(&inputs(25)), [""; 0]);
    assert_eq!(
        of_inputs(&inputs(26)),
        [
            "29:7 this form has 26 inputs, GitHub allows 25 | put several values into one input, or split the workflow"
        ]
    );
    let many =
        format!("on: {{workflow_dispatch: {{inputs: {{{}}}}}}}\n{JOB}", inputs(5_000).replace('\n', " ,"));
    assert_eq!(form(&many).inputs.len(), 200);
}

#[test]
fn an_alias_is_followed_in_a_form() {
    let text = format!(
        "on:
  workflow_call: {{inputs: {{a: {{type: string}}}}}}
  workflow_dispatch:
    inputs:
      from: &env {{type: choice, options: &all [dev, live]}}
      to: *env
      also: {{type: choice, options: *all}}
{JOB}"
    );
    assert_eq!(problems(&text), [""; 0]);
    let kinds: Vec<_> = form(&text).inputs.into_iter().map(|input| (input.line, input.kind)).collect();
    let all = InputKind::Choice(vec!["dev".to_owned(), "live".to_owned()]);
    assert_eq!(kinds, [(5, all.clone()), (6, all.clone()), (7, all)]);
}

#[test]
fn a_called_workflow_is_checked_more_strictly() {
    let call = |body: &str| problems(&format!("on: {{workflow_call: {body}}}\n{JOB}"));
    assert_eq!(call("{inputs: {a: {default: b}}}").len(), 1);
    assert_eq!(
        call("{inputs: {a: {type: choice}}}"),
        [
            "1:41 `choice` is no type of an input of `workflow_call` | GitHub knows string, boolean, number here"
        ]
    );
    assert_eq!(call("{outputs: {a: {description: b}}}").len(), 1);
}
