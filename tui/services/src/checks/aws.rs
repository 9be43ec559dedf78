//! AWS: the identity, the region, and what the identity may read of the component's service.

use futures::{FutureExt, Stream, StreamExt};
use hello_model::{
    check::{Check, CheckSection},
    deployment::{ServiceRef, ServiceSnapshot},
    failure::Failure,
    log::{LogSource, TailEvent},
    query::Query,
    target::Target,
    time::Timestamp,
};

use super::{Checks, NOT_CHECKED, permissions};
use crate::aws::AwsIdentity;

impl Checks {
    /// Checks AWS. `target` has the component's ECS service and log group, once they are known.
    pub async fn aws(&self, target: impl Future<Output = Target>) -> CheckSection {
        let target = target.await;
        let service = target.service.as_ref().ok();
        let is_needed = service.is_some() || target.logs.is_ok();
        let aws = &self.services.aws;
        let region = service.map(|service| service.region.as_str());
        let place = self.limited("finding the AWS region", aws.place(region).boxed()).await;
        let mut checks = vec![Check::info("credentials", "credentials", aws.credentials_source())];
        if let Some(profile) = &self.connections.aws.profile {
            checks.push(Check::info("profile", "profile", profile.as_str()));
        }
        let (region_name, endpoint) = match place {
            Ok(place) => place,
            Err(failure) => {
                checks.push(failed("region", "region", failure, is_needed));
                return section(checks);
            }
        };
        checks.push(Check::ok("region", "region", region_name));
        checks.extend(endpoint.map(|endpoint| Check::info("endpoint", "endpoint", endpoint)));
        let identity = self.limited("reading the AWS identity", aws.identity(region).boxed()).await;
        let is_known = identity.is_ok();
        checks.extend(identified(identity, service, is_needed));
        checks.extend(self.reads(&target, is_known).await);
        section(checks)
    }

    /// Makes the read calls of the screens.
    async fn reads(&self, target: &Target, is_known: bool) -> Vec<Check> {
        if !is_known {
            let skipped = |id, label| Check::skipped(id, label, NOT_CHECKED);
            return vec![
                skipped("deployments", "reads deployments"),
                skipped("stackEvents", "reads stack events"),
                skipped("logs", "reads logs"),
            ];
        }
        let deployments = async {
            match &target.service {
                Ok(service) => self.deployments(service).await,
                Err(failure) => {
                    let skipped = |id, label| Check::skipped(id, label, failure.why.as_str());
                    vec![
                        skipped("deployments", "reads deployments"),
                        skipped("stackEvents", "reads stack events"),
                    ]
                }
            }
        };
        let (mut checks, logs) = futures::future::join(deployments, self.logs(&target.logs)).await;
        checks.push(logs);
        checks
    }

    async fn deployments(&self, service: &ServiceRef) -> Vec<Check> {
        let read = self.limited("reading the deployments", self.services.ecs.snapshot(service).boxed()).await;
        let stack = match &read {
            Ok(snapshot) => self.stack_events(service, snapshot).await,
            Err(_) => Check::skipped("stackEvents", "reads stack events", NOT_CHECKED),
        };
        let needed = permissions(&Query::Service(service.clone()));
        vec![Check::of("deployments", "reads deployments", read.map(|_| needed)), stack]
    }

    async fn stack_events(&self, service: &ServiceRef, snapshot: &ServiceSnapshot) -> Check {
        let Some(stack) = snapshot.service.stack.clone() else {
            let why = "no CloudFormation stack made the service";
            return Check::skipped("stackEvents", "reads stack events", why);
        };
        let stacks = self.services.stacks.in_region(&service.region);
        let read = self.limited("reading the stack events", stacks.page(&stack, None).boxed()).await;
        let needed = permissions(&Query::StackEvents { region: service.region.clone(), stack });
        Check::of("stackEvents", "reads stack events", read.map(|_| needed))
    }

    async fn logs(&self, source: &Result<LogSource, Failure>) -> Check {
        let source = match source {
            Ok(source) => source.clone(),
            Err(failure) => return Check::skipped("logs", "reads logs", failure.why.as_str()),
        };
        let needed = permissions(&Query::Logs(source.clone()));
        let mut tail = std::pin::pin!(self.services.logs.tail(source, Timestamp::now()));
        let read = self.limited("reading the log", first_page(&mut tail).boxed()).await;
        Check::of("logs", "reads logs", read.map(|()| needed))
    }
}

/// Waits for the first response of a tail.
async fn first_page(
    tail: &mut (impl Stream<Item = Result<TailEvent, Failure>> + Unpin),
) -> Result<(), Failure> {
    while let Some(event) = tail.next().await {
        // The log group is known, and not yet asked.
        if !matches!(event?, TailEvent::Opened { .. }) {
            break;
        }
    }
    Ok(())
}

fn section(checks: Vec<Check>) -> CheckSection {
    CheckSection { id: "aws", title: "AWS", checks }
}

/// A failure matters only if the component has something in AWS.
fn failed(id: &'static str, label: &'static str, failure: Failure, is_needed: bool) -> Check {
    if is_needed {
        return Check::failed(id, label, failure);
    }
    let why = format!("{}; the component has no part in AWS that needs it", failure.why);
    Check::warned(id, label, failure).because(why)
}

fn identified(
    identity: Result<AwsIdentity, Failure>,
    service: Option<&ServiceRef>,
    is_needed: bool,
) -> Vec<Check> {
    let AwsIdentity { account, arn } = match identity {
        Ok(identity) => identity,
        Err(failure) => return vec![failed("account", "account", failure, is_needed)],
    };
    let account = match service.filter(|service| service.account != account) {
        None => Check::ok("account", "account", account),
        Some(service) => {
            let why = format!("the component's service is in account {}", service.account);
            Check::warning("account", "account", why)
                .with_value(account)
                .next("choose the profile of that account with --profile NAME")
        }
    };
    vec![account, Check::ok("arn", "identity", arn)]
}

#[cfg(test)]
mod tests {
    use hello_model::{check::CheckStatus, failure::Kind};

    use super::*;

    #[test]
    fn credentials_of_another_account_are_a_warning() {
        let identity = AwsIdentity { account: "111111111111".to_owned(), arn: "arn".to_owned() };
        let service: ServiceRef = "arn:aws:ecs:eu-north-1:222222222222:service/a/b".parse().unwrap();
        let account = identified(Ok(identity.clone()), Some(&service), true).remove(0);
        assert_eq!(account.status, CheckStatus::Warning);
        assert!(account.why.unwrap().contains("222222222222"));
        assert_eq!(identified(Ok(identity), None, false)[0].status, CheckStatus::Ok);
    }

    #[test]
    fn missing_credentials_fail_only_where_they_are_needed() {
        let status = |is_needed| {
            let failure = Failure::new(Kind::Unauthorized, "asking", "there are none");
            identified(Err(failure), None, is_needed)[0].status
        };
        assert_eq!((status(true), status(false)), (CheckStatus::Failed, CheckStatus::Warning));
    }
}
