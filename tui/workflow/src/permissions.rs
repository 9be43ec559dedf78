//! What is under `permissions`.

use hello_yaml::{MapEntry, shortened};

use crate::{
    keys::{self, Keys},
    problem::Severity,
    report::Report,
};

const SCOPES: Keys = Keys::new(
    "permissions",
    &[
        "actions",
        "artifact-metadata",
        "attestations",
        "checks",
        "code-quality",
        "contents",
        "copilot-requests",
        "deployments",
        "discussions",
        "drives",
        "id-token",
        "issues",
        "models",
        "packages",
        "pages",
        "pull-requests",
        "repository-projects",
        "security-events",
        "statuses",
        "vulnerability-alerts",
    ],
);

const LEVELS: [&str; 3] = ["read", "write", "none"];
const ALL: [&str; 2] = ["read-all", "write-all"];

/// Checks the permissions of a workflow or a job.
pub(crate) fn check(entry: &MapEntry, report: &mut Report<'_>) {
    let Some(scopes) = entry.value.entries() else {
        if !keys::scalar(&entry.value).is_some_and(|text| ALL.contains(&text)) {
            let rule = format!("`permissions` is a map, but this is {}", keys::found(&entry.value));
            report.error(entry.at, rule, "write scopes below it, or read-all, write-all or {}");
        }
        return;
    };
    keys::check_case(&entry.value, report);
    for scope in scopes {
        if !SCOPES.contain(&scope.key) {
            // GitHub adds scopes now and then, so only what is probably misspelt is an error.
            let is_misspelt = SCOPES.closest(&scope.key).is_some();
            let severity = if is_misspelt { Severity::Error } else { Severity::Warning };
            SCOPES.unknown(severity, scope, report);
        }
        if !keys::scalar(&scope.value).is_some_and(|level| LEVELS.contains(&level)) {
            let found = keys::found(&scope.value);
            let rule = format!("`{}` has no level of access: it is {found}", shortened(&scope.key));
            report.error(scope.at, rule, "write read, write or none");
        }
    }
}
