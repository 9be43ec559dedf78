//! AWS on loopback: third-party emulators, called with the AWS CLI.
//!
//! ministack emulates CloudFormation as AWS documents it: it checks parameters and rules first, rolls the stack back if
//! a resource fails, and makes every resource available through its API. It does not support every type in our
//! templates; [`SUBSTITUTES`] lists the substitutes. moto skips most of these types, and is used only where it is better.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    command_line::CommandLine,
    containers::{eventually, free_port},
    http,
    infrastructure::Template,
    third_party::{EMULATORS, PYTHON, output, provided},
};

/// The parts that ministack 1.5 does not support, and their substitutes. A wait condition handle accepts any properties
/// and does nothing, so only cfn-lint checks the resources that it replaces.
const SUBSTITUTES: &[(&str, &str)] = &[
    ("AWS::EC2::SecurityGroupEgress", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::EC2::SecurityGroupIngress", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::WAFv2::WebACLAssociation", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::WAFv2::LoggingConfiguration", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::ApplicationAutoScaling::ScalableTarget", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::CloudFormation::WaitConditionHandle"),
    ("AWS::SecretsManager::RotationSchedule", "AWS::CloudFormation::WaitConditionHandle"),
    // ministack creates no password for a database.
    ("Database.MasterUserSecret.SecretArn", "Database.DBClusterArn"),
];

/// A Python program that prints the calls in the AWS CLI's history.
const HISTORY: &str = "
import sqlite3, sys
calls = \"select payload from records where event_type = 'API_CALL' order by rowid\"
for call in sqlite3.connect(sys.argv[1]).execute(calls):
    print(call[0])
";

/// A running emulator, which ends when dropped.
pub(crate) struct Emulator {
    process: Child,
    port: u16,
    /// The folder of the emulators' programs.
    programs: PathBuf,
    aws: CommandLine,
    pub(crate) folder: TempDir,
}

impl Emulator {
    /// Starts ministack. It runs containers on the engine at `docker`; without one, it only reports that they run.
    pub(crate) fn ministack(docker: Option<&str>) -> Option<Self> {
        let programs = provided(EMULATORS)?;
        let folder = tempfile::tempdir().expect("a folder of its own");
        let port = free_port();
        let mut program = Command::new(programs.join("python"));
        // Without a worker process, which would outlive it.
        program.args([
            "-m",
            "hypercorn",
            "--workers",
            "0",
            "--bind",
            &format!("127.0.0.1:{port}"),
            "ministack.app:app",
        ]);
        program.env("GATEWAY_PORT", port.to_string()).env("IOT_MTLS_ENABLED", "0");
        program.env("DOCKER_HOST", docker.unwrap_or("unix:///nowhere.sock"));
        Some(Self::start(&mut program, port, programs, folder, "/_ministack/health"))
    }

    /// Starts moto.
    pub(crate) fn moto() -> Option<Self> {
        let (python, programs) = (provided(PYTHON)?, provided(EMULATORS)?);
        let folder = tempfile::tempdir().expect("a folder of its own");
        let port = free_port();
        let mut program = Command::new(python);
        program.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
        Some(Self::start(&mut program, port, programs, folder, "/moto-api/data.json"))
    }

    fn start(program: &mut Command, port: u16, programs: PathBuf, folder: TempDir, health: &str) -> Self {
        let log = fs::File::create(folder.path().join("log")).expect("a log can be written");
        let program = program.current_dir(folder.path()).env("AWS_DEFAULT_REGION", "us-east-1");
        let process =
            program.stdin(Stdio::null()).stdout(log.try_clone().expect("a second handle")).stderr(log);
        let process = process.spawn().unwrap_or_else(|error| panic!("{program:?}: {error}"));
        // Both take a while to start, so they start in parallel.
        let aws = CommandLine::load(&programs, folder.path());
        let emulator = Self { process, port, programs, aws, folder };
        eventually("the emulator answers", || {
            http::get(port, health).is_some_and(|answer| answer.status == 200)
        });
        emulator
    }

    /// Runs the AWS CLI; returns whether it succeeded, and its output.
    pub(crate) fn aws(&self, arguments: &[&str]) -> (bool, String) {
        output(self.command().args(arguments))
    }

    /// Runs an AWS CLI command that must succeed, and returns its JSON.
    pub(crate) fn ask(&self, arguments: &[&str]) -> Value {
        let output = self.command().args(arguments).args(["--output", "json"]).output().expect("aws starts");
        let failed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {failed}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
    }

    /// Deploys a template as the README describes; returns whether it succeeded, and the output.
    pub(crate) fn deploy(&self, stack: &str, template: &Template, parameters: &[String]) -> (bool, String) {
        let file = self.written(stack, template);
        let mut command = self.command();
        command.args(["cloudformation", "deploy", "--stack-name", stack, "--no-fail-on-empty-changeset"]);
        command.args(["--capabilities", "CAPABILITY_IAM", "--template-file"]).arg(file);
        if !parameters.is_empty() {
            command.arg("--parameter-overrides").args(parameters);
        }
        // The AWS CLI names a change set after the current second, so two change sets of a stack may get the same name.
        let taken = "(AlreadyExistsException) when calling the CreateChangeSet";
        let mut tries = (0..5).map(|_| output(&mut command));
        tries.find(|(_, output)| !output.contains(taken)).expect("a second passes")
    }

    /// Runs `create-stack` or `update-stack` to its end, and returns the stack's final status. `deploy` would poll only
    /// twice a minute.
    pub(crate) fn ends(&self, verb: &str, stack: &str, template: &Template, parameters: &[String]) -> String {
        let mut command = self.command();
        command.args(["cloudformation", verb, "--stack-name", stack, "--capabilities", "CAPABILITY_IAM"]);
        command.arg("--template-body").arg(format!("file://{}", self.written(stack, template).display()));
        let pair = |given: &String| given.replacen('=', ",ParameterValue=", 1);
        command
            .arg("--parameters")
            .args(parameters.iter().map(|given| format!("ParameterKey={}", pair(given))));
        let (succeeded, output) = output(&mut command);
        assert!(succeeded, "{output}");
        let mut status = String::new();
        eventually("the stack is made or has failed", || {
            let stacks = self.ask(&["cloudformation", "describe-stacks", "--stack-name", stack]);
            stacks["Stacks"][0]["StackStatus"].as_str().unwrap_or_default().clone_into(&mut status);
            !status.ends_with("_IN_PROGRESS")
        });
        status
    }

    /// Writes a stack's template with the substitutes of [`SUBSTITUTES`] and without comments: with an additional
    /// resource, a commented template would be too large.
    pub(crate) fn written(&self, stack: &str, template: &Template) -> PathBuf {
        let text =
            SUBSTITUTES.iter().fold(template.text.clone(), |text, (ours, its)| text.replace(ours, its));
        let file = self.folder.path().join(format!("{stack}.yaml"));
        let lines: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        fs::write(&file, lines.join("\n")).expect("a template can be written");
        file
    }

    fn command(&self) -> Command {
        self.command_of(self.aws.program())
    }

    /// Enables the history of the AWS CLI.
    pub(crate) fn enable_history(&self) {
        let home = self.folder.path().join(".aws");
        fs::create_dir_all(&home).expect("a home can be made");
        fs::write(home.join("config"), "[default]\ncli_history = enabled\n")
            .expect("a setting can be written");
    }

    /// Returns the calls since [`Self::enable_history`], in order, each with `service`, `operation` and `params`.
    pub(crate) fn recorded_calls(&self) -> Vec<Value> {
        let mut python = self.command_of(self.programs.join("python"));
        let (succeeded, output) =
            output(python.args(["-c", HISTORY]).arg(self.folder.path().join(".aws/cli/history/history.db")));
        assert!(succeeded, "{output}");
        output.lines().map(|line| serde_json::from_str(line).expect("a call is kept as JSON")).collect()
    }

    /// Prepares a program that calls the emulator, directly or with the AWS CLI.
    pub(crate) fn command_of(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        let path = env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{}:{path}", self.aws.bin.display()));
        command.env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port));
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        command.env("AWS_DEFAULT_REGION", "us-east-1").env("AWS_MAX_ATTEMPTS", "1");
        command.env("NO_PROXY", "127.0.0.1").env("no_proxy", "127.0.0.1");
        // No settings of the developer.
        command.env("HOME", self.folder.path()).env_remove("AWS_PROFILE").env_remove("AWS_SESSION_TOKEN");
        command
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Returns the text at `key` in the first item of a list.
pub(crate) fn first(list: &Value, key: &str) -> String {
    text(&list[0][key])
}

/// Returns a JSON value that must be a string.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// Returns a list of pairs, such as tags or outputs, as a map.
pub(crate) fn pairs(list: &Value, key: &str, value: &str) -> BTreeMap<String, String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|pair| (text(&pair[key]), text(&pair[value]))).collect()
}
