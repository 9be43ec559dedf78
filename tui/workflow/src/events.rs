//! The events that start workflows, and the keys below each.

use crate::keys::Keys;

/// An event, and the keys that GitHub knows below it.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [&'static str],
}

impl Event {
    pub(crate) fn keys(&self) -> Keys {
        Keys::new(self.name, self.keys)
    }
}

const fn event(name: &'static str, keys: &'static [&'static str]) -> Event {
    Event { name, keys }
}

const NONE: &[&str] = &[];
const TYPES: &[&str] = &["types"];
const PULL_REQUEST: &[&str] = &["types", "branches", "branches-ignore", "paths", "paths-ignore"];

/// All events, by name.
pub(crate) const EVENTS: &[Event] = &[
    event("branch_protection_rule", TYPES),
    event("check_run", TYPES),
    event("check_suite", TYPES),
    event("create", NONE),
    event("delete", NONE),
    event("deployment", NONE),
    event("deployment_status", NONE),
    event("discussion", TYPES),
    event("discussion_comment", TYPES),
    event("fork", NONE),
    event("gollum", NONE),
    event("image_version", &["types", "names", "versions"]),
    event("issue_comment", TYPES),
    event("issues", TYPES),
    event("label", TYPES),
    event("merge_group", &["types", "branches", "branches-ignore"]),
    event("milestone", TYPES),
    event("page_build", NONE),
    event("project", TYPES),
    event("project_card", TYPES),
    event("project_column", TYPES),
    event("public", NONE),
    event("pull_request", PULL_REQUEST),
    event("pull_request_comment", TYPES),
    event("pull_request_review", TYPES),
    event("pull_request_review_comment", TYPES),
    event("pull_request_target", PULL_REQUEST),
    event("push", &["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"]),
    event("registry_package", TYPES),
    event("release", TYPES),
    event("repository_dispatch", TYPES),
    event("schedule", &["cron", "timezone"]),
    event("status", NONE),
    event("watch", TYPES),
    event("workflow_call", &["inputs", "outputs", "secrets"]),
    event("workflow_dispatch", &["inputs"]),
    event("workflow_run", &["types", "workflows", "branches", "branches-ignore"]),
];

/// Returns the event with this name.
pub(crate) fn find(name: &str) -> Option<&'static Event> {
    EVENTS.iter().find(|event| event.name == name)
}
