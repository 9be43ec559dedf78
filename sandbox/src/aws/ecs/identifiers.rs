//! Checks the names and ARNs by which requests identify resources.

use crate::names::Names;

use super::super::AwsError;

/// Checks that the cluster is the sandbox's own. Without a name it is `default`, which does not exist.
pub(super) fn cluster(names: &Names, requested: Option<&str>) -> Result<(), AwsError> {
    let known =
        requested.is_some_and(|requested| requested == names.cluster || requested == names.cluster_arn());
    if known { Ok(()) } else { Err(AwsError::new("ClusterNotFoundException", "Cluster not found.")) }
}

/// Reports whether a name or ARN identifies the sandbox's service.
pub(super) fn is_service(names: &Names, requested: &str) -> bool {
    let short = names.arn("ecs", &format!("service/{}", names.service));
    requested == names.service || requested == names.service_arn() || requested == short
}

/// Checks that the service is the sandbox's own.
pub(super) fn service(names: &Names, requested: &str) -> Result<(), AwsError> {
    if is_service(names, requested) {
        Ok(())
    } else {
        Err(AwsError::new("ServiceNotFoundException", "Service not found."))
    }
}

/// Returns the last part of an ARN or path, which is an id.
pub(super) fn id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Checks that a request lists at least one item and at most `limit`.
pub(super) fn at_most(requested: &[String], limit: usize, what: &str) -> Result<(), AwsError> {
    if requested.is_empty() {
        return Err(AwsError::parameter(format!("{what} cannot be empty.")));
    }
    if requested.len() > limit {
        return Err(AwsError::parameter(format!("{what} can have at most {limit} items.")));
    }
    Ok(())
}
