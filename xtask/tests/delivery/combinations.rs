//! The common parameter combinations of the ECS template, and the stacks that result.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

use serde_json::{Value, json};

use crate::{
    emulator::{Emulator, pairs, text},
    infrastructure::Template,
    stacks::{CERTIFICATE, KEY, Place, failures},
};

const TOKENS: &str = "ApiTokensSecretArn=arn:aws:secretsmanager:us-east-1:000000000000:secret:tokens-AbCdEf";
const REGISTRY: &str = "RegistrySecretArn=arn:aws:secretsmanager:us-east-1:000000000000:secret:hub-AbCdEf";
const ECR: &str = "EcrRepositoryArn=arn:aws:ecr:us-east-1:000000000000:repository/hello-server";

/// A parameter combination, and the expected stack.
struct Case {
    stack: &'static str,
    given: &'static [&'static str],
    /// The conditional resources of the stack.
    with: &'static [&'static str],
    /// The policies of the execution role, except that for the log.
    may: &'static [&'static str],
    endpoint: &'static str,
    /// `port protocol` of each listener.
    listeners: &'static [&'static str],
}

/// The resources of a stack with Aurora.
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
    let place = Place::of(&aws);
    thread::scope(|scope| {
        for case in CASES {
            scope.spawn(|| becomes_a_stack(&aws, &template, &place, case));
        }
    });
}

fn becomes_a_stack(aws: &Emulator, template: &Template, place: &Place, case: &Case) {
    let ended = aws.ends("create-stack", case.stack, template, &place.with(case.given));
    assert_eq!(ended, "CREATE_COMPLETE", "{}: {}", case.stack, failures(aws, case.stack));
    let stack = Stack::of(aws, case.stack);
    stack.has_what_belongs_to(case, template);
    stack.tells_what_the_console_needs(case);
    stack.runs_the_service_as_told(aws, case);
    stack.is_reached_as_told(aws, case);
}

/// A created stack.
struct Stack {
    name: String,
    outputs: BTreeMap<String, String>,
    /// Physical ids by logical id.
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
            Some(3)
        );
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
        let variables = pairs(&container["environment"], "name", "value");
        let store = if given("Store=none") { "sqlite:///data/hello-trucks.db" } else { "postgres://" };
        assert!(variables["DATABASE_URL"].starts_with(store), "{}", variables["DATABASE_URL"]);
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
