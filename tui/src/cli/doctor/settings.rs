//! The settings file, and what flags, environment and file come to.

use std::path::Path;

use hello_model::{
    check::{Check, CheckSection},
    failure::Failure,
};

use crate::config::{Settings, settings_file};

pub(super) fn section(settings: &Settings, named: Option<&Path>) -> CheckSection {
    let mut checks = vec![file(named)];
    checks.push(match &settings.context {
        Some(context) => Check::ok("context", "context", context.as_str()),
        None => Check::info("context", "context", "none"),
    });
    if !settings.contexts.is_empty() {
        checks.push(Check::info("contexts", "contexts", settings.contexts.clone()));
    }
    checks.push(Check::info("sandbox", "sandbox", settings.sandbox));
    checks.push(Check::info("production", "production", settings.is_production));
    checks.push(Check::info("readOnly", "read-only", settings.read_only));
    checks.push(match &settings.audit_trail {
        Some(trail) => Check::ok("auditTrail", "audit trail", trail.display().to_string()),
        None => Check::warning(
            "auditTrail",
            "audit trail",
            "there is no home folder for it, so every write is refused",
        )
        .next("set HOME, or XDG_STATE_HOME, to the path of a folder that is yours"),
    });
    CheckSection { id: "settings", title: "Settings", checks }
}

/// Settings that cannot be read: no service is asked, because it could be the wrong one.
pub(super) fn broken(named: Option<&Path>, failure: Failure) -> CheckSection {
    let failed = Check::failed("settings", "settings", failure);
    let services = Check::skipped("services", "services", "not checked, because of the settings");
    CheckSection { id: "settings", title: "Settings", checks: vec![file(named), failed, services] }
}

/// Settings that cannot be connected to: there is no sandbox.
pub(super) fn unconnected(settings: &Settings, named: Option<&Path>, failure: Failure) -> CheckSection {
    let mut section = section(settings, named);
    section.checks.retain(|check| check.id != "sandbox");
    section.checks.push(Check::failed("sandbox", "sandbox", failure));
    section
}

fn file(named: Option<&Path>) -> Check {
    match settings_file(named) {
        Some(file) if file.exists() => Check::ok("file", "settings file", file.display().to_string()),
        Some(file) if named.is_some() => {
            Check::info("file", "settings file", file.display().to_string()).because("it does not exist")
        }
        Some(file) => Check::info("file", "settings file", file.display().to_string())
            .because("it does not exist, so the defaults apply"),
        None => Check::warning("file", "settings file", "there is no home folder for it")
            .next("set HOME, or XDG_CONFIG_HOME, to the path of a folder that is yours"),
    }
}
