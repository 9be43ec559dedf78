//! `hello-tui dashboard`: the console.

use std::io;

use clap::ValueEnum;
use hello_console::{
    action::ScreenId,
    app::{App, Setup},
    theme::Theme,
};
use hello_model::failure::{Failure, Kind};
use hello_services::guard::Guard;
use jiff::tz::TimeZone;

use super::{Error, connect, log_file};
use crate::{
    config::Settings,
    runtime::{self, Ending, clock, input, keyboard, terminal::Terminal, world::World},
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

impl From<Screen> for ScreenId {
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

/// Runs the console until the user quits.
pub(super) async fn run(args: Args, settings: Settings, coloured: bool) -> Result<(), Error> {
    check_terminal()?;
    log_file::keep();
    let connected = connect(&settings).await?;
    let mut app = App::new(Setup {
        start: args.screen.into(),
        overrides: settings.overrides,
        session: uuid::Uuid::now_v7().to_string(),
        sandbox: connected.sandbox.as_ref().map(|sandbox| sandbox.sandbox_defaults()),
        read_only: settings.read_only,
        theme: Theme::new(coloured, TimeZone::system()),
        now: clock::now(),
    });
    let guard = Guard::new(settings.read_only, settings.audit_trail);
    let world = World::new(connected, guard);
    let taken = |error: io::Error| Failure::new(Kind::Unexpected, "taking the terminal", error.to_string());
    let inputs = input::inputs().map_err(taken)?;
    let mut terminal = Terminal::take().map_err(taken)?;
    let ending =
        runtime::run(&mut app, &mut terminal, inputs, |effect| world.perform(effect), clock::now).await?;
    match ending {
        Ending::Quit => Ok(()),
        Ending::Stopped(signal) => Err(Error::Signal(signal)),
    }
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
