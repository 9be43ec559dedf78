//! `hello-tui dashboard`: the console.

use std::{io, sync::Arc};

use clap::builder::PossibleValuesParser;
use futures::FutureExt;
use hello_console::{
    app::{App, Setup},
    screens::SCREENS,
    theme::Theme,
};
use hello_model::{
    failure::{Failure, Kind},
    world::WorldId,
};
use jiff::tz::TimeZone;

use super::{Error, connect, log_file};
use crate::{
    config::{CliSettings, Settings, state_folder},
    runtime::{
        self, Ending, clock, input, keyboard,
        layouts::LayoutStore,
        terminal::Terminal,
        worlds::{Connect, Worlds},
    },
};

/// Open the console
#[derive(Debug, Default, clap::Args)]
pub(super) struct Args {
    /// The screen to begin with [default: home]
    #[arg(value_parser = PossibleValuesParser::new(SCREENS.iter().map(|spec| spec.id.0)))]
    screen: Option<String>,
}

/// Runs the console until the user quits.
pub(super) async fn run(
    args: Args,
    given: CliSettings,
    settings: Settings,
    coloured: bool,
) -> Result<(), Error> {
    check_terminal()?;
    log_file::keep();
    let connected = connect(&settings).await?;
    let start = SCREENS.iter().find(|spec| Some(spec.id.0) == args.screen.as_deref()).unwrap_or(&SCREENS[0]);
    let layouts = LayoutStore::new(state_folder());
    let theme = Theme::new(coloured, TimeZone::system())
        .on(settings.console.appearance.background())
        .in_ascii(settings.console.appearance.is_ascii());
    let mut app = App::new(Setup {
        start: start.id.into(),
        world: connected.world(WorldId::default()),
        contexts: settings.contexts,
        session: uuid::Uuid::now_v7().to_string(),
        theme,
        layouts: layouts.load(),
        now: clock::now(),
    });
    let worlds = Worlds::new(connected, connect_to(given)).keeping(layouts);
    let taken = |error: io::Error| Failure::new(Kind::Unexpected, "taking the terminal", error.to_string());
    let inputs = input::inputs().map_err(taken)?;
    let mut terminal = Terminal::take(settings.console.mouse).map_err(taken)?;
    let ending =
        runtime::run(&mut app, &mut terminal, inputs, |effect| worlds.run_effect(effect), clock::now).await?;
    match ending {
        Ending::Quit => Ok(()),
        Ending::Stopped(signal) => Err(Error::Signal(signal)),
    }
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
