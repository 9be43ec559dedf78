//! `hello-tui catalog`: entities, their relations, and what is wrong with their descriptors.

use clap_complete::ArgValueCandidates;
use hello_catalog::{
    Catalog, Problem, Severity,
    entity::{DEFAULT_NAMESPACE, Entity, EntityRef},
};
use hello_model::{
    address::display_url_text,
    failure::{Failure, Kind},
    filter::Filter,
    target::hiding_error,
};
use hello_services::catalog::Sources;
use hello_state::present::entity;
use serde::Serialize;

use super::{
    Error, candidates,
    complete::quoted,
    diagnostic,
    filter::FilterArgs,
    format::format,
    graph::{self, GraphFormat},
    output::Out,
    table::Table,
};

/// The entities of the descriptors
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the entities
    List(List),
    /// Show one entity
    Show {
        /// The entity, as in component:hello-server
        #[arg(add = ArgValueCandidates::new(candidates::entities))]
        reference: String,
    },
    /// Check descriptors, and say what Backstage would leave out; exits with 1 on errors
    Validate {
        /// Files, folders, globs and URLs [default: those of --catalog]
        #[arg(value_hint = clap::ValueHint::AnyPath)]
        paths: Vec<String>,
    },
    /// Show what an entity is related to
    Graph(Graph),
}

#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// Only entities of this kind; may be given several times
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only entities of this owner
    #[arg(long, value_name = "REF")]
    owner: Option<String>,
    /// Only entities of this system
    #[arg(long, value_name = "REF")]
    system: Option<String>,
    /// Only entities with this lifecycle
    #[arg(long, value_name = "LIFECYCLE")]
    lifecycle: Option<String>,
    /// Only entities with this tag; may be given several times, and all must be there
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    #[command(flatten)]
    filter: FilterArgs,
}

#[derive(Debug, clap::Args)]
pub(super) struct Graph {
    /// The entity to begin with
    #[arg(add = ArgValueCandidates::new(candidates::entities))]
    reference: String,
    /// How many relations to follow from it
    #[arg(long, value_name = "N", default_value_t = 2)]
    depth: usize,
    /// How to write the graph
    #[arg(long, value_enum, default_value_t)]
    format: GraphFormat,
}

/// Runs a command.
pub(super) async fn run(command: Command, sources: Sources, out: &Out) -> Result<(), Error> {
    match command {
        Command::List(args) => {
            let filter = args.filter.read(&entity::COLUMNS)?;
            list(&args, &filter, &sources.load().await?, &validate_command(&sources.named), out)
        }
        Command::Show { reference } => show(&reference, &sources.load().await?, out),
        Command::Validate { paths } => validate(paths, sources, out).await,
        Command::Graph(args) => {
            let catalog = sources.load().await?;
            let entity = find(&catalog, &args.reference)?;
            Ok(out.text(&graph::write(&catalog, entity, args.depth, args.format))?)
        }
    }
}

/// Returns the command that tells the problems of these sources. A source that is not shown as it is, because it may
/// hold a secret, is left to the settings.
pub(super) fn validate_command(named: &[String]) -> String {
    let is_shown = |source: &String| !source.contains("://") || display_url_text(source) == *source;
    let mut words = vec!["hello-tui catalog validate".to_owned()];
    if named.iter().all(is_shown) {
        words.extend(named.iter().map(|source| quoted(source)));
    }
    words.join(" ")
}

fn list(args: &List, filter: &Filter, catalog: &Catalog, validate: &str, out: &Out) -> Result<(), Error> {
    let owner = args.owner.as_deref().map(|text| reference(text, "group")).transpose()?;
    let system = args.system.as_deref().map(|text| reference(text, "system")).transpose()?;
    let fits = |entity: &&Entity| {
        let is_same = |wanted: &Option<EntityRef>, found: &Option<EntityRef>| {
            wanted.as_ref().is_none_or(|wanted| found.as_ref() == Some(wanted))
        };
        (args.kind.is_empty() || args.kind.iter().any(|kind| entity.is(kind)))
            && is_same(&owner, &entity.owner)
            && is_same(&system, &entity.system)
            && args.lifecycle.as_ref().is_none_or(|wanted| entity.lifecycle.as_ref() == Some(wanted))
            && args.tag.iter().all(|tag| entity.tags.contains(tag))
    };
    let format = format();
    let entities = entity::COLUMNS.passing(catalog.entities.iter().filter(fits), filter, &format);
    out.print(&entities, || Table::of(&entity::COLUMNS, entities.iter().copied(), &format))?;
    if !catalog.problems.is_empty() {
        let count = catalog.problems.len();
        let noun = if count == 1 { "problem" } else { "problems" };
        out.note(&format!("{count} {noun} in the descriptors: {validate}"))?;
    }
    Ok(())
}

fn show(text: &str, catalog: &Catalog, out: &Out) -> Result<(), Error> {
    let entity = find(catalog, text)?;
    let details = || Table::details(entity::facts(entity), entity::sections(entity));
    Ok(out.print(entity, details)?)
}

/// What `validate` prints as JSON and YAML.
#[derive(Debug, Serialize)]
struct Report<'c> {
    entities: usize,
    problems: &'c [Problem],
}

async fn validate(paths: Vec<String>, sources: Sources, out: &Out) -> Result<(), Error> {
    let named = if paths.is_empty() { sources.named } else { paths };
    let catalog = Sources { named, ..sources }.load().await?;
    let report = Report { entities: catalog.entities.len(), problems: &catalog.problems };
    if out.is_table() {
        out.text(&diagnostic::report(&catalog))?;
    } else {
        out.print(&report, Table::default)?;
    }
    if catalog.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Err(Error::Invalid);
    }
    Ok(())
}

fn reference(text: &str, kind: &str) -> Result<EntityRef, Failure> {
    EntityRef::parse(text, Some(kind), DEFAULT_NAMESPACE).map_err(|why| {
        Failure::new(Kind::NotConfigured, "reading the name of an entity", why)
            .hint("name it as KIND:NAME, as in component:hello-server")
    })
}

fn find<'c>(catalog: &'c Catalog, text: &str) -> Result<&'c Entity, Failure> {
    let reference = reference(text, "component")?;
    catalog.find(&reference).ok_or_else(|| {
        let failure = |why: &str| Failure::new(Kind::NotFound, format!("showing {reference}"), why);
        let why = "the catalog has no such entity";
        match hiding_error(catalog, Some(&reference)) {
            Some(error) => failure(&format!("{why}, because of {}: {}", error.place(), error.rule))
                .hint(error.hint.as_deref().unwrap_or("hello-tui catalog validate")),
            None => failure(why).hint("hello-tui catalog list"),
        }
    })
}
