//! What the steps of a job print.

use crate::simulation::{Conclusion, Job, Step};

/// Returns the lines of a step, from its group to its result.
pub(super) fn step_lines(step: &Step) -> Vec<String> {
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
            format!("##[group]Run {}", name.trim_start_matches("Run ")),
            format!("\u{1b}[36;1m{}\u{1b}[0m", name.trim_start_matches("Run ")),
            "shell: /usr/bin/bash -e {0}".to_owned(),
            "##[endgroup]".to_owned(),
        ],
    };
    lines.extend(output(step).iter().map(|line| (*line).to_owned()));
    match step.conclusion {
        Conclusion::Failure => lines.push("##[error]Process completed with exit code 1.".to_owned()),
        Conclusion::Cancelled => lines.push("##[error]The operation was canceled.".to_owned()),
        _ => {}
    }
    lines
}

/// Returns the lines that debug logging adds before those of a step.
pub(super) fn debug_lines(step: &Step, job: &Job) -> Vec<String> {
    vec![
        format!("##[debug]Starting: {}", step.name),
        format!("##[debug]Evaluating condition for step '{}' of job '{}'", step.name, job.name),
        "##[debug]=> true".to_owned(),
    ]
}

/// Returns the errors that a failed step reports, as its annotations show them.
pub(crate) fn errors(step: &Step) -> impl Iterator<Item = &'static str> {
    output(step).iter().filter_map(|line| line.strip_prefix("##[error]"))
}

fn output(step: &Step) -> &'static [&'static str] {
    if step.conclusion == Conclusion::Failure { failed_output(step.name) } else { usual_output(step.name) }
}

fn failed_output(name: &str) -> &'static [&'static str] {
    match name {
        "Run the tests" => &[
            "        PASS [   0.021s] hello-server::it trucks::a_truck_is_listed_after_it_was_added",
            "        FAIL [   0.034s] hello-server::it trucks::a_taken_plate_is_409",
            "    thread 'trucks::a_taken_plate_is_409' panicked at server/tests/it/trucks.rs:88:5:",
            "    assertion `left == right` failed",
            "      left: 500",
            "     right: 409",
            "     Summary [   4.117s] 142 tests run: 141 passed, 1 failed, 0 skipped",
            "##[error]trucks::a_taken_plate_is_409 failed%0Aleft: 500%0Aright: 409",
        ],
        "Lint" => &[
            "server/src/trucks.rs",
            "##[error]  88:5  the plate is compared twice  no-double-compare",
            "✖ 1 problem (1 error, 0 warnings)",
        ],
        "Build" => &[
            "   Compiling hello-shared v0.1.0",
            "##[error]linking with `aarch64-linux-gnu-gcc` failed: exit status: 1",
            "error: could not compile `hello-server` (bin \"hello-server\") due to 1 previous error",
        ],
        "Deploy the CloudFormation stack" => &[
            "##[command]aws cloudformation deploy --stack-name hello-truck",
            "Waiting for stack create/update to complete",
            "Failed to create/update the stack. Run the following command to fetch the list of events:",
            "aws cloudformation describe-stack-events --stack-name hello-truck",
        ],
        _ => &[],
    }
}

fn usual_output(name: &str) -> &'static [&'static str] {
    match name {
        "Check out the repository" | "Check out" => &[
            "Syncing repository: hello-truck/hello-truck",
            "##[group]Getting Git version info",
            "##[command]/usr/bin/git version",
            "git version 2.51.2",
            "##[endgroup]",
            "##[command]/usr/bin/git checkout --progress --force -B main refs/remotes/origin/main",
        ],
        "Restore the build cache" => &[
            "Received 67108864 of 126353408 (53.1%), 64.0 MBs/sec\rReceived 126353408 of 126353408 (100.0%), 60.2 \
             MBs/sec",
            "Cache restored from key: Linux-X64-1.95.0-6f1a",
        ],
        "Check formatting" => &["cargo fmt --all --check"],
        "Run clippy" => &[
            "    Checking hello-shared v0.1.0",
            "    Checking hello-server v0.1.0",
            "##[warning]server/src/trucks.rs:41: this function has too many lines (64/60)",
            "    Finished `dev` profile",
        ],
        "Build" => &[
            "   Compiling hello-shared v0.1.0",
            "   Compiling hello-server v0.1.0",
            "    Finished `test` profile",
        ],
        "Run the tests" => &["     Summary [   4.093s] 142 tests run: 142 passed, 0 skipped"],
        "Unit tests" => &["ok ✓ trucks", "ok ✓ plates", "ok ✓ Prüfziffern"],
        "Build and push the image" => {
            &["#12 exporting to image", "#12 pushing layers 6.1s done", "#12 DONE 8.4s"]
        }
        "Deploy the CloudFormation stack" => &[
            "##[command]aws cloudformation deploy --stack-name hello-truck",
            "Waiting for stack create/update to complete",
            "Successfully created/updated stack - hello-truck",
        ],
        "Ask for the trucks" => &["GET /trucks 200 (6 trucks)"],
        "Analyze" => &["Extracting rust", "Scanned 214 of 214 files", "Interpreting results"],
        _ => &[],
    }
}
