//! The log of a workflow job.

use std::fmt::Write as _;

use crate::moment::{Moment, millis};
use crate::simulation::{Conclusion, Job, Step};

/// Returns the log of a job that has ended, as GitHub stores it: every line starts with a timestamp.
pub(crate) fn job_log(job: &Job) -> String {
    let mut text = String::new();
    for step in job.steps.iter().filter(|step| step.conclusion != Conclusion::Skipped) {
        let mut clock = step.from;
        for line in step_lines(step) {
            write_line(&mut text, clock, &line);
            clock = (clock + millis(137)).min(step.to);
        }
    }
    text
}

fn write_line(text: &mut String, at: Moment, line: &str) {
    let stamp = at.rfc3339_millis();
    let stamp = stamp.trim_end_matches('Z');
    // GitHub writes seven fractional digits.
    writeln!(text, "{stamp}0000Z {line}").unwrap_or(());
}

fn step_lines(step: &Step) -> Vec<String> {
    let mut lines = match step.name {
        "Set up job" => vec![
            "Current runner version: '2.331.0'".to_owned(),
            "##[group]Operating System".to_owned(),
            "Ubuntu".to_owned(),
            "24.04.3".to_owned(),
            "LTS".to_owned(),
            "##[endgroup]".to_owned(),
        ],
        "Complete job" => vec!["Cleaning up orphan processes".to_owned()],
        name => vec![
            format!("##[group]Run {name}"),
            "shell: /usr/bin/bash -e {0}".to_owned(),
            "##[endgroup]".to_owned(),
        ],
    };
    lines.extend(output(step).iter().map(|line| (*line).to_owned()));
    match step.conclusion {
        Conclusion::Failure => lines.push("##[error]Process completed with exit code 1.".to_owned()),
        Conclusion::Cancelled => lines.push("##[error]The operation was canceled.".to_owned()),
        Conclusion::Success | Conclusion::Skipped => {}
    }
    lines
}

fn output(step: &Step) -> &'static [&'static str] {
    let failed = step.conclusion == Conclusion::Failure;
    match step.name {
        "Check formatting" => &["cargo fmt --all --check"],
        "Run clippy" => &[
            "    Checking hello-shared v0.1.0",
            "    Checking hello-server v0.1.0",
            "    Finished `dev` profile",
        ],
        "Build" => &[
            "   Compiling hello-shared v0.1.0",
            "   Compiling hello-server v0.1.0",
            "    Finished `test` profile",
        ],
        "Run the tests" if failed => &[
            "        PASS [   0.021s] hello-server::it trucks::a_truck_is_listed_after_it_was_added",
            "        FAIL [   0.034s] hello-server::it trucks::a_taken_plate_is_409",
            "    thread 'trucks::a_taken_plate_is_409' panicked at server/tests/it/trucks.rs:88:5:",
            "    assertion `left == right` failed",
            "      left: 500",
            "     right: 409",
            "     Summary [   4.117s] 142 tests run: 141 passed, 1 failed, 0 skipped",
        ],
        "Run the tests" => &["     Summary [   4.093s] 142 tests run: 142 passed, 0 skipped"],
        "Build and push the image" => {
            &["#12 exporting to image", "#12 pushing layers 6.1s done", "#12 DONE 8.4s"]
        }
        "Deploy the CloudFormation stack" if failed => &[
            "Waiting for stack create/update to complete",
            "Failed to create/update the stack. Run the following command to fetch the list of events:",
            "aws cloudformation describe-stack-events --stack-name hello-truck",
        ],
        "Deploy the CloudFormation stack" => &[
            "Waiting for stack create/update to complete",
            "Successfully created/updated stack - hello-truck",
        ],
        "Ask for the trucks" => &["GET /trucks 200 (6 trucks)"],
        _ => &[],
    }
}
