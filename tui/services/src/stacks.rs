//! CloudFormation: the events of a stack.

use aws_sdk_cloudformation::types as sdk;
use hello_model::{
    calls,
    deployment::StackEvent,
    failure::Failure,
    pages::{Cursor, Pages},
};

use super::aws::{Aws, moment};

/// The maximum number of events per call: one page of the service.
const MAX_EVENTS: usize = 100;

/// A page may hold fewer events than its maximum. A longer chain of pages is treated as a loop.
const MAX_PAGES: usize = 20;

/// A client of CloudFormation.
#[derive(Debug, Clone)]
pub struct Stacks {
    aws: Aws,
    region: Option<String>,
}

impl Stacks {
    pub(super) fn new(aws: Aws) -> Self {
        Self { aws, region: None }
    }

    /// Returns a client that looks up stacks named without an ARN in `region`, as for the stack of an ECS service.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        Self { region: Some(region.to_owned()), ..self.clone() }
    }

    /// Returns the latest events of a stack, newest first: those after the event with the id `after`, at most 100.
    ///
    /// A deleted stack is found only by its ARN. If the service no longer knows `after`, it has no effect.
    pub async fn events(&self, stack: &str, after: Option<&str>) -> Result<Vec<StackEvent>, Failure> {
        let what = format!("reading the events of stack {stack}");
        let call = self.aws.call(region_of(stack).or(self.region.as_deref()), what).await?;
        let mut events = Vec::new();
        let mut token = None;
        for _ in 0..MAX_PAGES {
            let request = call.stacks().describe_stack_events().stack_name(stack).set_next_token(token);
            let answer = request.send().await;
            let page = answer.map_err(|error| call.failed(&calls::DESCRIBE_STACK_EVENTS, &error))?;
            for event in page.stack_events.into_iter().flatten() {
                if event.event_id.as_deref() == after && after.is_some() || events.len() == MAX_EVENTS {
                    return Ok(events);
                }
                events.extend(from_sdk(event));
            }
            match page.next_token {
                Some(next) if !next.is_empty() => token = Some(next),
                _ => break,
            }
        }
        Ok(events)
    }

    /// Returns the newest events of a stack, or the page at `cursor`: as many as the service puts on a page.
    pub async fn page(&self, stack: &str, cursor: Option<&Cursor>) -> Result<Pages<StackEvent>, Failure> {
        let what = format!("reading the events of stack {stack}");
        let call = self.aws.call(region_of(stack).or(self.region.as_deref()), what).await?;
        let token = cursor.map(|cursor| cursor.0.clone());
        let request = call.stacks().describe_stack_events().stack_name(stack).set_next_token(token);
        let page =
            request.send().await.map_err(|error| call.failed(&calls::DESCRIBE_STACK_EVENTS, &error))?;
        let items = page.stack_events.into_iter().flatten().filter_map(from_sdk).collect();
        let next = page.next_token.filter(|next| !next.is_empty()).map(Cursor);
        Ok(Pages { items, next, total: None, left_out: 0 })
    }
}

/// Returns the region that an ARN names.
fn region_of(stack: &str) -> Option<&str> {
    stack.strip_prefix("arn:")?.split(':').nth(2).filter(|region| !region.is_empty())
}

fn from_sdk(event: sdk::StackEvent) -> Option<StackEvent> {
    Some(StackEvent {
        at: moment(event.timestamp.as_ref())?,
        id: event.event_id?,
        resource: event.logical_resource_id.unwrap_or_default(),
        resource_type: event.resource_type.unwrap_or_default(),
        status: event.resource_status.as_ref().map_or("UNKNOWN", |status| status.as_str()).to_owned(),
        reason: event.resource_status_reason,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_its_region_and_a_name_does_not() {
        assert_eq!(region_of("arn:aws:cloudformation:eu-north-1:1:stack/hello/x"), Some("eu-north-1"));
        assert_eq!(region_of("hello-truck"), None);
    }
}
