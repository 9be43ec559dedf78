//! Where the templates, the image and the service have to agree, though none of them reads the others.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    infrastructure::Template,
    strangers::{read, root},
};

/// Variables that the service's libraries read: the connection to PostgreSQL.
const OF_LIBRARIES: &[&str] = &["PGPASSWORD", "PGPORT", "PGSSLROOTCERT", "PGUSER"];

#[test]
fn the_service_understands_what_it_is_told() {
    let settings = read(&root().join("server/src/cli/settings.rs"));
    let mut told = names(&container());
    let beanstalk = Template::named("deployment-beanstalk.yaml");
    let options = &beanstalk.resources()["EnvironmentOfService"]["Properties"]["OptionSettings"];
    told.extend(environment_options(options));
    assert!(told.contains("HELLO_API_TOKENS") && told.contains("HELLO_TRUSTED_PROXIES"), "{told:?}");
    for name in told.iter().filter(|name| !OF_LIBRARIES.contains(&name.as_str())) {
        assert!(settings.contains(&format!("env = \"{name}\"")), "the service has no setting {name}");
    }
}

#[test]
fn nothing_that_was_begun_is_cut_off() {
    let container = container();
    let [drain, request] = ["HELLO_DRAIN_DELAY", "HELLO_REQUEST_TIMEOUT"].map(|name| told(&container, name));
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

fn container() -> Value {
    let template = Template::named("deployment-ecs.yaml");
    template.resources()["TaskDefinition"]["Properties"]["ContainerDefinitions"][0].clone()
}

/// Returns the names of all variables, also of those with a condition.
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

/// Returns the seconds that the service is told.
fn told(container: &Value, name: &str) -> u64 {
    let entries = container["Environment"].as_array().expect("a list of variables");
    let entry = entries.iter().find(|entry| entry["Name"] == name).unwrap_or_else(|| panic!("no {name}"));
    entry["Value"]
        .as_str()
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} is no number"))
}
