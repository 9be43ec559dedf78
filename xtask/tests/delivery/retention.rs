//! A deployment keeps the database and the tags, and rolls back a stack that fails or a change that takes too long.

use std::{collections::BTreeSet, fs, process::Command};

use serde_json::Value;

use crate::{
    deploying::Account,
    emulator::pairs,
    infrastructure::Template,
    releasing::stub_program,
    stacks::Place,
    third_party::{output, read, root},
};

/// A database with data, in a stack with another resource.
const WITH_DATABASE: &str = r"
Parameters:
  KmsKeyArn: {Type: String, Default: ''}
Conditions:
  HasKey: !Not [!Equals [!Ref KmsKeyArn, '']]
Resources:
  Logs: {Type: AWS::Logs::LogGroup}
  Database:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-postgresql
      MasterUsername: trucks
      ManageMasterUserPassword: true
      StorageEncrypted: true
      KmsKeyId: !If [HasKey, !Ref KmsKeyArn, !Ref AWS::NoValue]
";

#[test]
fn a_database_is_deleted_only_on_request() {
    let Some(account) = Account::open() else { return };
    let (created, what) = account.deploy(WITH_DATABASE, &[]);
    assert!(created, "{what}");
    let database = || {
        let resources = account.ask(&["cloudformation", "describe-stack-resources", "--stack-name", "hello"]);
        pairs(&resources["StackResources"], "LogicalResourceId", "PhysicalResourceId").remove("Database")
    };
    let before = database();
    assert!(before.is_some());
    // The effect of Store=none on the real template. The emulator predicts it only if the resource is removed entirely.
    let without = WITH_DATABASE.split_once("  Database:").unwrap().0;
    let (planned, what) = account.deploy(without, &["--dry-run"]);
    assert!(planned && what.contains("With this goes the database `Database`"), "{what}");
    for (template, change) in [(without, "KmsKeyArn="), (WITH_DATABASE, crate::stacks::KEY)] {
        let (succeeded, what) = account.deploy(template, &["--set", change]);
        assert!(!succeeded && what.contains("error: this would take the database Database away"), "{what}");
        assert!(what.contains("--allow-replacement"), "{what}");
        assert_eq!(database(), before, "{change}");
    }
    let (removed, what) = account.deploy(without, &["--allow-replacement"]);
    assert!(removed, "{what}");
    assert_eq!(database(), None);
}

#[test]
fn tags_stay_until_they_are_changed() {
    let Some(account) = Account::open() else { return };
    let template = |days: u32| {
        format!(
            "Resources:\n  Logs: {{Type: AWS::Logs::LogGroup, Properties: {{RetentionInDays: {days}}}}}\n"
        )
    };
    let tags = || account.aws("sort(Stacks[0].Tags[].join('=', [Key, Value]))");
    let (created, what) =
        account.deploy(&template(1), &["--tag", "component=hello-server", "--tag", "owner=the trucks"]);
    assert!(created, "{what}");
    let (changed, what) = account.deploy(&template(3), &[]);
    assert!(changed, "{what}");
    assert_eq!(tags(), "component=hello-server\towner=the trucks");
    let (changed, what) = account.deploy(&template(5), &["--tag", "owner=nobody"]);
    assert!(changed, "{what}");
    assert_eq!(tags(), "component=hello-server\towner=nobody");
}

#[test]
fn a_new_stack_is_protected_once_it_is_there() {
    let Some(account) = Account::open() else { return };
    account.0.enable_history();
    let (created, what) = account.deploy_service("hello", &Template::named("deployment-ecs.yaml"));
    assert!(created, "{what}");
    assert_eq!(protections(&account), ["false", "true"]);
    assert!(account.workflow_file("output").starts_with("outcome=created\n"));
    let balancers = account.ask(&["elbv2", "describe-load-balancers"]);
    let balancer = balancers["LoadBalancers"][0]["LoadBalancerArn"].as_str().unwrap();
    let attributes =
        account.ask(&["elbv2", "describe-load-balancer-attributes", "--load-balancer-arn", balancer]);
    let protected = attributes["Attributes"].as_array().unwrap().iter();
    let mut protected = protected.filter(|at| at["Key"] == "deletion_protection.enabled");
    assert_eq!(protected.next().map(|at| &at["Value"]), Some(&Value::from("true")));
}

#[test]
fn a_failed_new_stack_is_not_protected() {
    let Some(account) = Account::open() else { return };
    account.0.enable_history();
    let unlucky = Template::named("deployment-ecs.yaml").with(crate::stacks::NEVER);
    let (created, what) = account.deploy_service("hello", &unlucky);
    assert!(!created && what.contains("error: the stack hello is ROLLBACK_COMPLETE"), "{what}");
    assert_eq!(protections(&account), ["false"]);
}

/// Returns the value of the parameter `Protection` in each change set.
fn protections(account: &Account) -> Vec<String> {
    let protection_of = |call: &Value| {
        let parameters = call["params"]["Parameters"].as_array().cloned().unwrap_or_default();
        let protection = parameters.into_iter().find(|parameter| parameter["ParameterKey"] == "Protection");
        protection.map(|parameter| parameter["ParameterValue"].as_str().unwrap_or_default().to_owned())
    };
    let calls = account.0.recorded_calls();
    calls.iter().filter(|call| call["operation"] == "CreateChangeSet").filter_map(protection_of).collect()
}

/// A template whose change takes three seconds, longer than the test's timeout.
const SLOW: &str = r"
Resources:
  Logs: {Type: AWS::Logs::LogGroup}
  Handle: {Type: AWS::CloudFormation::WaitConditionHandle}
  Signal:
    Type: AWS::CloudFormation::WaitCondition
    Properties: {Handle: !Ref Handle, Timeout: '3'}
";

#[test]
fn an_endless_change_is_rolled_back_with_github_s_roles() {
    let Some(account) = Account::open() else { return };
    account.0.enable_history();
    let (created, what) = account.deploy("Resources:\n  Logs: {Type: AWS::Logs::LogGroup}\n", &[]);
    assert!(created, "{what}");
    let (planned, what) = account.deploy(SLOW, &["--dry-run"]);
    assert!(planned, "{what}");
    let (succeeded, what) = account.deploy(SLOW, &["--minutes", "0", "--before", "before"]);
    assert!(!succeeded && what.contains("`hello` is not done after 0 minutes, and is taken back."), "{what}");
    assert!(what.contains("error: the stack hello is UPDATE_ROLLBACK_COMPLETE"), "{what}");
    assert!(account.workflow_file("summary").contains("is taken back"));

    let called: BTreeSet<_> = account.0.recorded_calls().iter().map(action).collect();
    for role in ["StagingRole", "ProductionRole"] {
        let template = Template::named("deployment-role.yaml");
        let held = &template.statements()[role];
        let held: BTreeSet<_> = held.iter().flat_map(|statement| statement.actions.clone()).collect();
        assert_eq!(held, called, "{role}");
    }
}

fn action(call: &Value) -> String {
    format!("{}:{}", call["service"].as_str().unwrap(), call["operation"].as_str().unwrap())
}

#[test]
fn a_stack_that_cannot_change_is_reported_with_a_hint() {
    for (status, hint) in [
        ("ROLLBACK_FAILED", "aws elbv2 modify-load-balancer-attributes"),
        ("DELETE_FAILED", "aws rds modify-db-cluster --db-cluster-identifier NAME --no-deletion-protection"),
        ("ROLLBACK_COMPLETE", "aws cloudformation delete-stack --stack-name hello"),
        ("UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback --stack-name hello"),
        ("UPDATE_IN_PROGRESS", "aws cloudformation describe-stack-events --stack-name hello"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        stub_program(folder.path(), "aws", &format!("echo {status}"));
        fs::write(folder.path().join("template.yaml"), "{}").unwrap();
        let mut deploy = Command::new(root().join("infrastructure/scripts/deploy.sh"));
        deploy.args(["--stack", "hello", "--template", "template.yaml"]).current_dir(folder.path());
        let path = std::env::var("PATH").unwrap_or_default();
        let (succeeded, what) = output(deploy.env("PATH", format!("{}:{path}", folder.path().display())));
        assert!(
            !succeeded && what.contains(&format!("the stack hello is {status}, and takes no change")),
            "{what}"
        );
        assert!(what.contains(hint), "{status}: {what}");
    }
}

/// macOS ships bash 3.2, with which the scripts would fail halfway.
#[test]
fn scripts_check_the_version_of_bash_first() {
    for name in ["deploy.sh", "outputs.sh", "rollback.sh"] {
        let script = read(&root().join("infrastructure/scripts").join(name));
        let asks =
            script.find("BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]").unwrap_or_else(|| panic!("{name}"));
        let takes = ["[@]}", "declare -A"].iter().filter_map(|new| script.find(new)).min();
        assert!(takes.is_some_and(|takes| asks < takes), "{name}");
        assert!(script.contains("brew install bash"), "{name}");
    }
    let delivery = read(&root().join("docs/delivery.md"));
    assert!(delivery.contains("bash 4.4"), "docs/delivery.md does not say which bash");
}

/// CloudFormation's own `deploy` would remove tags, and a database.
#[test]
fn pages_use_only_existing_options_of_the_script() {
    let usage = read(&root().join("infrastructure/scripts/deploy.sh"));
    let mut used = 0;
    for page in ["infrastructure/README.md", "docs/delivery.md", ".github/workflows/deploy.yaml"] {
        let text = read(&root().join(page));
        assert!(!text.contains("cloudformation deploy --stack-name hello-truck "), "{page}");
        // A command continues while its lines end with a backslash.
        for command in text.split("scripts/deploy.sh --").skip(1).filter_map(|rest| rest.split("$(").next()) {
            let lines = command.split_inclusive('\n');
            let whole = lines.scan(true, |goes_on, line| {
                let taken = goes_on.then_some(line);
                *goes_on = line.ends_with("\\\n");
                taken
            });
            let command = format!("--{}", whole.collect::<String>());
            for option in command.split_whitespace().filter(|word| word.starts_with("--")) {
                used += 1;
                assert!(usage.contains(&format!("  {option} ")), "{page}: {option}");
            }
        }
    }
    assert!(used > 15, "only {used} options");
}

impl Account {
    /// Deploys the service as the README describes, without a database.
    fn deploy_service(&self, stack: &str, template: &Template) -> (bool, String) {
        let file = self.0.written(stack, template);
        let given = Place::of(&self.0).with(&["Store=none"]).join("\n");
        let file = file.to_str().unwrap();
        self.script("deploy.sh", &["--stack", stack, "--template", file, "--parameters", &given])
    }

    fn ask(&self, arguments: &[&str]) -> Value {
        self.0.ask(arguments)
    }
}
