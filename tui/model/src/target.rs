//! The target of the screens: a component and the resources that its annotations name.

use hello_catalog::{
    AnnotationRule, Catalog, Problem, Severity,
    entity::{Entity, EntityRef, RelationKind},
};

use crate::{
    deployment::ServiceRef,
    failure::{Failure, Kind},
    log::LogSource,
    run::Repo,
};

/// The annotation that names the GitHub repository, `owner/name`.
pub const PROJECT_SLUG: &str = "github.com/project-slug";

/// The annotation of Backstage that names where the source is, and so on which host the repository is.
const SOURCE_LOCATION: &str = "backstage.io/source-location";

/// The annotation that names the ECS service by its ARN.
pub const ECS_SERVICE_ARN: &str = "aws.amazon.com/amazon-ecs-service-arn";

/// Checks for the annotations that the console reads.
pub const ANNOTATIONS: &[AnnotationRule] = &[
    AnnotationRule { key: PROJECT_SLUG, check: |slug| slug.parse::<Repo>().map(drop) },
    AnnotationRule { key: ECS_SERVICE_ARN, check: |arn| arn.parse::<ServiceRef>().map(drop) },
];

/// Our own annotation for a log group that the task definition does not name.
pub const LOG_GROUP: &str = "hello-truck.dev/log-group";

/// Our own annotation for the URL of the trucks service.
pub const TRUCKS_URL: &str = "hello-truck.dev/trucks-url";

/// The name of the API of trucks. A component that provides it serves trucks.
const TRUCKS_API: &str = "hello-truck-api";

/// Reports whether a component serves trucks: it provides their API, or names the URL of its service.
pub fn serves_trucks(component: &Entity) -> bool {
    component.annotations.contains_key(TRUCKS_URL)
        || component.related(RelationKind::ProvidesApi).any(|api| api.name == TRUCKS_API)
}

/// A component and its resources. A missing resource is a failure whose hint says how to provide it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub component: Option<EntityRef>,
    pub repo: Result<Repo, Failure>,
    pub service: Result<ServiceRef, Failure>,
    pub logs: Result<LogSource, Failure>,
    /// Whether the component provides the trucks API. Without a component, the trucks service is all there is.
    pub serves_trucks: bool,
}

/// Values from flags and settings that override the annotations.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    pub component: Option<EntityRef>,
    pub repo: Option<Repo>,
}

/// Resources of a sandbox, used where a component does not name its own.
#[derive(Debug, Clone, PartialEq)]
pub struct SandboxDefaults {
    /// The component that the sandbox was made for. Another one has only what it names itself.
    pub component: Option<EntityRef>,
    /// The address on which the sandbox listens.
    pub address: String,
    pub repo: Repo,
    pub service: ServiceRef,
    pub log_group: String,
}

impl Target {
    /// Selects a component of the catalog: the requested one, or else the first.
    pub fn in_catalog(catalog: &Catalog, wanted: Option<&EntityRef>, overrides: &Overrides) -> Self {
        let wanted = wanted.or(overrides.component.as_ref());
        let component = match wanted {
            Some(wanted) => catalog.find(wanted),
            None => catalog.first_component(),
        };
        Self::of(component, overrides, &Absence::from(catalog, wanted))
    }

    /// Returns the target of a catalog that could not be read.
    pub fn without_catalog(overrides: &Overrides, failure: &Failure) -> Self {
        Self::of(None, overrides, &Absence { why: failure.why.clone(), hint: failure.hint.clone() })
    }

    /// Returns the resources that an entity's own annotations name.
    pub fn of_entity(catalog: &Catalog, reference: &EntityRef) -> Self {
        let absence = Absence::from(catalog, Some(reference));
        Self::of(catalog.find(reference), &Overrides::default(), &absence)
    }

    /// Fills in missing resources from a sandbox, if there is one.
    #[must_use]
    pub fn or(mut self, sandbox_defaults: Option<&SandboxDefaults>) -> Self {
        let is_for = |defaults: &&SandboxDefaults| {
            self.component.is_none() || defaults.component.is_none() || self.component == defaults.component
        };
        if let Some(sandbox_defaults) = sandbox_defaults.filter(is_for) {
            self.repo = self.repo.or_else(|_| Ok(sandbox_defaults.repo.clone()));
            self.service = self.service.or_else(|_| Ok(sandbox_defaults.service.clone()));
            self.logs = self.logs.or_else(|_| Ok(LogSource::Group(sandbox_defaults.log_group.clone())));
        }
        self
    }

    /// Reports whether a resource is still missing.
    pub fn lacks_something(&self) -> bool {
        self.repo.is_err() || self.service.is_err() || self.logs.is_err()
    }

    /// Reads a component's annotations.
    fn of(component: Option<&Entity>, overrides: &Overrides, absence: &Absence) -> Self {
        let at = |key: &str| component.and_then(|entity| entity.annotations.get(key)).map(String::as_str);
        let missing = |what: &str, key: &str, hint: String| {
            let Some(entity) = component else {
                let failure = Failure::new(Kind::NotConfigured, what, absence.why.clone());
                return match &absence.hint {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                };
            };
            let origin = &entity.origin;
            let place = format!("{} ({}:{})", entity.reference, origin.source, origin.line);
            let why = format!("{place} has no annotation {key}");
            Failure::new(Kind::NotConfigured, what, why).hint(hint)
        };
        let repo = match (&overrides.repo, at(PROJECT_SLUG)) {
            (Some(repo), _) => Ok(repo.clone()),
            (None, Some(slug)) => {
                let repo = slug.parse::<Repo>().map(|repo| repo.located_at(at(SOURCE_LOCATION)));
                repo.map_err(|why| unreadable("GitHub repository", PROJECT_SLUG, why))
            }
            (None, None) => Err(missing(
                "no GitHub repository",
                PROJECT_SLUG,
                "name it with --repo OWNER/NAME, or add the annotation".to_owned(),
            )),
        };
        let service: Result<ServiceRef, _> = match at(ECS_SERVICE_ARN) {
            Some(arn) => {
                arn.parse::<ServiceRef>().map_err(|why| unreadable("ECS service", ECS_SERVICE_ARN, why))
            }
            None => Err(missing(
                "no ECS service",
                ECS_SERVICE_ARN,
                format!("add `{ECS_SERVICE_ARN}: arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/SERVICE`"),
            )),
        };
        let logs = match (at(LOG_GROUP), &service) {
            (Some(group), _) => Ok(LogSource::Group(group.to_owned())),
            (None, Ok(service)) => Ok(LogSource::Service(service.clone())),
            (None, Err(_)) => Err(missing(
                "no log group",
                LOG_GROUP,
                format!("add `{LOG_GROUP}: NAME`, or the ECS service's ARN"),
            )),
        };
        let reference = component.map(|entity| entity.reference.clone());
        Self { component: reference, repo, service, logs, serves_trucks: component.is_none_or(serves_trucks) }
    }
}

/// Why there is no component.
struct Absence {
    why: String,
    hint: Option<String>,
}

impl Absence {
    /// Says why a catalog has not the wanted component, or has none. An error in the descriptor of the wanted one is the
    /// cause; while no component could be read, any error is.
    fn from(catalog: &Catalog, wanted: Option<&EntityRef>) -> Self {
        let Failure { why, hint, .. } = no_component(catalog, wanted);
        Self { why, hint }
    }
}

/// Tells why a catalog has not the wanted component, or has none, and what to do about it.
pub fn no_component(catalog: &Catalog, wanted: Option<&EntityRef>) -> Failure {
    let name = wanted.map_or_else(|| "component".to_owned(), ToString::to_string);
    let failure = |why: String| Failure::new(Kind::NotFound, "choosing the component", why);
    match hiding_error(catalog, wanted) {
        Some(error) => {
            failure(format!("the catalog has no {name}, because of {}: {}", error.place(), error.rule))
                .hint(error.hint.as_deref().unwrap_or("hello-tui catalog validate"))
        }
        None => failure(format!("the catalog has no {name}")).hint(known_components(catalog)),
    }
}

/// Returns the error because of which the wanted entity is not in the catalog: that of its descriptor, or the first one
/// while the catalog has no component.
pub fn hiding_error<'c>(catalog: &'c Catalog, wanted: Option<&EntityRef>) -> Option<&'c Problem> {
    let name = wanted.map(ToString::to_string);
    let mut errors = catalog.problems.iter().filter(|problem| problem.severity == Severity::Error);
    let first = errors.clone().next().filter(|_| catalog.first_component().is_none());
    errors.find(|error| name.is_some() && error.entity == name).or(first)
}

/// The maximum number of components that a hint names.
const MAX_NAMED: usize = 5;

/// Says which components can be chosen.
fn known_components(catalog: &Catalog) -> String {
    let mut names: Vec<&str> = catalog
        .entities
        .iter()
        .filter(|entity| entity.is("Component"))
        .map(|entity| entity.reference.name.as_str())
        .collect();
    let more = names.len().saturating_sub(MAX_NAMED);
    names.truncate(MAX_NAMED);
    match (names.is_empty(), more) {
        (true, _) => "add a Component to the catalog, or name another catalog with --catalog".to_owned(),
        (false, 0) => format!("name one of these with --component: {}", names.join(", ")),
        (false, more) => format!("name one of these with --component: {} ({more} more)", names.join(", ")),
    }
}

fn unreadable(what: &str, key: &str, why: String) -> Failure {
    Failure::new(Kind::NotConfigured, format!("no {what}"), why).hint(format!("correct the annotation {key}"))
}

#[cfg(test)]
mod tests {
    use hello_catalog::{Source, read_with};

    use super::*;

    const TWO: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: one}
spec: {type: service, lifecycle: production, owner: trucks}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: two}
spec: {type: service, lifecycle: production, owner: trucks}
";

    fn two_components() -> Catalog {
        read_with(&[Source { name: "a.yaml".to_owned(), text: TWO.into() }], ANNOTATIONS)
    }

    fn reference(name: &str) -> EntityRef {
        EntityRef::parse(name, Some("Component"), "default").unwrap()
    }

    #[test]
    fn an_unknown_component_is_the_cause_and_the_known_ones_the_hint() {
        let target = Target::in_catalog(&two_components(), Some(&reference("three")), &Overrides::default());
        let failure = target.repo.unwrap_err();
        assert_eq!(failure.why, "the catalog has no component:three");
        assert_eq!(failure.hint.as_deref(), Some("name one of these with --component: one, two"));

        let cause =
            Failure::new(Kind::Offline, "reading the catalog", "it answered 404").hint("check the URL");
        let failure = Target::without_catalog(&Overrides::default(), &cause).service.unwrap_err();
        assert_eq!(
            (failure.why.as_str(), failure.hint.as_deref()),
            ("it answered 404", Some("check the URL"))
        );
    }

    #[test]
    fn a_repository_is_on_the_host_of_its_source() {
        let annotations = "annotations: {github.com/project-slug: fleet/trucks, backstage.io/source-location: \
                           'url:https://ghe.test/fleet/trucks/tree/main/'}";
        let text = TWO.replacen("name: one", &format!("name: one, {annotations}"), 1);
        let catalog = read_with(&[Source { name: "a.yaml".to_owned(), text: text.into() }], ANNOTATIONS);
        let repo = Target::in_catalog(&catalog, None, &Overrides::default()).repo.unwrap();
        assert_eq!((repo.host.as_deref(), repo.name.as_str()), (Some("ghe.test"), "trucks"));
    }

    #[test]
    fn an_error_that_hides_the_component_is_the_cause() {
        let why = |text: &str, wanted: Option<&str>| {
            let catalog = read_with(&[Source { name: "a.yaml".to_owned(), text: text.into() }], ANNOTATIONS);
            let wanted = wanted.map(reference);
            Target::in_catalog(&catalog, wanted.as_ref(), &Overrides::default()).repo.unwrap_err().why
        };
        let broken = why("kind: [\n", None);
        assert!(broken.starts_with("the catalog has no component, because of a.yaml"), "{broken}");
        let unowned = TWO.replacen(", owner: trucks", "", 1);
        let one = why(&unowned, Some("one"));
        assert!(one.starts_with("the catalog has no component:one, because of a.yaml:4:"), "{one}");
        assert_eq!(why(&unowned, Some("three")), "the catalog has no component:three");
    }

    #[test]
    fn a_sandbox_fills_in_only_its_own_component() {
        let defaults = SandboxDefaults {
            component: Some(reference("one")),
            address: "127.0.0.1:4510".to_owned(),
            repo: "sandbox/sandbox".parse().unwrap(),
            service: "arn:aws:ecs:us-east-1:123456789012:service/a/b".parse().unwrap(),
            log_group: "group".to_owned(),
        };
        let of = |name| Target::in_catalog(&two_components(), Some(&reference(name)), &Overrides::default());
        assert!(!of("one").or(Some(&defaults)).lacks_something());
        assert!(of("two").or(Some(&defaults)).lacks_something());
    }

    #[test]
    fn an_annotation_that_leads_nowhere_is_a_warning() {
        let text = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: jo\n  annotations:\n    \
                    github.com/project-slug: trucks\n    aws.amazon.com/amazon-ecs-service-arn: arn:aws:ecs\nspec: \
                    {memberOf: []}\n";
        let source = Source { name: "a.yaml".to_owned(), text: text.into() };
        let catalog = read_with(&[source], ANNOTATIONS);
        let told: Vec<String> = catalog.problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].contains("a.yaml:6:5: warning") && told[0].contains("is not OWNER/NAME"), "{told:?}");
        assert!(told[1].contains("service/CLUSTER/SERVICE"), "{told:?}");
    }
}
