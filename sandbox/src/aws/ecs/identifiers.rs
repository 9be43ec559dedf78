//! How requests refer to things: by name or by ARN.

use crate::names::Names;

use super::super::AwsError;

/// Makes sure that the cluster is the one there is; without a name it is `default`, which does not exist.
pub(super) fn cluster(names: &Names, asked: Option<&str>) -> Result<(), AwsError> {
    let known = asked.is_some_and(|asked| asked == names.cluster || asked == names.cluster_arn());
    if known { Ok(()) } else { Err(AwsError::new("ClusterNotFoundException", "Cluster not found.")) }
}

/// Says whether a service is the one there is.
pub(super) fn is_service(names: &Names, asked: &str) -> bool {
    let short = names.arn("ecs", &format!("service/{}", names.service));
    asked == names.service || asked == names.service_arn() || asked == short
}

/// Makes sure that the service is the one there is.
pub(super) fn service(names: &Names, asked: &str) -> Result<(), AwsError> {
    if is_service(names, asked) {
        Ok(())
    } else {
        Err(AwsError::new("ServiceNotFoundException", "Service not found."))
    }
}

/// Returns the last part of an ARN or path, which is an id.
pub(super) fn id(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// Makes sure that no more things are asked for than the operation allows, and at least one.
pub(super) fn at_most(asked: &[String], limit: usize, what: &str) -> Result<(), AwsError> {
    if asked.is_empty() {
        return Err(AwsError::parameter(format!("{what} cannot be empty.")));
    }
    if asked.len() > limit {
        return Err(AwsError::parameter(format!("{what} can have at most {limit} items.")));
    }
    Ok(())
}
