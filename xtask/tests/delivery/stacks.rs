//! The templates as stacks: refused parameters, failed resources, and retained buckets.

use serde_json::json;

use crate::{
    emulator::{Emulator, first, text},
    infrastructure::Template,
};

pub(crate) const CERTIFICATE: &str =
    "CertificateArn=arn:aws:acm:us-east-1:000000000000:certificate/0a1b2c3d-0000-4000-8000-000000000000";
pub(crate) const KEY: &str =
    "KmsKeyArn=arn:aws:kms:us-east-1:000000000000:key/0a1b2c3d-0000-4000-8000-000000000000";

/// A resource that is created after all others and waits for a signal that is never sent.
pub(crate) const NEVER: &str = "
  Handle:
    Type: AWS::CloudFormation::WaitConditionHandle
  Never:
    Type: AWS::CloudFormation::WaitCondition
    DependsOn: [Service, Dashboard]
    Properties: {Handle: !Ref Handle, Timeout: '1'}
";

#[test]
fn a_wrong_parameter_is_refused_before_anything_is_made() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-ecs.yaml");
    let place = Place::of(&aws);
    let subnet = &place.subnets[0];
    let same = [format!("PublicSubnetA={subnet}"), format!("PublicSubnetB={subnet}")];
    let abroad = text(&aws.ask(&["ec2", "create-vpc", "--cidr-block", "10.9.0.0/16"])["Vpc"]["VpcId"]);
    let foreign = ["ec2", "create-subnet", "--vpc-id", &abroad, "--cidr-block", "10.9.1.0/24"];
    let foreign = text(&aws.ask(&foreign)["Subnet"]["SubnetId"]);
    for (wrong, why) in [
        (vec![format!("PublicSubnetB={foreign}")], "the public subnets must lie in the VPC"),
        (vec!["Image=docker.io/hellotruck/hello-server:latest".to_owned()], "must name the image by digest"),
        (same.to_vec(), "the public subnets must lie in two availability zones"),
        (vec![format!("PrivateSubnetA={subnet}")], "give two private subnets, or none"),
        (vec![CERTIFICATE.to_owned()], "give CertificateArn with the HostName that it is for, or neither"),
        (vec!["CertificateArn=mine".to_owned()], "must be the ARN of an ACM certificate, or empty"),
        (vec!["Strategy=CANARY".to_owned()], "Strategy"),
    ] {
        let (succeeded, output) = aws.deploy("wrong", &template, &[place.with(&[]), wrong.clone()].concat());
        assert!(!succeeded && output.contains(why), "{wrong:?}: {output}");
    }
    let (_, output) = aws.aws(&["ecs", "list-clusters", "--query", "clusterArns", "--output", "text"]);
    assert_eq!(output.trim(), "", "something was made");
}

#[test]
fn a_resource_that_fails_rolls_the_stack_back() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let unlucky = Template::named("deployment-ecs.yaml").with(NEVER);
    let ended = aws.ends("create-stack", "unlucky", &unlucky, &Place::of(&aws).with(&["Store=none"]));
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
fn a_failed_update_keeps_the_existing_resources() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-ecs.yaml");
    let given = Place::of(&aws).with(&["Store=none"]);
    let (succeeded, output) = aws.deploy("lucky", &template, &given);
    assert!(succeeded, "{output}");
    let before = image(&aws, "lucky");
    let next = given.iter().map(|given| given.replace("@sha256:0", "@sha256:1")).collect::<Vec<_>>();
    let ended = aws.ends("update-stack", "lucky", &template.with(NEVER), &next);
    assert_eq!(ended, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(image(&aws, "lucky"), before);
    let (succeeded, output) = aws.deploy("lucky", &template, &next);
    assert!(succeeded, "{output}");
    assert_ne!(image(&aws, "lucky"), before);
}

#[test]
fn the_buckets_are_closed_and_stay_when_the_stack_goes() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let template = Template::named("deployment-s3.yaml");
    for given in [&[][..], &[KEY]] {
        let given: Vec<_> = given.iter().map(|&given| given.to_owned()).collect();
        let (succeeded, output) = aws.deploy("buckets", &template, &given);
        assert!(succeeded, "{output}");
    }
    let bucket = artifact_bucket(&aws);
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

/// This test uses moto, because ministack supports only one kind of encryption.
#[test]
fn the_artifacts_are_encrypted_with_a_key() {
    let Some(aws) = Emulator::moto() else { return };
    let (succeeded, output) =
        aws.deploy("buckets", &Template::named("deployment-s3.yaml"), &[KEY.to_owned()]);
    assert!(succeeded, "{output}");
    let bucket = artifact_bucket(&aws);
    let encryption = aws.ask(&["s3api", "get-bucket-encryption", "--bucket", &bucket]);
    let rule =
        &encryption["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"];
    assert_eq!(rule["SSEAlgorithm"], "aws:kms");
    assert!(KEY.ends_with(rule["KMSMasterKeyID"].as_str().unwrap_or("no key")), "{rule}");
}

#[test]
fn the_console_s_policies_can_be_attached() {
    let Some(aws) = Emulator::ministack(None) else { return };
    let (succeeded, output) = aws.deploy("console", &Template::named("console-policies.yaml"), &[]);
    assert!(succeeded, "{output}");
    assert_eq!(
        aws.ask(&["iam", "list-policies", "--scope", "Local"])["Policies"].as_array().map(Vec::len),
        Some(2)
    );
}

fn artifact_bucket(aws: &Emulator) -> String {
    let asked = ["--stack-name", "buckets", "--logical-resource-id", "ArtifactBucket"];
    let bucket = aws.ask(&[&["cloudformation", "describe-stack-resource"], &asked[..]].concat());
    text(&bucket["StackResourceDetail"]["PhysicalResourceId"])
}

/// The network of the stacks: the default VPC, and two of its subnets.
pub(crate) struct Place {
    vpc: String,
    subnets: [String; 2],
}

impl Place {
    pub(crate) fn of(aws: &Emulator) -> Self {
        let subnets = &aws.ask(&["ec2", "describe-subnets"])["Subnets"];
        let subnet = |at: usize| text(&subnets[at]["SubnetId"]);
        Self { vpc: text(&subnets[0]["VpcId"]), subnets: [subnet(0), subnet(1)] }
    }

    /// Returns the parameters that every stack needs, the image first, then the given ones. `PRIVATE` adds two private
    /// subnets.
    pub(crate) fn with(&self, given: &[&str]) -> Vec<String> {
        let [a, b] = &self.subnets;
        let mut all = vec![
            format!("Image=docker.io/hellotruck/hello-server@sha256:{}", "0".repeat(64)),
            format!("VpcId={}", self.vpc),
            format!("PublicSubnetA={a}"),
            format!("PublicSubnetB={b}"),
        ];
        for &given in given {
            match given {
                "PRIVATE" => all.extend([format!("PrivateSubnetA={a}"), format!("PrivateSubnetB={b}")]),
                given => all.push(given.to_owned()),
            }
        }
        all
    }
}

/// Returns the image of a stack's service.
fn image(aws: &Emulator, stack: &str) -> String {
    let services = aws.ask(&["ecs", "describe-services", "--cluster", stack, "--services", "hello-server"]);
    let arn = first(&services["services"], "taskDefinition");
    let task = aws.ask(&["ecs", "describe-task-definition", "--task-definition", &arn]);
    first(&task["taskDefinition"]["containerDefinitions"], "image")
}

/// Returns the failed resources of a stack with their reasons.
pub(crate) fn failures(aws: &Emulator, stack: &str) -> String {
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
