//! Checks that the templates, the image and the service agree with each other.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    infrastructure::{Template, texts},
    third_party::{read, root},
};

/// Variables that the service's libraries read instead: the connection to PostgreSQL.
const OF_LIBRARIES: &[&str] = &["PGPASSWORD", "PGPORT", "PGSSLROOTCERT", "PGUSER"];

#[test]
fn the_service_accepts_the_settings_of_the_templates() {
    let source = read(&root().join("server/src/cli/args.rs"));
    let mut settings = names(&container());
    let beanstalk = Template::named("deployment-beanstalk.yaml");
    let options = &beanstalk.resources()["EnvironmentOfService"]["Properties"]["OptionSettings"];
    settings.extend(environment_options(options));
    assert!(
        settings.contains("HELLO_API_TOKENS") && settings.contains("HELLO_TRUSTED_PROXIES"),
        "{settings:?}"
    );
    for name in settings.iter().filter(|name| !OF_LIBRARIES.contains(&name.as_str())) {
        assert!(source.contains(&format!("env = \"{name}\"")), "the service has no setting {name}");
    }
}

#[test]
fn no_started_request_is_cut_off() {
    let container = container();
    let [drain, request] =
        ["HELLO_DRAIN_DELAY", "HELLO_REQUEST_TIMEOUT"].map(|name| seconds_of(&container, name));
    let stop = container["StopTimeout"].as_u64().expect("a number of seconds");
    assert!(stop > drain + request, "{stop} seconds to stop, {drain} to drain, {request} for a request");
    for (name, group) in
        Template::named("deployment-ecs.yaml").of_type("AWS::ElasticLoadBalancingV2::TargetGroup")
    {
        let attributes = group["Properties"]["TargetGroupAttributes"].as_array().expect("a list");
        let delay = attributes.iter().find(|at| at["Key"] == "deregistration_delay.timeout_seconds");
        let delay = delay.and_then(|at| at["Value"].as_str()).and_then(|value| value.parse::<u64>().ok());
        assert!(delay.is_some_and(|delay| delay > request), "{name}: {delay:?}");
    }
}

#[test]
fn the_task_runs_what_the_image_has() {
    let dockerfile = read(&root().join("Dockerfile"));
    let container = container();
    let program = container["HealthCheck"]["Command"][1].as_str().unwrap_or_default();
    assert!(dockerfile.contains(&format!("ENTRYPOINT [\"{program}\"]")), "the image has no {program}");
    let user = container["User"].as_str().unwrap_or_default();
    assert!(dockerfile.contains(&format!("\nUSER {user}")), "the image's user is not {user}");
    let port = &container["PortMappings"][0]["ContainerPort"];
    assert!(dockerfile.contains(&format!("\nEXPOSE {port}")), "the image listens elsewhere than at {port}");
    let volume = container["MountPoints"][0]["ContainerPath"].as_str().unwrap_or_default();
    assert!(dockerfile.contains(&format!("\nVOLUME [\"{volume}\"]")), "ECS would give {volume} to root");
}

#[test]
fn only_the_load_balancer_is_open_to_addresses() {
    for template in Template::all() {
        for (name, group) in template.of_type("AWS::EC2::SecurityGroup") {
            let properties = &group["Properties"];
            for rule in properties["SecurityGroupIngress"].as_array().into_iter().flatten() {
                let open = rule.get("CidrIp").is_some();
                assert_eq!(open, name == "LoadBalancerSecurityGroup", "{}: {name}: {rule}", template.name());
                assert_ne!(rule["IpProtocol"], "-1", "{name}");
            }
            let out = properties["SecurityGroupEgress"].as_array();
            let out = out.unwrap_or_else(|| panic!("{name} would be let out to everywhere"));
            for rule in out.iter().filter(|rule| rule["CidrIp"] == "0.0.0.0/0") {
                assert_eq!(
                    (&rule["FromPort"], &rule["ToPort"]),
                    (&Value::from(443), &Value::from(443)),
                    "{name}"
                );
            }
        }
        for (name, rule) in template.of_type("AWS::EC2::SecurityGroupIngress") {
            assert_eq!(rule["Properties"]["GroupId"], "LoadBalancerSecurityGroup.GroupId", "{name}");
        }
    }
}

/// Otherwise the job would time out, or its credentials would expire, while the stack update continues.
#[test]
fn a_workflow_waits_for_a_deployment_and_its_rollback() {
    let template = Template::named("deployment-ecs.yaml");
    let bake = template.parameter("BakeMinutes")["MaxValue"].as_u64().expect("a number of minutes");
    let timeout = number(&read(&root().join("infrastructure/scripts/deploy.sh")), " minutes=");
    let workflow = read(&root().join(".github/workflows/deploy.yaml"));
    let job = number(&workflow, "timeout-minutes: ");
    assert!(job >= 2 * (timeout + bake) + 5, "{job} minutes for twice {timeout} and {bake}");
    let session = number(&workflow, "role-duration-seconds: ");
    assert!(session >= job * 60, "{session} seconds for {job} minutes");
    for (name, role) in Template::named("deployment-role.yaml").of_type("AWS::IAM::Role") {
        let longest = role["Properties"]["MaxSessionDuration"].as_u64();
        assert!(
            !["StagingRole", "ProductionRole"].contains(&name) || longest >= Some(session),
            "{name}: {longest:?}"
        );
    }
}

#[test]
fn rollback_alarms_fire_before_the_old_tasks_stop() {
    let template = Template::named("deployment-ecs.yaml");
    let bake = template.parameter("BakeMinutes")["Default"].as_u64().expect("a number of minutes");
    let alarms = texts(
        &template.resources()["Service"]["Properties"]["DeploymentConfiguration"]["Alarms"]["AlarmNames"],
    );
    assert_eq!(alarms, ["ErrorsAlarm", "SlowAlarm", "NobodyAlarm"]);
    for name in alarms {
        let alarm = &template.resources()[&name]["Properties"];
        let number = |key: &str| alarm[key].as_u64();
        let needed =
            number("DatapointsToAlarm").or(number("EvaluationPeriods")).expect("a number of periods");
        let seconds = needed * number("Period").expect("a number of seconds");
        assert!(seconds <= bake * 60 / 2, "{name} takes {seconds} seconds, and {bake} minutes are left");
    }
}

#[test]
fn a_release_leaves_the_number_of_tasks_to_scaling() {
    let template = Template::named("deployment-ecs.yaml");
    let service = &template.resources()["Service"]["Properties"];
    assert_eq!(service["DesiredCount"], json!(["HasDatabase", "AWS::NoValue", 1]));
    let scaling = &template.resources()["Scaling"];
    assert_eq!(
        (&scaling["Condition"], &scaling["Properties"]["MinCapacity"]),
        (&json!("HasDatabase"), &json!("MinTasks"))
    );
}

/// Events that `CloudTrail` delivers need a trail, so the rule uses the secret's own events.
#[test]
fn tasks_read_a_new_password_from_the_secret() {
    let template = Template::named("deployment-ecs.yaml");
    let pattern = &template.resources()["RotationRule"]["Properties"]["EventPattern"];
    assert_eq!(pattern["detail-type"], json!(["Secret Label Updated"]));
    assert_eq!(pattern["resources"], json!(["Database.MasterUserSecret.SecretArn"]));
    assert_eq!(pattern["detail"], json!({"labelUpdated": ["AWSCURRENT"]}));
}

/// RDS accepts neither a name nor a user with a snapshot, which contains both.
#[test]
fn a_database_starts_from_a_snapshot_or_empty() {
    let template = Template::named("deployment-ecs.yaml");
    let database = &template.resources()["Database"]["Properties"];
    assert_eq!(database["SnapshotIdentifier"], json!(["HasSnapshot", "DatabaseSnapshot", "AWS::NoValue"]));
    assert_eq!(database["DatabaseName"], json!(["HasSnapshot", "AWS::NoValue", "trucks"]));
    assert_eq!(database["MasterUsername"], json!(["HasSnapshot", "AWS::NoValue", "trucks"]));
    assert_eq!(template.parameter("DatabaseSnapshot")["Default"], "");
}

#[test]
fn an_instance_may_fetch_the_versions_before() {
    let template = Template::named("deployment-beanstalk.yaml");
    let statements = template.statements();
    let fetched =
        statements["InstanceRole"].iter().filter(|statement| statement.actions.contains("s3:GetObject"));
    let fetched: Vec<_> = fetched.flat_map(|statement| statement.resources.clone()).collect();
    assert!(
        fetched.contains(&"arn:${AWS::Partition}:s3:::${BundleBucket}/${Folder}/*".to_owned()),
        "{fetched:?}"
    );
}

/// Returns the number after a text.
fn number(text: &str, what: &str) -> u64 {
    let rest = text.split_once(what).unwrap_or_else(|| panic!("there is no {what}")).1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|error| panic!("{what}: {error}"))
}

fn container() -> Value {
    let template = Template::named("deployment-ecs.yaml");
    template.resources()["TaskDefinition"]["Properties"]["ContainerDefinitions"][0].clone()
}

/// Returns the names of all variables, including conditional ones.
fn names(container: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for list in ["Environment", "Secrets"] {
        for entry in container[list].as_array().into_iter().flatten() {
            let entries = entry.as_array().map_or_else(|| vec![entry.clone()], Clone::clone);
            found.extend(entries.iter().filter_map(|entry| entry["Name"].as_str()).map(str::to_owned));
        }
    }
    found
}

fn environment_options(options: &Value) -> BTreeSet<String> {
    let entries = options.as_array().into_iter().flatten();
    let entries =
        entries.flat_map(|entry| entry.as_array().map_or_else(|| vec![entry.clone()], Clone::clone));
    let of_service = |entry: &Value| {
        let namespace = entry["Namespace"].as_str().unwrap_or_default();
        namespace.starts_with("aws:elasticbeanstalk:application:environment")
    };
    entries.filter(of_service).filter_map(|entry| entry["OptionName"].as_str().map(str::to_owned)).collect()
}

/// Returns the value of a variable of the service, in seconds.
fn seconds_of(container: &Value, name: &str) -> u64 {
    let entries = container["Environment"].as_array().expect("a list of variables");
    let entry = entries.iter().find(|entry| entry["Name"] == name).unwrap_or_else(|| panic!("no {name}"));
    entry["Value"]
        .as_str()
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} is no number"))
}
