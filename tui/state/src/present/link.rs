//! Where nouns have a page on the web.

use std::fmt::Write as _;

use hello_catalog::entity::Entity;
use hello_model::{deployment::ServiceRef, log::LogSource};

/// The annotation of Backstage that names the page of an entity's source.
const VIEW_URL: &str = "backstage.io/view-url";

/// The annotation of Backstage that names where the source is, `url:https://…`.
const SOURCE_LOCATION: &str = "backstage.io/source-location";

/// Returns the page of an entity: that of its source, or else its first link.
pub fn entity(entity: &Entity) -> Result<String, String> {
    let annotation = |key: &str| entity.annotations.get(key).map(String::as_str);
    let source = annotation(SOURCE_LOCATION).and_then(|location| location.strip_prefix("url:"));
    let link = entity.links.first().map(|link| link.url.as_str());
    let page = annotation(VIEW_URL).or(source).or(link);
    page.map(str::to_owned).ok_or_else(|| format!("add a link or the annotation {VIEW_URL}"))
}

/// Returns the page of a service's deployments in the AWS console.
pub fn deployments(service: &ServiceRef) -> Result<String, String> {
    let console = console(&service.partition, &service.region)?;
    let (cluster, name) = (encoded(&service.cluster), encoded(&service.service));
    let region = &service.region;
    Ok(format!("{console}/ecs/v2/clusters/{cluster}/services/{name}/deployments?region={region}"))
}

/// Returns the page of a log group in the AWS console. `group` is the name that a tail has found; `service` tells the
/// region of a group that is named without one.
pub fn log_group(
    source: &LogSource,
    group: Option<&str>,
    service: Option<&ServiceRef>,
) -> Result<String, String> {
    let named = match source {
        LogSource::Group(group) => Some(group.as_str()),
        LogSource::Service(_) => group,
    };
    let named = named.ok_or("its name is not known yet")?;
    let place = match source {
        LogSource::Service(service) => Some((service.partition.as_str(), service.region.as_str())),
        LogSource::Group(arn) => {
            of_arn(arn).or_else(|| service.map(|s| (s.partition.as_str(), s.region.as_str())))
        }
    };
    let (partition, region) = place.ok_or("the log group is named without a region")?;
    let name = named.split_once(":log-group:").map_or(named, |(_, name)| name.trim_end_matches(":*"));
    // The page reads the name from its fragment, encoded twice and with another sign for the percent.
    let name = encoded(&encoded(name)).replace('%', "$");
    let console = console(partition, region)?;
    Ok(format!("{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/{name}"))
}

/// Returns the partition and the region of an ARN.
fn of_arn(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.strip_prefix("arn:")?.split(':');
    let partition = parts.next()?;
    let region = parts.nth(1)?;
    Some((partition, region))
}

/// Returns the address of the AWS console of a region. The region is part of it, so it may hold nothing else.
fn console(partition: &str, region: &str) -> Result<String, String> {
    if region.is_empty() || !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(format!("`{region}` is not a region"));
    }
    match partition {
        "aws" => Ok(format!("https://{region}.console.aws.amazon.com")),
        "aws-cn" => Ok(format!("https://{region}.console.amazonaws.cn")),
        "aws-us-gov" => Ok(format!("https://{region}.console.amazonaws-us-gov.com")),
        other => Err(format!("the address of the AWS console of the partition {other} is not known")),
    }
}

/// Encodes a text as a part of a URL.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(arn: &str) -> ServiceRef {
        arn.parse().unwrap()
    }

    #[test]
    fn the_console_is_that_of_the_partition_and_the_region() {
        for (place, page) in [
            ("aws:ecs:eu-central-1", "https://eu-central-1.console.aws.amazon.com/"),
            ("aws-cn:ecs:cn-north-1", "https://cn-north-1.console.amazonaws.cn/"),
            ("aws-us-gov:ecs:us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/"),
        ] {
            let service = service(&format!("arn:{place}:123456789012:service/a b/c"));
            let url = deployments(&service).unwrap();
            assert!(url.starts_with(page), "{url}");
            assert!(url.contains("/ecs/v2/clusters/a%20b/services/c/deployments?region="), "{url}");
        }
        let elsewhere = service("arn:aws-iso:ecs:us-iso-east-1:1:service/a/b");
        assert!(deployments(&elsewhere).unwrap_err().contains("aws-iso"));
        let hostile = service("arn:aws:ecs:evil.example/#:1:service/a/b");
        assert!(deployments(&hostile).is_err());
    }

    #[test]
    fn the_page_of_a_log_group_has_its_name_encoded_twice() {
        let service = service("arn:aws:ecs:us-east-1:1:service/a/b");
        let page = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:log-groups/\
                    log-group/$252Fecs$252Fhello";
        let group = LogSource::Group("/ecs/hello".to_owned());
        assert_eq!(log_group(&group, None, Some(&service)).as_deref(), Ok(page));
        let of_service = LogSource::Service(service.clone());
        assert_eq!(log_group(&of_service, Some("/ecs/hello"), None).as_deref(), Ok(page));
        assert!(log_group(&of_service, None, None).is_err(), "its name is not known yet");
        let arn = LogSource::Group("arn:aws:logs:us-east-1:1:log-group:/ecs/hello:*".to_owned());
        assert_eq!(log_group(&arn, None, None).as_deref(), Ok(page));
        assert!(log_group(&group, None, None).unwrap_err().contains("region"));
    }
}
