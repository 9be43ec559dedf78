//! Faults on request: the failures of real services, each in the format of its service.
//!
//! A fault affects the next requests to its service and is removed after its number of requests.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// The maximum number of pending faults.
pub(crate) const MAX_FAULTS: usize = 1_000;

/// The service whose requests a fault affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// The trucks API.
    Trucks,
    /// GitHub's REST API.
    GitHub,
    /// ECS.
    Ecs,
    /// CloudFormation, and with it STS and load balancing.
    CloudFormation,
    /// CloudWatch Logs.
    Logs,
}

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An error with the fault's `status`; 500 without one.
    Status,
    /// Too many requests; `delay` is the wait that the service asks for.
    Throttle,
    /// The correct response, but only after `delay`.
    Slow,
    /// No response for `delay`; without a `delay`, none at all.
    Hang,
    /// The connection breaks in the middle of the response body.
    Cut,
    /// The credentials are no longer accepted.
    Expired,
    /// The primary rate limit is used up; it is reset after `delay`, an hour if absent.
    Limit,
    /// A secondary rate limit, with the wait that it asks for only if there is a `delay`.
    Secondary,
    /// The HTML page of a proxy, with status 200, in place of the response.
    Proxy,
    /// The token lacks a permission.
    Forbidden,
    /// The organization requires single sign-on, which the token has not done.
    Sso,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The service whose requests it affects.
    pub service: Service,
    /// The kind of failure.
    pub kind: Kind,
    /// HTTP status, for kinds that allow a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Real time, such as `"300ms"` or `"30s"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<SignedDuration>,
    /// A part of the paths of the affected requests; all paths if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// How many requests it affects; all of them if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
}

impl Fault {
    /// Makes a fault that affects every request to `service`.
    pub const fn new(service: Service, kind: Kind) -> Self {
        Self { service, kind, status: None, delay: None, path: None, times: None }
    }

    /// Limits the fault to `times` requests.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Limits the fault to paths that contain `part`.
    #[must_use]
    pub fn at(self, part: &str) -> Self {
        Self { path: Some(part.to_owned()), ..self }
    }

    /// Sets the HTTP status.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Sets the delay.
    #[must_use]
    pub fn after(self, delay: SignedDuration) -> Self {
        Self { delay: Some(delay), ..self }
    }
}

impl Fault {
    fn affects(&self, path: &str) -> bool {
        self.path.as_deref().is_none_or(|part| path.contains(part))
    }
}

/// The pending faults; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    /// Appends faults to the pending ones. Returns whether there was room; if not, none is added.
    pub fn add(&self, faults: impl IntoIterator<Item = Fault>) -> bool {
        let faults = faults.into_iter().collect::<Vec<_>>();
        self.with(|waiting| {
            let has_room = waiting.len() + faults.len() <= MAX_FAULTS;
            if has_room {
                waiting.extend(faults);
            }
            has_room
        })
    }

    /// Removes all faults.
    pub fn clear(&self) {
        self.with(Vec::clear);
    }

    /// Returns the pending faults.
    pub fn waiting(&self) -> Vec<Fault> {
        self.with(|waiting| waiting.clone())
    }

    /// Returns the first fault for a request of a service and decrements its number of requests.
    pub(crate) fn take(&self, service: Service, path: &str) -> Option<Fault> {
        self.with(|waiting| {
            let place = waiting.iter().position(|fault| {
                fault.service == service && fault.times != Some(0) && fault.affects(path)
            })?;
            let fault = waiting.get_mut(place)?;
            let taken = fault.clone();
            match &mut fault.times {
                Some(times) if *times > 1 => *times -= 1,
                Some(_) => drop(waiting.remove(place)),
                None => {}
            }
            Some(taken)
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut Vec<Fault>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
