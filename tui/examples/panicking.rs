//! A console with a fault: it draws, then one of its tasks panics. Shows, and lets a test see, that the terminal is given
//! back all the same.

#[path = "../src/panics.rs"]
mod panics;

use futures::{StreamExt, stream};
use hello_console::{
    app::{App, Setup},
    effect::Effect,
    screens::trucks,
    theme::Theme,
};
use hello_model::{query::Query, world::World};
use hello_tui::runtime::{self, clock, input, terminal::Terminal};
use jiff::tz::TimeZone;

#[tokio::main]
async fn main() -> color_eyre::Result<()> {
    panics::report()?;
    let mut app = App::new(Setup {
        start: trucks::SPEC.id.into(),
        world: World::default(),
        contexts: Vec::new(),
        session: String::new(),
        theme: Theme::new(true, TimeZone::UTC),
        layouts: hello_console::app::Layouts::default(),
        now: clock::now(),
    });
    let inputs = input::inputs()?;
    let mut terminal = Terminal::take(true)?;
    // The key `r` asks for the trucks a second time, and that is once too often.
    let asked = std::cell::Cell::new(0);
    let world = |effect: Effect| {
        let is_trucks = matches!(&effect, Effect::Read { fetch, .. } if fetch.query == Query::trucks());
        asked.set(asked.get() + u32::from(is_trucks));
        if asked.get() < 2 {
            return stream::pending().boxed();
        }
        // A message may quote what a service sent: here, a sequence that clears the screen.
        stream::once(async { panic!("a mistake of ours: \u{1b}[2Jcleared") }).boxed()
    };
    runtime::run(&mut app, &mut terminal, inputs, world, clock::now).await?;
    Ok(())
}
