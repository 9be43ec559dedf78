//! The services of the console: their normal responses, and rows and pages for bulk responses.

use std::time::SystemTime;

use super::peer::ReceivedRequest;

/// A service, identified by its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Trucks,
    GitHub,
    Ecs,
    Stacks,
    Logs,
    Catalog,
}

/// A descriptor whose component has a repository, a service and a log group.
pub(super) const CATALOG: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: stress
  annotations:
    github.com/project-slug: hello-truck/hello-truck
    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs:us-east-1:123456789012:service/hello-truck/hello-server
    hello-truck.dev/log-group: /ecs/hello-server
spec: {type: service, lifecycle: production, owner: fleet-team}
";

impl Service {
    /// Returns the service that a request is for.
    pub(super) fn of(request: &ReceivedRequest) -> Self {
        let operation = request.header("x-amz-target");
        match request.target.as_str() {
            _ if operation.starts_with("AmazonEC2ContainerService") => Self::Ecs,
            _ if operation.starts_with("Logs_") => Self::Logs,
            "/" if request.method == "POST" => Self::Stacks,
            target if target.starts_with("/catalog") => Self::Catalog,
            target if target.starts_with("/trucks") || target.starts_with("/healthz") => Self::Trucks,
            _ => Self::GitHub,
        }
    }

    /// Returns the media type of the responses.
    pub(super) fn media(self) -> &'static str {
        match self {
            Self::Trucks | Self::GitHub => "application/json",
            Self::Ecs | Self::Logs => "application/x-amz-json-1.1",
            Self::Stacks => "text/xml",
            Self::Catalog => "application/yaml",
        }
    }

    /// Returns a normal response with little content.
    pub(super) fn normal_response(self, request: &ReceivedRequest) -> String {
        match self {
            Self::Trucks if request.target.starts_with("/healthz") => {
                r#"{"status":"ok","version":"1"}"#.to_owned()
            }
            Self::Ecs if request.header("x-amz-target").ends_with("DescribeServices") => self.page(1, 0),
            Self::Ecs => r#"{"serviceDeployments":[],"serviceDeploymentArns":[]}"#.to_owned(),
            Self::Catalog => CATALOG.to_owned(),
            Self::GitHub if !request.target.contains("/actions/runs") => "{}".to_owned(),
            _ => self.page(0, 0),
        }
    }

    /// Returns the text before the rows of a page.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Self::Trucks => "[",
            Self::GitHub => r#"{"total_count":1000000,"workflow_runs":["#,
            Self::Ecs => {
                r#"{"services":[{"serviceName":"hello-server","status":"ACTIVE","desiredCount":1,"runningCount":1,"tags":[{"key":"aws:cloudformation:stack-name","value":"hello-truck"}],"events":["#
            }
            Self::Stacks => {
                "<DescribeStackEventsResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><DescribeStackEventsResult><StackEvents>"
            }
            Self::Logs => r#"{"events":["#,
            Self::Catalog => "",
        }
    }

    /// Returns one row; JSON rows are separated by commas.
    pub(super) fn row(self, number: usize, padding: usize) -> String {
        let text = "x".repeat(padding);
        match self {
            Self::Trucks => format!(
                r#"{{"id":"0199aaaa-bbbb-7ccc-8ddd-{number:012x}","make":"Scania","model":"V8 {text}","status":"active","createdAt":"2026-11-01T00:00:00Z","updatedAt":"2026-11-01T00:00:00Z","version":1}}"#
            ),
            Self::GitHub => format!(
                r#"{{"id":{number},"run_number":{number},"name":"LintAndTest","display_title":"run {text}","event":"push","status":"completed","conclusion":"success","created_at":"2026-11-01T00:00:00Z","html_url":"http://localhost/"}}"#
            ),
            Self::Ecs => format!(r#"{{"id":"{number}","createdAt":1.0e9,"message":"event {text}"}}"#),
            Self::Stacks => format!(
                "<member><EventId>{number}</EventId><StackName>hello-truck</StackName><StackId>s</StackId><LogicalResourceId>{text}</LogicalResourceId><Timestamp>2026-11-01T00:00:00Z</Timestamp></member>"
            ),
            Self::Logs => format!(
                r#"{{"eventId":"{number}","logStreamName":"s","timestamp":{now},"ingestionTime":{now},"message":"INFO line {text}"}}"#,
                now = millis()
            ),
            Self::Catalog => {
                format!("---\n{}", CATALOG.replace("name: stress", &format!("name: c{number}{text}")))
            }
        }
    }

    /// Returns the text after the rows of a page; `next` is the number of the next page.
    pub(super) fn end(self, next: Option<usize>) -> String {
        match (self, next) {
            (Self::Trucks, _) => "]".to_owned(),
            (Self::Ecs, _) => "]}],\"failures\":[]}".to_owned(),
            (Self::Stacks, Some(next)) => format!(
                "</StackEvents><NextToken>{next}</NextToken></DescribeStackEventsResult></DescribeStackEventsResponse>"
            ),
            (Self::Stacks, None) => {
                "</StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>".to_owned()
            }
            (Self::Logs, Some(next)) => format!("],\"nextToken\":\"{next}\"}}"),
            (Self::GitHub, _) | (Self::Logs, None) => "]}".to_owned(),
            (Self::Catalog, _) => String::new(),
        }
    }

    /// Returns a complete page of `rows` rows.
    pub(super) fn page(self, rows: usize, padding: usize) -> String {
        self.page_from(0, rows, padding, None)
    }

    /// Returns a complete page of `rows` rows, numbered from `first`.
    pub(super) fn page_from(self, first: usize, rows: usize, padding: usize, next: Option<usize>) -> String {
        let comma = if matches!(self, Self::Stacks | Self::Catalog) { "" } else { "," };
        let rows: Vec<_> = (first..first + rows).map(|number| self.row(number, padding)).collect();
        format!("{}{}{}", self.begin(), rows.join(comma), self.end(next))
    }
}

/// Returns the current time in milliseconds since the Unix epoch.
fn millis() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, target: &str, operation: &str) -> ReceivedRequest {
        let headers = vec![("x-amz-target".to_owned(), operation.to_owned())];
        ReceivedRequest { method: method.to_owned(), target: target.to_owned(), headers }
    }

    #[test]
    fn services_are_told_apart() {
        for (request, service) in [
            (request("POST", "/", "AmazonEC2ContainerServiceV20141113.DescribeServices"), Service::Ecs),
            (request("POST", "/", "Logs_20140328.FilterLogEvents"), Service::Logs),
            (request("POST", "/", ""), Service::Stacks),
            (request("GET", "/catalog-info.yaml", ""), Service::Catalog),
            (request("GET", "/trucks?limit=1", ""), Service::Trucks),
            (request("GET", "/repos/o/n/actions/runs", ""), Service::GitHub),
        ] {
            assert_eq!(Service::of(&request), service, "{request:?}");
        }
    }

    #[test]
    fn pages_of_json_are_json() {
        for service in [Service::Trucks, Service::GitHub, Service::Ecs, Service::Logs] {
            let page = service.page_from(1, 2, 3, Some(2));
            assert!(serde_json::from_str::<serde_json::Value>(&page).is_ok(), "{page}");
        }
    }
}
