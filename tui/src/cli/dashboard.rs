//! `hello-tui dashboard`: the console.

use std::{
    env, fs,
    io::{IsTerminal, stdout},
    sync::Mutex,
};

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::{Error, connect};
use crate::{
    app::{App, Setup, action::Place},
    config::{Settings, state_folder},
    failure::{Failure, Kind},
    runtime::{self, Ending, clock, guard::Guard, input, terminal::Terminal, world::World},
    widgets::look::Look,
};

/// Open the console
#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    /// The screen to begin with
    #[arg(value_enum, default_value_t)]
    screen: Screen,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Screen {
    #[default]
    Home,
    Catalog,
    Trucks,
    Runs,
    Deployments,
    Logs,
}

impl From<Screen> for Place {
    fn from(screen: Screen) -> Self {
        match screen {
            Screen::Home => Self::Home,
            Screen::Catalog => Self::Catalog,
            Screen::Trucks => Self::Trucks,
            Screen::Runs => Self::Runs,
            Screen::Deployments => Self::Deployments,
            Screen::Logs => Self::Logs,
        }
    }
}

/// Runs the console until it is quit.
pub(super) async fn run(args: Args, settings: Settings, coloured: bool) -> Result<(), Error> {
    if !stdout().is_terminal() {
        let why = "standard output is not a terminal";
        return Err(Failure::new(Kind::NotConfigured, "opening the dashboard", why)
            .hint("hello-tui --help lists the commands for scripts")
            .into());
    }
    keep_log();
    let connected = connect(&settings).await?;
    let mut app = App::new(Setup {
        start: args.screen.into(),
        overrides: settings.overrides,
        session: uuid::Uuid::now_v7().to_string(),
        sandbox: connected.sandbox.as_ref().map(|sandbox| sandbox.stand_in()),
        read_only: settings.read_only,
        look: Look::new(coloured, TimeZone::system()),
    });
    let guard = Guard::new(settings.read_only, settings.audit_trail);
    let world = World::new(connected, guard, env::current_dir().unwrap_or_default());
    let taken =
        |error: std::io::Error| Failure::new(Kind::Unexpected, "taking the terminal", error.to_string());
    let inputs = input::inputs().map_err(taken)?;
    let mut terminal = Terminal::take().map_err(taken)?;
    let ending =
        runtime::run(&mut app, &mut terminal, inputs, |effect| world.perform(effect), clock::now).await?;
    match ending {
        Ending::Quit => Ok(()),
        Ending::Stopped => Err(Error::Interrupted),
    }
}

/// Writes warnings and errors to a file: the terminal is for the console. Without a place for the file there is none.
fn keep_log() {
    let Some(folder) = state_folder() else { return };
    let open = || {
        fs::create_dir_all(&folder)?;
        fs::OpenOptions::new().create(true).append(true).open(folder.join("hello-tui.log"))
    };
    if let Ok(file) = open() {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::WARN)
            .with_writer(Mutex::new(file))
            .init();
    }
}
