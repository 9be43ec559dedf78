//! The templates as stacks: with what a reader would try, what comes of it, and what becomes of a failure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{emulator::Emulator, infrastructure::Template};

const CERTIFICATE: &str =
    "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d-0000-4000-8000-000000000000";
const KEY: &str = "KmsKeyArn=arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000000";
const TOKENS: &str = "ApiTokensSecretArn=arn:aws:secretsmanager:us-east-1:000000000000:secret:tokens-AbCdEf";
const REGISTRY: &str = "RegistrySecretArn=arn:aws:secretsmanager:us-east-1:000000000000:secret:hub-AbCdEf";
const ECR: &str = "EcrRepositoryArn=arn:aws:ecr:us-east-1:000000000000:repository/hello-server";

/// What a reader tries, and what comes of it.
struct Case {
    stack: &'static str,
    given: &'static [&'static str],
    /// Resources that not every stack has.
    with: &'static [&'static str],
    /// What the execution role may do besides writing the log.
    may: &'static [&'static str],
    endpoint: &'static str,
    /// `port protocol` of each listener.
    listeners: &'static [&'static str],
}

/// A resource that comes after all others and waits for a signal that nobody gives.
const NEVER: &str = "
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
  Never:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: [Service, Dashboard]
    Properties: {Handle: !Ref Handle, Timeout: '1'}
";

/// What comes with Aurora, and what with its second instance.
const AURORA: &[&str] =
    &["Database", "DatabaseWriter", "Scaling", "RenewTasks", "RenewTasksAlarm", "TasksToDatabase"];

const CASES: &[Case] = &[
    Case {
        stack: "defaults",
        given: &[],
        with: &["DatabaseReader", "TestRule", "TrafficRole"],
        may: &["secrets"],
        endpoint: "http://defaults-",
        listeners: &["80 HTTP", "8080 HTTP"],
    },
    Case {
        stack: "throw-away",
        given: &["Store=none"],
        with: &["TestRule", "TrafficRole"],
        may: &[],
        endpoint: "http://throw-away-",
        listeners: &["80 HTTP", "8080 HTTP"],
    },
    Case {
        stack: "rolling",
        given: &["Store=none", "Strategy=ROLLING", "ExecuteCommand=true", REGISTRY],
        with: &[],
        may: &["secrets"],
        endpoint: "http://rolling-",
        listeners: &["80 HTTP"],
    },
    Case {
        stack: "production",
        given: &[
            "PRIVATE",
            CERTIFICATE,
            "HostName=trucks.example.com",
            KEY,
            TOKENS,
            ECR,
            "TestCidr=192.0.2.0/24",
        ],
        with: &[
            "CallersByHttps",
            "DatabaseReader",
            "HttpsListener",
            "TestRule",
            "TestersOfNewTasks",
            "TrafficRole",
        ],
        may: &["image", "key", "secrets"],
        endpoint: "https://trucks.example.com",
        listeners: &["443 HTTPS", "80 HTTP", "8443 HTTPS"],
    },
    Case {
        stack: "small",
        given: &["PRIVATE", "DatabaseReplica=false", "Strategy=ROLLING", "MinTasks=1", "TaskSize=medium"],
        with: &[],
        may: &["secrets"],
        endpoint: "http://small-",
        listeners: &["80 HTTP"],
    },
    Case {
        stack: "open-https",
        given: &[
            "Store=none",
            "Strategy=ROLLING",
            CERTIFICATE,
            "HostName=trucks.example.com",
            "TaskSize=large",
        ],
        with: &["CallersByHttps", "HttpsListener"],
        may: &[],
        endpoint: "https://trucks.example.com",
        listeners: &["443 HTTPS", "80 HTTP"],
    },
];

#[test]
fn every_combination_that_a_reader_would_try_becomes_a_stack() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-ecs.yaml");
    for case in CASES {
        let (succeeded, said) = aws.deploy(case.stack, &template, &parameters(&aws, case.given));
        assert!(succeeded, "{}: {said}\n{}", case.stack, failures(&aws, case.stack));
        let stack = Stack::of(&aws, case.stack);
        stack.has_what_belongs_to(case, &template);
        stack.tells_what_the_console_needs(case);
        stack.runs_the_service_as_told(&aws, case);
        stack.is_reached_as_told(&aws, case);
    }
}

#[test]
fn a_wrong_parameter_is_refused_before_anything_is_made() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-ecs.yaml");
    let subnet = first(&aws.ask(&["ec2", "describe-subnets"])["Subnets"], "SubnetId");
    let same = [format!("PublicSubnetA={subnet}"), format!("PublicSubnetB={subnet}")];
    let abroad = text(&aws.ask(&["ec2", "create-vpc", "--cidr-block", "10.9.0.0/16"])["Vpc"]["VpcId"]);
    let stranger = ["ec2", "create-subnet", "--vpc-id", &abroad, "--cidr-block", "10.9.1.0/24"];
    let stranger = text(&aws.ask(&stranger)["Subnet"]["SubnetId"]);
    for (wrong, why) in [
        (vec![format!("PublicSubnetB={stranger}")], "the public subnets must lie in the VPC"),
        (vec!["Image=docker.io/hellotruck/hello-server:latest".to_owned()], "must name the image by digest"),
        (same.to_vec(), "the public subnets must lie in two availability zones"),
        (vec![format!("PrivateSubnetA={subnet}")], "give two private subnets, or none"),
        (vec![CERTIFICATE.to_owned()], "give CertificateArn with the HostName that it is for, or neither"),
        (vec!["CertificateArn=mine".to_owned()], "must be the ARN of an ACM certificate, or empty"),
        (vec!["Strategy=CANARY".to_owned()], "Strategy"),
    ] {
        let (succeeded, said) =
            aws.deploy("wrong", &template, &[parameters(&aws, &[]), wrong.clone()].concat());
        assert!(!succeeded && said.contains(why), "{wrong:?}: {said}");
    }
    let (_, said) = aws.aws(&["ecs", "list-clusters", "--query", "clusterArns", "--output", "text"]);
    assert_eq!(said.trim(), "", "something was made");
}

#[test]
fn a_resource_that_fails_rolls_the_stack_back() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let unlucky = Template::named("deployment-ecs.yaml").with(NEVER);
    let ended = aws.failing("create-stack", "unlucky", &unlucky, &parameters(&aws, &["Store=none"]));
    assert_eq!(ended, "ROLLBACK_COMPLETE");
    assert!(failures(&aws, "unlucky").contains("Never"), "{}", failures(&aws, "unlucky"));
    for (what, left) in [
        (&["ecs", "list-clusters"][..], "clusterArns"),
        (&["elbv2", "describe-load-balancers"], "LoadBalancers"),
        (&["iam", "list-roles"], "Roles"),
        (&["logs", "describe-log-groups"], "logGroups"),
    ] {
        assert_eq!(aws.ask(what)[left], json!([]), "{what:?}");
    }
}

#[test]
fn a_resource_that_fails_in_an_update_leaves_what_was_there() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-ecs.yaml");
    let given = parameters(&aws, &["Store=none"]);
    let (succeeded, said) = aws.deploy("lucky", &template, &given);
    assert!(succeeded, "{said}");
    let before = image(&aws, "lucky");
    let next = given.iter().map(|given| given.replace("@sha256:0", "@sha256:1")).collect::<Vec<_>>();
    let ended = aws.failing("update-stack", "lucky", &template.with(NEVER), &next);
    assert_eq!(ended, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(image(&aws, "lucky"), before);
    let (succeeded, said) = aws.deploy("lucky", &template, &next);
    assert!(succeeded, "{said}");
    assert_ne!(image(&aws, "lucky"), before);
}

#[test]
fn the_buckets_are_closed_and_stay_when_the_stack_goes() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-s3.yaml");
    for given in [&[][..], &[KEY]] {
        let given: Vec<_> = given.iter().map(|&given| given.to_owned()).collect();
        let (succeeded, said) = aws.deploy("buckets", &template, &given);
        assert!(succeeded, "{said}");
    }
    let bucket = Stack::of(&aws, "buckets").outputs["ArtifactBucketName"].clone();
    let ask = |question: &str| aws.ask(&["s3api", question, "--bucket", &bucket]);
    assert_eq!(ask("get-bucket-versioning")["Status"], "Enabled");
    let block = &ask("get-public-access-block")["PublicAccessBlockConfiguration"];
    assert!(
        block.as_object().is_some_and(|all| all.len() == 4 && all.values().all(|on| on == true)),
        "{block}"
    );
    assert!(
        ask("get-bucket-policy")["Policy"].as_str().is_some_and(|policy| policy.contains("SecureTransport"))
    );
    assert!(aws.aws(&["cloudformation", "delete-stack", "--stack-name", "buckets"]).0);
    assert!(aws.aws(&["cloudformation", "wait", "stack-delete-complete", "--stack-name", "buckets"]).0);
    assert!(aws.aws(&["s3api", "head-bucket", "--bucket", &bucket]).0, "the artifacts are gone");
}

/// moto is believed for this; ministack knows one kind of encryption.
#[test]
fn the_artifacts_are_encrypted_with_a_key() {
    let Some(aws) = Emulator::moto() else { return };
    let (succeeded, said) = aws.deploy("buckets", &Template::named("deployment-s3.yaml"), &[KEY.to_owned()]);
    assert!(succeeded, "{said}");
    let bucket = ["--stack-name", "buckets", "--logical-resource-id", "ArtifactBucket"];
    let bucket = aws.ask(&[&["cloudformation", "describe-stack-resource"], &bucket[..]].concat());
    let bucket = text(&bucket["StackResourceDetail"]["PhysicalResourceId"]);
    let encryption = aws.ask(&["s3api", "get-bucket-encryption", "--bucket", &bucket]);
    let rule =
        &encryption["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"];
    assert_eq!(rule["SSEAlgorithm"], "aws:kms");
    assert!(KEY.ends_with(rule["KMSMasterKeyID"].as_str().unwrap_or("no key")), "{rule}");
}

#[test]
fn the_console_s_policies_can_be_attached() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let (succeeded, said) = aws.deploy("console", &Template::named("console-policies.yaml"), &[]);
    assert!(succeeded, "{said}");
    assert_eq!(
        aws.ask(&["iam", "list-policies", "--scope", "Local"])["Policies"].as_array().map(Vec::len),
        Some(2)
    );
}

/// A stack that was made.
struct Stack {
    name: String,
    outputs: BTreeMap<String, String>,
    /// Names in the template to names at AWS.
    resources: BTreeMap<String, String>,
}

impl Stack {
    fn of(aws: &Emulator, name: &str) -> Self {
        let stack = &aws.ask(&["cloudformation", "describe-stacks", "--stack-name", name])["Stacks"][0];
        assert_eq!(
            stack["StackStatus"].as_str().map(|status| status.ends_with("E_COMPLETE")),
            Some(true),
            "{stack}"
        );
        let resources = aws.ask(&["cloudformation", "describe-stack-resources", "--stack-name", name]);
        Self {
            name: name.to_owned(),
            outputs: pairs(&stack["Outputs"], "OutputKey", "OutputValue"),
            resources: pairs(&resources["StackResources"], "LogicalResourceId", "PhysicalResourceId"),
        }
    }

    fn has_what_belongs_to(&self, case: &Case, template: &Template) {
        let conditional =
            template.resources().iter().filter(|(_, resource)| !resource["Condition"].is_null());
        let conditional: BTreeSet<&str> = conditional.map(|(name, _)| name.as_str()).collect();
        let made: BTreeSet<&str> = self.resources.keys().map(String::as_str).collect();
        for always in template.resources().keys().filter(|name| !conditional.contains(name.as_str())) {
            assert!(made.contains(always.as_str()), "{}: {always} is missing", self.name);
        }
        let aurora = !case.given.contains(&"Store=none");
        for name in AURORA {
            assert_eq!(made.contains(name), aurora, "{}: {name}", self.name);
        }
        for name in [
            "CallersByHttps",
            "DatabaseReader",
            "HttpsListener",
            "TestRule",
            "TestersOfNewTasks",
            "TrafficRole",
        ] {
            assert_eq!(made.contains(name), case.with.contains(&name), "{}: {name}", self.name);
        }
    }

    fn tells_what_the_console_needs(&self, case: &Case) {
        let output = |name: &str| self.outputs.get(name).map_or("", String::as_str);
        assert!(output("Endpoint").starts_with(case.endpoint), "{}", output("Endpoint"));
        assert_eq!(output("ClusterName"), self.name);
        let service = format!("arn:aws:ecs:us-east-1:000000000000:service/{}/hello-server", self.name);
        assert_eq!(output("ServiceArn"), service);
        assert_eq!(output("LogGroupName"), format!("/ecs/{}", self.name));
        assert!(output("DashboardUrl").ends_with(&format!("#dashboards/dashboard/{}", self.name)));
    }

    fn runs_the_service_as_told(&self, aws: &Emulator, case: &Case) {
        let given = |what: &str| case.given.contains(&what);
        let services = aws.ask(&[
            "ecs",
            "describe-services",
            "--cluster",
            &self.name,
            "--services",
            "hello-server",
            "--include",
            "TAGS",
        ]);
        let service = &services["services"][0];
        let rolling = given("Strategy=ROLLING");
        assert_eq!(
            service["deploymentConfiguration"]["strategy"],
            if rolling { "ROLLING" } else { "BLUE_GREEN" }
        );
        assert_eq!(service["deploymentConfiguration"]["deploymentCircuitBreaker"]["rollback"], true);
        assert_eq!(
            service["deploymentConfiguration"]["alarms"]["alarmNames"].as_array().map(Vec::len),
            Some(2)
        );
        assert_eq!(service["desiredCount"], if given("Store=none") { 1 } else { 2 });
        let balancer = &service["loadBalancers"][0];
        assert_eq!(balancer["targetGroupArn"], self.resources["BlueTargets"]);
        let green = if rolling { Value::Null } else { json!(self.resources["GreenTargets"]) };
        assert_eq!(balancer["advancedConfiguration"]["alternateTargetGroupArn"], green);
        let network = &service["networkConfiguration"]["awsvpcConfiguration"];
        assert_eq!(network["assignPublicIp"], if given("PRIVATE") { "DISABLED" } else { "ENABLED" });
        assert_eq!(network["securityGroups"], json!([self.resources["TaskSecurityGroup"]]));
        let tags = pairs(&service["tags"], "key", "value");
        assert_eq!(tags.get("component").map(String::as_str), Some("hello-server"), "{tags:?}");

        let arn = service["taskDefinition"].as_str().expect("a service has a task definition");
        let task = &aws.ask(&["ecs", "describe-task-definition", "--task-definition", arn])["taskDefinition"];
        let container = &task["containerDefinitions"][0];
        assert_eq!(container["user"], "10001");
        assert_eq!(container["readonlyRootFilesystem"], !given("ExecuteCommand=true"));
        assert_eq!(container["logConfiguration"]["options"]["awslogs-group"], self.outputs["LogGroupName"]);
        let told = pairs(&container["environment"], "name", "value");
        let store = if given("Store=none") { "sqlite:///data/hello-trucks.db" } else { "postgres://" };
        assert!(told["DATABASE_URL"].starts_with(store), "{}", told["DATABASE_URL"]);
        let role = |name: &str| {
            let role = &self.resources[name];
            let policies = aws.ask(&["iam", "list-role-policies", "--role-name", role]);
            policies["PolicyNames"].as_array().into_iter().flatten().map(text).collect::<BTreeSet<_>>()
        };
        let may = case.may.iter().chain(&["logs"]).map(|&name| name.to_owned()).collect();
        assert_eq!(role("ExecutionRole"), may, "{}", self.name);
        let exec = if given("ExecuteCommand=true") { vec!["execute-command".to_owned()] } else { Vec::new() };
        assert_eq!(role("TaskRole"), exec.into_iter().collect(), "{}", self.name);
    }

    fn is_reached_as_told(&self, aws: &Emulator, case: &Case) {
        let balancer = &self.resources["LoadBalancer"];
        let listeners = aws.ask(&["elbv2", "describe-listeners", "--load-balancer-arn", balancer]);
        let listeners = listeners["Listeners"].as_array().expect("a list of listeners");
        let ports =
            listeners.iter().map(|listener| format!("{} {}", listener["Port"], text(&listener["Protocol"])));
        let ports: BTreeSet<_> = ports.collect();
        assert_eq!(
            ports,
            case.listeners.iter().map(|&listener| listener.to_owned()).collect(),
            "{}",
            self.name
        );
        let plain = listeners.iter().find(|listener| listener["Port"] == 80).expect("port 80 is open");
        let redirects = plain["DefaultActions"][0]["Type"] == "redirect";
        assert_eq!(redirects, case.endpoint.starts_with("https"), "{}", self.name);
    }
}

/// Adds what every stack needs: an image, the default VPC and two of its subnets; `PRIVATE` stands for two more.
pub(crate) fn parameters(aws: &Emulator, given: &[&str]) -> Vec<String> {
    let subnets = &aws.ask(&["ec2", "describe-subnets"])["Subnets"];
    let subnet = |at: usize| text(&subnets[at]["SubnetId"]);
    let image = format!("Image=docker.io/hellotruck/hello-server@sha256:{}", "0".repeat(64));
    let mut all = vec![
        image,
        format!("VpcId={}", text(&subnets[0]["VpcId"])),
        format!("PublicSubnetA={}", subnet(0)),
        format!("PublicSubnetB={}", subnet(1)),
    ];
    for &given in given {
        match given {
            "PRIVATE" => {
                all.push(format!("PrivateSubnetA={}", subnet(0)));
                all.push(format!("PrivateSubnetB={}", subnet(1)));
            }
            given => all.push(given.to_owned()),
        }
    }
    all
}

/// Returns the image that a stack's service runs.
fn image(aws: &Emulator, stack: &str) -> String {
    let services = aws.ask(&["ecs", "describe-services", "--cluster", stack, "--services", "hello-server"]);
    let arn = first(&services["services"], "taskDefinition");
    let task = aws.ask(&["ecs", "describe-task-definition", "--task-definition", &arn]);
    first(&task["taskDefinition"]["containerDefinitions"], "image")
}

/// Returns what failed in a stack, and why.
fn failures(aws: &Emulator, stack: &str) -> String {
    let (_, events) = aws.aws(&[
        "cloudformation",
        "describe-stack-events",
        "--stack-name",
        stack,
        "--query",
        "StackEvents[?contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatusReason]",
        "--output",
        "text",
    ]);
    events
}

pub(crate) fn first(list: &Value, key: &str) -> String {
    text(&list[0][key])
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn pairs(list: &Value, key: &str, value: &str) -> BTreeMap<String, String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|pair| (text(&pair[key]), text(&pair[value]))).collect()
}
