//! The parsers of untrusted bytes, for `examples/tui-parsers.rs` and the fuzz targets. Not part of the console.
//!
//! Each one accepts any bytes and returns the text that a screen would show, made safe in the same way.

use hello_catalog::{
    self as catalog, Source,
    entity::{DEFAULT_NAMESPACE, EntityRef},
};
use hello_console::{commands, screen::Event, screens::filter::FilterInput};
use hello_model::{
    deployment::ServiceRef,
    filter::{Clock, Filter},
    log::{Level, LogLine, summary},
    run::Repo,
    target::{ANNOTATIONS, Overrides, Target},
    text::visible,
    time::Timestamp,
};
use hello_services::parsers as services;
use hello_state::present::{Format, log_line};
use hello_workflow::{Workflow, payload, validate};

use crate::config;

/// A parser with the name of its corpus and fuzz target.
pub type Parser = (&'static str, fn(&[u8]) -> String);

/// All parsers.
pub const ALL: &[Parser] = &[
    ("catalog", catalog),
    ("workflow", workflow),
    ("log-record", log_record),
    ("log-page", log_page),
    ("github-answer", github_answer),
    ("ecs-answer", ecs_answer),
    ("stacks-answer", stacks_answer),
    ("trucks-answer", trucks_answer),
    ("settings-file", settings_file),
    ("filter-text", filter_text),
    ("filter", filter),
    ("reference", reference),
];

/// Parses a descriptor, searches it, and reads its component's annotations.
pub fn catalog(bytes: &[u8]) -> String {
    let source = Source { name: "catalog-info.yaml".to_owned(), text: bytes.to_vec() };
    let catalog = catalog::read_with(&[source], ANNOTATIONS);
    let found = catalog.search("hello").len() + catalog.targets.len();
    let target = Target::in_catalog(&catalog, None, &Overrides::default());
    let missing = [target.repo.err(), target.service.err(), target.logs.err()];
    let missing = missing.into_iter().flatten().map(|failure| failure.why);
    let problems = catalog.problems.iter().map(ToString::to_string);
    let entities = catalog.entities.iter().map(|entity| format!("{} {}", entity.reference, entity.label()));
    shown(problems.chain(entities).chain(missing).chain([found.to_string()]))
}

/// Parses a workflow file, shows each problem with its line, and sends what its form begins with.
pub fn workflow(bytes: &[u8]) -> String {
    let (workflow, problems) = Workflow::read(bytes);
    let text = String::from_utf8_lossy(bytes);
    let excerpts = problems.iter().filter_map(|problem| Some(problem.excerpt(&text, 60)?.to_string()));
    let rules = problems.iter().flat_map(|problem| [Some(problem.to_string()), problem.hint.clone()]);
    let jobs = workflow.jobs.iter().map(|job| format!("{} {}", job.id, job.needs.join(" ")));
    let form = workflow.dispatch.unwrap_or_default();
    let values: Vec<(String, String)> =
        form.inputs.iter().map(|input| (input.name.clone(), input.initial().to_owned())).collect();
    let refused = validate(&form, &values).into_iter().map(|problem| problem.rule);
    let sent = payload(&form, &values).into_iter().map(|(name, value)| format!("{name}={value}"));
    shown(excerpts.chain(rules.flatten()).chain(jobs).chain(refused).chain(sent))
}

/// Parses a log line.
pub fn log_record(bytes: &[u8]) -> String {
    let line = String::from_utf8_lossy(bytes);
    shown([Level::of(&line).word().to_owned(), summary(&line).into_owned()])
}

/// Parses a page of log events, like a tail.
pub fn log_page(bytes: &[u8]) -> String {
    let (since, now) =
        (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH + std::time::Duration::from_hours(500_000));
    shown(services::log_page(bytes, since, now))
}

/// Parses a response of GitHub as each possible type.
pub fn github_answer(bytes: &[u8]) -> String {
    shown(services::github(bytes))
}

/// Parses a response of ECS.
pub fn ecs_answer(bytes: &[u8]) -> String {
    shown(services::ecs(bytes))
}

/// Parses a response of CloudFormation.
pub fn stacks_answer(bytes: &[u8]) -> String {
    shown(services::stacks(bytes))
}

/// Parses a response of the trucks service as each possible type.
pub fn trucks_answer(bytes: &[u8]) -> String {
    shown(services::trucks(bytes))
}

/// Parses a settings file.
pub fn settings_file(bytes: &[u8]) -> String {
    shown(config::refusal(&String::from_utf8_lossy(bytes)))
}

/// Types the first line as a filter and applies it to the other lines.
pub fn filter_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (typed, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let mut input = FilterInput::default();
    input.act(commands::FILTER);
    input.on(&Event::Pasted(typed));
    let passed = passing(input.filter(), lines);
    shown(passed.into_iter().chain([input.input().value().to_owned()]))
}

/// Checks the first line as a filter of log lines and applies it to the other lines.
pub fn filter(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (typed, lines) = text.split_once('\n').unwrap_or((&text, ""));
    let filter = Filter::parse(typed);
    let mistake = filter.check(&log_line::COLUMNS.fields()).err();
    shown(
        passing(&filter, lines)
            .into_iter()
            .chain(mistake.into_iter().flat_map(|mistake| [mistake.why, mistake.hint])),
    )
}

/// Returns the lines that pass a filter of log lines.
fn passing(filter: &Filter, lines: &str) -> Vec<String> {
    let line = |message: &str| LogLine {
        id: String::new(),
        stream: String::new(),
        at: Timestamp::UNIX_EPOCH,
        ingested: None,
        message: message.to_owned(),
        level: Level::of(message),
    };
    let lines: Vec<LogLine> = lines.lines().map(line).collect();
    let clock = Clock { now: Timestamp::UNIX_EPOCH, zone: jiff::tz::TimeZone::UTC };
    let format = Format { clock, has_year: true };
    let passed = log_line::COLUMNS.passing(&lines, filter, &format);
    passed.into_iter().map(|line| line.message.clone()).collect()
}

/// Parses names of entities, repositories and services.
pub fn reference(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let entity = EntityRef::parse(&text, Some("component"), DEFAULT_NAMESPACE);
    let all = [
        entity.map_or_else(|why| why, |entity| entity.canonical()),
        text.parse::<Repo>().map_or_else(|why| why, |repo| repo.to_string()),
        text.parse::<ServiceRef>().map_or_else(|why| why, |service| service.to_string()),
    ];
    shown(all)
}

/// Joins texts into lines, each as a screen shows it.
fn shown(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().map(|text| visible(&text).into_owned()).collect::<Vec<_>>().join("\n")
}
