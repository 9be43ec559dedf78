//! `hello-tui dashboard`: the console.

use std::{io, sync::Arc};

use clap::builder::PossibleValuesParser;
use clap_complete::ArgValueCandidates;
use futures::FutureExt;
use hello_catalog::{
    Catalog,
    entity::{DEFAULT_NAMESPACE, EntityRef},
};
use hello_console::{
    app::{App, Setup},
    route::Route,
    screens::{
        SCREENS,
        entity::{
            self,
            tabs::{self, TABS, Tab},
        },
    },
    theme::Theme,
};
use hello_model::{
    failure::{Failure, Kind},
    world::{Connection, World, WorldId},
};
use hello_services::catalog::CatalogSource;
use jiff::{Timestamp, tz::TimeZone};

use super::{Error, candidates, connect, log_file};
use crate::{
    config::{CliSettings, Settings, state_folder},
    runtime::{
        self, Ending, clock, input, keyboard,
        layouts::LayoutStore,
        terminal::Terminal,
        worlds::{Connect, StartSandbox, Worlds},
    },
};

/// Open the console
#[derive(Debug, Default, clap::Args)]
#[command(args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(super) struct Args {
    /// The screen to begin with [default: home]
    #[arg(value_parser = PossibleValuesParser::new(SCREENS.iter().map(|spec| spec.id.0)))]
    screen: Option<String>,
    /// Show ages as of this time, and start the sandbox with a clock that stands still at it, as for pictures
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
    #[command(subcommand)]
    page: Option<Page>,
}

#[derive(Debug, clap::Subcommand)]
enum Page {
    /// Open the page of an entity
    Entity {
        /// The entity, as in component:hello-server
        #[arg(add = ArgValueCandidates::new(candidates::entities))]
        reference: String,
        /// The tab to begin with [default: overview]
        #[arg(long, value_name = "TAB", value_parser = PossibleValuesParser::new(TABS.iter().map(Tab::name)))]
        tab: Option<String>,
    },
}

/// Runs the console until the user quits.
pub(super) async fn run(
    args: Args,
    given: CliSettings,
    settings: Settings,
    coloured: bool,
) -> Result<(), Error> {
    let settings = Settings { sandbox_at: args.at, ..settings };
    let clock = clock::standing_at(args.at);
    let (connected, start) = match args.page {
        Some(Page::Entity { reference, tab }) => {
            let connected = connect(&settings).await?;
            let start = page(&connected.sources.load().await?, &reference, tab.as_deref())?;
            check_terminal()?;
            (Some(connected), start)
        }
        None => {
            check_terminal()?;
            let start = SCREENS.iter().find(|spec| Some(spec.id.0) == args.screen.as_deref());
            let start = start.unwrap_or(&SCREENS[0]).id.into();
            // The first frame does not wait for a host.
            let connected =
                if reads_host_for_sandbox(&settings) { None } else { Some(connect(&settings).await?) };
            (connected, start)
        }
    };
    log_file::keep();
    let layouts = LayoutStore::new(state_folder());
    let theme = Theme::new(coloured, TimeZone::system())
        .on(settings.console.appearance.background())
        .in_ascii(settings.console.appearance.is_ascii());
    let world = match &connected {
        Some(connected) => connected.world(WorldId::default()),
        None => {
            World { read_only: settings.read_only, overrides: settings.overrides.clone(), ..World::default() }
        }
    };
    let app = App::new(Setup {
        start,
        world,
        contexts: settings.contexts.clone(),
        session: uuid::Uuid::now_v7().to_string(),
        theme,
        layouts: layouts.load(),
        now: clock(),
    });
    let is_mouse_on = settings.console.mouse;
    let (mut app, worlds) = match connected {
        Some(connected) => (app, Worlds::new(connected, connect_to(given))),
        None => (
            app.connecting(Connection::FirstSandbox),
            Worlds::before_sandbox(start_sandbox(settings), connect_to(given)),
        ),
    };
    let worlds = worlds.keeping(layouts);
    let taken = |error: io::Error| Failure::new(Kind::Unexpected, "taking the terminal", error.to_string());
    let inputs = input::inputs().map_err(taken)?;
    let mut terminal = Terminal::take(is_mouse_on).map_err(taken)?;
    let ending =
        runtime::run(&mut app, &mut terminal, inputs, |effect| worlds.run_effect(effect), clock).await?;
    match ending {
        Ending::Quit => Ok(()),
        Ending::Stopped(signal) => Err(Error::Signal(signal)),
    }
}

/// Returns the route to a tab of an entity's page.
fn page(catalog: &Catalog, text: &str, tab: Option<&str>) -> Result<Route, Failure> {
    const WHAT: &str = "opening the page of an entity";
    let reference = EntityRef::parse(text, Some("component"), DEFAULT_NAMESPACE).map_err(|why| {
        Failure::new(Kind::NotConfigured, WHAT, why)
            .hint("name it as KIND:NAME, as in component:hello-server")
    })?;
    let Some(entity) = catalog.find(&reference) else {
        let why = format!("the catalog has no {reference}");
        return Err(Failure::new(Kind::NotConfigured, WHAT, why).hint(known(catalog, &reference)));
    };
    let page = entity::page(&entity.reference);
    let Some(tab) = tab.and_then(tabs::named) else { return Ok(page) };
    if !tab.is_of(Some(entity)) {
        let names: Vec<&str> = TABS.iter().filter(|tab| tab.is_of(Some(entity))).map(Tab::name).collect();
        let why = format!("{reference} has no tab {}", tab.name());
        let hint = format!("name one of these with --tab: {}", names.join(", "));
        return Err(Failure::new(Kind::NotConfigured, WHAT, why).hint(hint));
    }
    Ok(Route { screen: tab.screen, ..page })
}

/// The maximum number of entities that a hint names.
const MAX_NAMED: usize = 5;

/// Says which entities there are: those with a similar name, or else those of the kind, or else all.
fn known(catalog: &Catalog, wanted: &EntityRef) -> String {
    let of_kind = || catalog.entities.iter().filter(|entity| entity.is(&wanted.kind)).collect::<Vec<_>>();
    let found = [catalog.search(&wanted.name), of_kind(), catalog.entities.iter().collect()];
    let Some(known) = found.into_iter().find(|found| !found.is_empty()) else {
        return "describe it in the catalog, or name another catalog with --catalog".to_owned();
    };
    let names: Vec<String> =
        known.iter().take(MAX_NAMED).map(|entity| entity.reference.to_string()).collect();
    let more = match known.len().saturating_sub(MAX_NAMED) {
        0 => String::new(),
        more => format!(" ({more} more)"),
    };
    format!("name one of these: {}{more}", names.join(", "))
}

/// Reports whether a host is asked for the catalog before a sandbox can be made to fit it.
fn reads_host_for_sandbox(settings: &Settings) -> bool {
    let is_url = |source: &String| matches!(source.parse(), Ok(CatalogSource::Url(_)));
    settings.sandbox && settings.catalog.iter().any(is_url)
}

/// Returns what reads the catalog and starts a sandbox that fits it.
fn start_sandbox(settings: Settings) -> StartSandbox {
    let settings = Arc::new(settings);
    Arc::new(move || {
        let settings = Arc::clone(&settings);
        async move { connect(&settings).await }.boxed()
    })
}

/// Connects to a context of the settings file, with the flags and the environment of this process.
fn connect_to(given: CliSettings) -> Connect {
    Arc::new(move |context| {
        let given = CliSettings {
            sandbox: false,
            context: context.or_else(|| given.context.clone()),
            ..given.clone()
        };
        async move { connect(&Settings::decide(given)?).await }.boxed()
    })
}

/// Checks that there is a terminal for output and one for keyboard input.
fn check_terminal() -> Result<(), Failure> {
    let no = |why: String| {
        Failure::new(Kind::NotConfigured, "opening the dashboard", why)
            .hint("open it in a terminal; hello-tui --help lists the commands for scripts")
    };
    if !Terminal::is_there() {
        return Err(no("standard output is not a terminal".to_owned()));
    }
    keyboard::check().map_err(|error| {
        no(format!("standard input is not a terminal, and /dev/tty cannot be opened: {error}"))
    })
}
