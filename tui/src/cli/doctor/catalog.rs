//! The catalog, and the component in it.

use hello_catalog::{Catalog, entity::EntityRef};
use hello_model::{
    check::{Check, CheckSection},
    failure::{Failure, Kind},
    log::LogSource,
    target::{Target, known_components},
};
use hello_state::present::problem;

const UNKNOWN: &str = "not known, because there is no catalog";

pub(super) fn section(loaded: Result<Catalog, Failure>) -> CheckSection {
    let checks = match loaded {
        Ok(catalog) => vec![descriptors(&catalog), entities(&catalog), problems(&catalog)],
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

fn entities(catalog: &Catalog) -> Check {
    match catalog.entities.len() {
        0 => Check::warning("entities", "entities", "the descriptors hold no usable entity")
            .with_value(0_usize)
            .next("hello-tui catalog validate"),
        count => Check::ok("entities", "entities", count),
    }
}

fn problems(catalog: &Catalog) -> Check {
    let count = problem::count(&catalog.problems);
    let validate = "hello-tui catalog validate";
    if catalog.problems.is_empty() {
        return Check::ok("problems", "problems", "none");
    }
    if catalog.has_errors() {
        let why = "Backstage would leave out what has errors";
        let failure = Failure::new(Kind::Unexpected, "checking the catalog", why).hint(validate);
        return Check::failed("problems", "problems", failure).with_value(count);
    }
    Check::warning("problems", "problems", "what has warnings may not work as intended")
        .with_value(count)
        .next(validate)
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
            let failure = Failure::new(
                Kind::NotFound,
                "choosing the component",
                format!("the catalog has no {wanted}"),
            );
            Check::failed("component", "component", failure.hint(known_components(catalog)))
        }
        (None, None, Some(catalog)) => {
            Check::warning("component", "component", "the catalog has none").next(known_components(catalog))
        }
        (None, _, None) => Check::skipped("component", "component", UNKNOWN),
    };
    let logs = target.logs.as_ref().map(|source| match source {
        LogSource::Group(group) => group.clone(),
        LogSource::Service(_) => "the one that the task definition of the ECS service names".to_owned(),
    });
    let is_known = catalog.is_some();
    let checks = vec![
        of_component,
        part("repository", "repository", is_known, target.repo.as_ref().map(ToString::to_string)),
        part("service", "ECS service", is_known, target.service.as_ref().map(ToString::to_string)),
        part("logGroup", "log group", is_known, logs),
    ];
    CheckSection { id: "component", title: "Component", checks }
}

/// Describes a part. `is_known` says whether there is a catalog that could name it.
fn part(id: &'static str, label: &'static str, is_known: bool, found: Result<String, &Failure>) -> Check {
    match found {
        Ok(value) => Check::ok(id, label, value),
        Err(failure) if is_known => Check::warned(id, label, failure.clone()),
        Err(_) => Check::skipped(id, label, UNKNOWN),
    }
}
