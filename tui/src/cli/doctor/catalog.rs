//! The catalog, and the component in it.

use hello_catalog::{Catalog, entity::EntityRef};
use hello_model::{
    check::{Check, CheckSection},
    failure::{Failure, Kind},
    log::LogSource,
    target::{Target, no_component},
};
use hello_state::present::problem;

use super::super::catalog::validate_command;

const UNKNOWN: &str = "not known, because there is no catalog";

const PART_UNKNOWN: &str = "not known, because there is no component";

/// `named` are the sources that the user named.
pub(super) fn section(loaded: Result<Catalog, Failure>, named: &[String]) -> CheckSection {
    let validate = validate_command(named);
    let checks = match loaded {
        Ok(catalog) => {
            vec![descriptors(&catalog), entities(&catalog, &validate), problems(&catalog, &validate)]
        }
        Err(failure) => vec![Check::failed("descriptors", "descriptors", failure)],
    };
    CheckSection { id: "catalog", title: "Catalog", checks }
}

fn descriptors(catalog: &Catalog) -> Check {
    let of_entities = catalog.entities.iter().map(|entity| &entity.origin.source);
    let mut sources: Vec<String> = Vec::new();
    for source in of_entities.chain(catalog.problems.iter().map(|problem| &problem.source)) {
        // Entities of a source follow each other; the end of the list is where it is most likely.
        if !sources.iter().rev().any(|known| known == source) {
            sources.push(source.clone());
        }
    }
    Check::ok("descriptors", "descriptors", sources)
}

fn entities(catalog: &Catalog, validate: &str) -> Check {
    match catalog.entities.len() {
        0 => Check::warning("entities", "entities", "the descriptors hold no usable entity")
            .with_value(0_usize)
            .next(validate),
        count => Check::ok("entities", "entities", count),
    }
}

/// Counts the problems and tells the first one.
fn problems(catalog: &Catalog, validate: &str) -> Check {
    let count = problem::count(&catalog.problems);
    if catalog.problems.is_empty() {
        return Check::ok("problems", "problems", "none");
    }
    let first = problem::in_order(&catalog.problems).into_iter().next();
    let first = first.map(|first| format!("{}: {}", first.place(), problem::rule(first))).unwrap_or_default();
    if catalog.has_errors() {
        let why = format!("{first}; Backstage would leave out what has errors");
        let failure = Failure::new(Kind::Unexpected, "checking the catalog", why).hint(validate);
        return Check::failed("problems", "problems", failure).with_value(count);
    }
    Check::warning("problems", "problems", first).with_value(count).next(validate)
}

/// Describes the component and its parts. A part that it does not name is no failure.
pub(super) fn component(
    target: &Target,
    wanted: Option<&EntityRef>,
    catalog: Option<&Catalog>,
) -> CheckSection {
    let of_component = match (&target.component, wanted, catalog) {
        (Some(component), ..) => Check::ok("component", "component", component.to_string()),
        (None, Some(wanted), Some(catalog)) => {
            Check::failed("component", "component", no_component(catalog, Some(wanted)))
        }
        (None, None, Some(catalog)) => Check::warned("component", "component", no_component(catalog, None)),
        (None, _, None) => Check::skipped("component", "component", UNKNOWN),
    };
    let logs = target.logs.as_ref().map(|source| match source {
        LogSource::Group(group) => group.clone(),
        LogSource::Service(_) => "the one that the task definition of the ECS service names".to_owned(),
    });
    let is_known = target.component.is_some();
    let checks = vec![
        of_component,
        part("repository", "repository", is_known, target.repo.as_ref().map(ToString::to_string)),
        part("service", "ECS service", is_known, target.service.as_ref().map(ToString::to_string)),
        part("logGroup", "log group", is_known, logs),
    ];
    CheckSection { id: "component", title: "Component", checks }
}

/// Describes a part. `is_known` says whether there is a component that could name it.
fn part(id: &'static str, label: &'static str, is_known: bool, found: Result<String, &Failure>) -> Check {
    match found {
        Ok(value) => Check::ok(id, label, value),
        Err(failure) if is_known => Check::warned(id, label, failure.clone()),
        Err(_) => Check::skipped(id, label, PART_UNKNOWN),
    }
}
