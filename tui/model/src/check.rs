//! What `hello-tui doctor` found: sections of checks, each with what to do about it.
//!
//! Serialized names are a contract with scripts.

use std::fmt;

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::failure::{Failure, Kind};

/// A part of the report: the checks of one service or setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSection {
    /// The name for scripts, in camel case.
    pub id: &'static str,
    pub title: &'static str,
    pub checks: Vec<Check>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The name for scripts, in camel case, unique in its section.
    #[serde(skip)]
    pub id: &'static str,
    #[serde(skip)]
    pub label: &'static str,
    pub status: CheckStatus,
    /// What was found, if anything was.
    pub value: Option<CheckValue>,
    /// Why it is not good.
    pub why: Option<String>,
    /// What to type next.
    pub next: Option<String>,
    /// What a failed check has in common with others, for the exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// How good a finding is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckStatus {
    /// Neither good nor bad, or not checked.
    Info,
    Ok,
    /// It works, but perhaps not as intended.
    Warning,
    Failed,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CheckValue {
    Flag(bool),
    Number(u64),
    Text(String),
    List(Vec<String>),
}

/// Why a check failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// No or wrong credentials, or a missing permission.
    NotAllowed,
    /// The service cannot be reached, or does not answer in time.
    Unreachable,
    Other,
}

impl Check {
    fn new(id: &'static str, label: &'static str, status: CheckStatus) -> Self {
        Self { id, label, status, value: None, why: None, next: None, cause: None }
    }

    /// A finding that is as it should be.
    pub fn ok(id: &'static str, label: &'static str, value: impl Into<CheckValue>) -> Self {
        Self { value: Some(value.into()), ..Self::new(id, label, CheckStatus::Ok) }
    }

    /// A finding that is neither good nor bad.
    pub fn info(id: &'static str, label: &'static str, value: impl Into<CheckValue>) -> Self {
        Self { value: Some(value.into()), ..Self::new(id, label, CheckStatus::Info) }
    }

    /// A check that was not made.
    pub fn skipped(id: &'static str, label: &'static str, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::new(id, label, CheckStatus::Info) }
    }

    /// A finding that may not be as intended.
    pub fn warning(id: &'static str, label: &'static str, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::new(id, label, CheckStatus::Warning) }
    }

    /// A failure, with its cause and its hint.
    pub fn failed(id: &'static str, label: &'static str, failure: Failure) -> Self {
        let cause = Cause::from(&failure.kind);
        let (why, next) = (Some(failure.why), failure.hint);
        Self { why, next, cause: Some(cause), ..Self::new(id, label, CheckStatus::Failed) }
    }

    /// A failure that does not keep the console from working.
    pub fn warned(id: &'static str, label: &'static str, failure: Failure) -> Self {
        Self { status: CheckStatus::Warning, cause: None, ..Self::failed(id, label, failure) }
    }

    /// Makes a check of a result.
    pub fn of<T: Into<CheckValue>>(
        id: &'static str,
        label: &'static str,
        result: Result<T, Failure>,
    ) -> Self {
        match result {
            Ok(value) => Self::ok(id, label, value),
            Err(failure) => Self::failed(id, label, failure),
        }
    }

    /// Adds what was found.
    #[must_use]
    pub fn with_value(self, value: impl Into<CheckValue>) -> Self {
        Self { value: Some(value.into()), ..self }
    }

    /// Adds why it is not good.
    #[must_use]
    pub fn because(self, why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..self }
    }

    /// Adds what to type next.
    #[must_use]
    pub fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }
}

impl CheckSection {
    /// Returns the worst status of its checks.
    pub fn status(&self) -> CheckStatus {
        self.checks.iter().map(|check| check.status).max().unwrap_or(CheckStatus::Info)
    }
}

/// Returns the exit code of a report: 0 if nothing failed, 3 if only sign-in or permissions are missing, 4 if services
/// can only not be reached, otherwise 1.
pub fn exit_code(sections: &[CheckSection]) -> u8 {
    let mut causes = sections.iter().flat_map(|section| &section.checks).filter_map(|check| check.cause);
    let Some(first) = causes.next() else { return 0 };
    match first {
        Cause::NotAllowed if causes.all(|cause| cause == first) => 3,
        Cause::Unreachable if causes.all(|cause| cause == first) => 4,
        _ => 1,
    }
}

impl From<&Kind> for Cause {
    fn from(kind: &Kind) -> Self {
        match kind {
            Kind::Unauthorized => Self::NotAllowed,
            Kind::Offline => Self::Unreachable,
            Kind::NotConfigured
            | Kind::NotFound
            | Kind::RateLimited { .. }
            | Kind::Invalid(_)
            | Kind::Conflict
            | Kind::Unexpected => Self::Other,
        }
    }
}

impl From<bool> for CheckValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<usize> for CheckValue {
    fn from(number: usize) -> Self {
        Self::Number(number as u64)
    }
}

impl From<&str> for CheckValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for CheckValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for CheckValue {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

/// The number of items of a list that are written as text.
const SHOWN_ITEMS: usize = 5;

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(true) => f.write_str("yes"),
            Self::Flag(false) => f.write_str("no"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::List(items) if items.is_empty() => f.write_str("none"),
            Self::List(items) => {
                let shown = &items[..items.len().min(SHOWN_ITEMS)];
                f.write_str(&shown.join(", "))?;
                match items.len() - shown.len() {
                    0 => Ok(()),
                    more => write!(f, " and {more} more"),
                }
            }
        }
    }
}

/// Writes the checks as an object, by their ids.
impl Serialize for CheckSection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            status: CheckStatus,
            checks: Checks<'a>,
        }
        struct Checks<'a>(&'a [Check]);
        impl Serialize for Checks<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|check| (check.id, check)))
            }
        }
        Written { status: self.status(), checks: Checks(&self.checks) }.serialize(serializer)
    }
}

/// The whole report, for scripts.
#[derive(Debug, Clone, Copy)]
pub struct CheckReport<'a>(pub &'a [CheckSection]);

impl Serialize for CheckReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let status = self.0.iter().map(CheckSection::status).max().unwrap_or(CheckStatus::Info);
        let mut report = serializer.serialize_map(Some(2 + self.0.len()))?;
        report.serialize_entry("status", &status)?;
        report.serialize_entry("exitCode", &exit_code(self.0))?;
        for section in self.0 {
            report.serialize_entry(section.id, section)?;
        }
        report.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn failed(kind: Kind) -> Check {
        Check::failed("a", "A", Failure::new(kind, "checking", "why").hint("next"))
    }

    fn section(id: &'static str, checks: Vec<Check>) -> CheckSection {
        CheckSection { id, title: "Title", checks }
    }

    #[test]
    fn the_exit_code_tells_what_all_failures_share() {
        let code = |checks: Vec<Check>| exit_code(&[section("a", Vec::new()), section("b", checks)]);
        let warning = Check::warning("w", "W", "why");
        assert_eq!(code(vec![Check::ok("o", "O", true), warning.clone()]), 0);
        assert_eq!(code(vec![warning, failed(Kind::Unauthorized), failed(Kind::Unauthorized)]), 3);
        assert_eq!(code(vec![failed(Kind::Offline)]), 4);
        assert_eq!(code(vec![failed(Kind::Offline), failed(Kind::Unauthorized)]), 1);
        assert_eq!(code(vec![failed(Kind::NotConfigured)]), 1);
    }

    #[test]
    fn a_report_is_written_by_its_ids() {
        let checks = vec![Check::ok("size", "Size", 3_usize), failed(Kind::Offline)];
        let report = serde_json::to_value(CheckReport(&[section("git", checks)])).unwrap();
        let size = json!({"status": "ok", "value": 3, "why": null, "next": null});
        let a = json!({
            "status": "failed", "value": null, "why": "why", "next": "next", "cause": "unreachable"
        });
        let expected = json!({
            "status": "failed", "exitCode": 4,
            "git": {"status": "failed", "checks": {"size": size, "a": a}}
        });
        assert_eq!(report, expected);
    }

    #[test]
    fn a_long_list_is_cut_in_text_only() {
        let list = CheckValue::from((1..=7).map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(list.to_string(), "1, 2, 3, 4, 5 and 2 more");
        assert_eq!(serde_json::to_value(&list).unwrap().as_array().unwrap().len(), 7);
    }
}
