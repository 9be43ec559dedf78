//! Deployment of a stack from its change set to its outputs, and rollback, with the AWS CLI against ministack.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    emulator::Emulator,
    third_party::{output, root},
};

const TEMPLATE: &str = r"
Parameters:
  Image: {Type: String}
  Strategy: {Type: String, Default: BLUE_GREEN}
  Certificate: {Type: String, Default: ''}
Resources:
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Sub '/hello/${Image}', RetentionInDays: 7}
Outputs:
  Endpoint: {Value: http://trucks.example.com}
  ClusterName: {Value: hello-truck}
  ServiceArn: {Value: 'arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server'}
  LogGroupName: {Value: !Ref Logs}
";

/// A template with a resource that waits a second for a signal that is never sent.
const FAILING: &str = r"
Parameters:
  Image: {Type: String}
Resources:
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Signal:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: '1'}
";

/// A separate AWS account, and a working folder.
pub(crate) struct Account(pub(crate) Emulator);

impl Account {
    pub(crate) fn open() -> Option<Self> {
        Emulator::ministack(None).map(Self)
    }

    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.0.command_of(program);
        command
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
            .env("DEPLOY_PAUSE", "0.2")
            .current_dir(self.0.folder.path());
        command
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.folder.path().join(name)
    }

    pub(crate) fn script(&self, name: &str, arguments: &[&str]) -> (bool, String) {
        output(self.command(root().join("infrastructure/scripts").join(name)).args(arguments))
    }

    pub(crate) fn deploy(&self, template: &str, more: &[&str]) -> (bool, String) {
        fs::write(self.path("template.yaml"), template).unwrap();
        self.script("deploy.sh", &[&["--stack", "hello", "--template", "template.yaml"], more].concat())
    }

    pub(crate) fn aws(&self, query: &str) -> String {
        let mut aws = self.command("aws");
        let (_, output) =
            output(aws.args(["cloudformation", "describe-stacks", "--output", "text", "--query", query]));
        output.trim().to_owned()
    }

    /// Returns what was written to a workflow file (output or summary) since the last call.
    pub(crate) fn workflow_file(&self, file: &str) -> String {
        let path = self.path(file);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        text
    }
}

#[test]
fn a_stack_is_created_changed_and_rolled_back() {
    let Some(account) = Account::open() else { return };
    let image = "Stacks[0].Parameters[?ParameterKey=='Image'].ParameterValue";

    let (created, what) = account
        .deploy(TEMPLATE, &["--parameters", "  # a comment\n\n  Strategy=ROLLING\n", "--set", "Image=one"]);
    assert!(created, "{what}");
    let text = account.workflow_file("output");
    for line in [
        "outcome=created",
        "endpoint=http://trucks.example.com",
        "cluster=hello-truck",
        "service=arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server",
        "log-group=/hello/one",
    ] {
        assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
    }
    let summary = account.workflow_file("summary");
    for part in [
        "| Add | `Logs` | AWS::Logs::LogGroup |",
        "* [Trucks](http://trucks.example.com/trucks)",
        "* [Stack](https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1#/stacks/stackinfo?stackId=arn:aws:",
        "* [Service](https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/hello-truck/services/hello-server?region=us-east-1)",
        "#logsV2:log-groups/log-group/$252Fhello$252Fone)",
    ] {
        assert!(summary.contains(part), "{part} is not in\n{summary}");
    }

    // A value with several lines, such as a certificate, is one value.
    let certificate = "Certificate=BEGIN\nEND";
    let (changed, what) =
        account.deploy(TEMPLATE, &["--set", "Image=two", "--set", certificate, "--before", "before"]);
    assert!(changed, "{what}");
    assert!(account.workflow_file("output").contains("outcome=updated"));
    assert!(account.workflow_file("summary").contains("| Modify | `Logs` |"));
    assert_eq!(account.aws(image), "two");

    let (back, what) = account.script("rollback.sh", &["hello", "before"]);
    assert!(back, "{what}");
    assert_eq!(account.aws(image), "one");
    assert_eq!(account.aws("Stacks[0].Parameters[?ParameterKey=='Certificate'].ParameterValue"), "");
    assert_eq!(account.aws("Stacks[0].Parameters[?ParameterKey=='Strategy'].ParameterValue"), "ROLLING");
    assert!(account.workflow_file("summary").contains("### Rolling back `hello`"));

    account.workflow_file("output");
    let (nothing, what) = account.deploy(TEMPLATE, &[]);
    assert!(nothing && what.contains("Nothing to change"), "{what}");
    assert!(account.workflow_file("output").contains("outcome=unchanged"));
}

#[test]
fn a_dry_run_shows_the_changes_and_leaves_nothing() {
    let Some(account) = Account::open() else { return };
    let (planned, what) = account.deploy(TEMPLATE, &["--set", "Image=one", "--dry-run"]);
    assert!(planned && what.contains("| Add | `Logs` |"), "{what}");
    assert_eq!(account.workflow_file("output"), "outcome=planned\n");
    assert!(account.workflow_file("summary").contains("A dry run: nothing was changed."));
    assert_eq!(account.aws("Stacks[].StackStatus"), "");
}

#[test]
fn a_failed_stack_is_rolled_back_and_names_the_cause() {
    let Some(account) = Account::open() else { return };
    let (succeeded, what) = account.deploy(FAILING, &["--set", "Image=one", "--before", "before"]);
    assert!(!succeeded && what.contains("error: the stack hello is ROLLBACK_COMPLETE"), "{what}");
    let summary = account.workflow_file("summary");
    assert!(summary.contains("* `Signal` (AWS::CloudFormation::WaitCondition): "), "{summary}");
    // There was no stack before, and both scripts print what to type.
    let (succeeded, what) = account.script("rollback.sh", &["hello", "before"]);
    assert!(!succeeded && what.contains("nothing to go back to"), "{what}");
    let (succeeded, what) = account.deploy(TEMPLATE, &["--set", "Image=one"]);
    assert!(!succeeded && what.contains("delete-stack --stack-name hello"), "{what}");
}

#[test]
fn invalid_deployments_are_refused_before_calling_aws() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.yaml");
    fs::write(&large, "#".repeat(51_201)).unwrap();
    let small = folder.path().join("small.yaml");
    fs::write(&small, "{}").unwrap();
    let deploy = |template: &Path, more: &[&str]| {
        let mut deploy = Command::new(root().join("infrastructure/scripts/deploy.sh"));
        let output =
            deploy.args(["--stack", "hello", "--template"]).arg(template).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(deploy(Path::new("nowhere.yaml"), &[]).contains("there is no template nowhere.yaml"));
    assert!(deploy(&large, &[]).contains("variable ARTIFACT_BUCKET"));
    assert!(deploy(&small, &["--set", "Image one"]).contains("is not like KEY=VALUE"));
    assert!(deploy(&small, &["--parameters", "Image: one"]).contains("is not like KEY=VALUE"));
    assert!(deploy(&small, &["--force", "yes"]).contains("--force is no option"));
    assert!(deploy(&small, &["--set"]).contains("--set needs a value"));
}
