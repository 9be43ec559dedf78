//! No input makes the reader panic, hang or report a wrong location.

use hello_workflow::{Workflow, payload, validate};
use proptest::{collection::vec, prelude::*, sample::Index};

const GOOD: &str = "\
name: Deploy
on:
  push: {branches: [main]}
  schedule: [{cron: '0 5 * * 1'}]
  workflow_dispatch:
    inputs:
      target: &target {type: choice, options: [staging, production], default: staging}
      other: *target
      count: {type: number, default: 1.50, required: true}
permissions: {contents: read}
concurrency: {group: a, cancel-in-progress: true}
jobs:
  build:
    runs-on: ubuntu-latest
    strategy: {matrix: {os: [linux]}}
    steps:
      - {id: db, run: make, background: true}
      - parallel: [{uses: actions/checkout@v5}]
      - wait: db
  deploy:
    needs: [build]
    uses: ./.github/workflows/deploy.yaml
    with: {text: '${{ inputs.target }}'}
";

/// Text fragments that readers of workflow files most often mishandle.
const BITS: [&str; 24] = [
    "---\n",
    "\n",
    "\t",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "|\n",
    "\"",
    "'",
    "\u{feff}",
    "\r",
    "${{",
    "}}",
    "needs: build\n",
    "名",
    "%YAML 1.1\n",
    "null",
];

fn assert_sound(text: &[u8]) {
    let decoded = String::from_utf8_lossy(text);
    let lines = decoded.split(['\n', '\r']).count();
    let (workflow, problems) = Workflow::read(text);
    for problem in problems.iter().chain(&workflow.no_dispatch()) {
        assert!((1..=lines).contains(&problem.line) && problem.column >= 1, "{problem} of {lines} lines");
        assert!(problem.length >= 1 && !problem.rule.is_empty());
        if let Some(excerpt) = problem.excerpt(&decoded, 40) {
            assert!(excerpt.caret.ends_with('^') && !excerpt.source.contains(char::is_control), "{excerpt}");
        }
    }
    for (before, after) in problems.iter().zip(problems.iter().skip(1)) {
        assert!((before.line, before.column) <= (after.line, after.column));
    }
    if let Some(dispatch) = &workflow.dispatch {
        let initial: Vec<(String, String)> =
            dispatch.inputs.iter().map(|input| (input.name.clone(), input.initial().to_owned())).collect();
        assert!(payload(dispatch, &initial).len() <= initial.len());
        validate(dispatch, &initial);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_read_or_reported(text in vec(any::<u8>(), 0..512)) {
        assert_sound(&text);
    }

    #[test]
    fn a_mutated_workflow_is_read_or_reported(
        changes in vec((any::<Index>(), 0..BITS.len(), 0_usize..24), 1..8),
    ) {
        let mut text = GOOD.as_bytes().to_vec();
        for (place, bit, removed) in changes {
            let start = place.index(text.len());
            let end = (start + removed).min(text.len());
            text.splice(start..end, BITS[bit].bytes());
        }
        assert_sound(&text);
    }

    #[test]
    fn a_truncated_workflow_is_read_or_reported(place in any::<Index>()) {
        assert_sound(&GOOD.as_bytes()[..place.index(GOOD.len())]);
    }
}

#[test]
fn the_example_is_valid() {
    assert_eq!(Workflow::read(GOOD.as_bytes()).1, []);
}
