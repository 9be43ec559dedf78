//! The only impure part of the console: the event loop, its tasks, the terminal, and the write gate.
//!
//! The loop awaits only the next event, by priority: input, then a due frame, then responses, then deadlines. A flood
//! of responses cannot delay a key or a frame.

mod bursts;
pub mod clock;
mod computations;
pub mod echo;
mod frame_writer;
pub mod git;
mod hand_over;
pub mod headless;
pub mod input;
pub mod keyboard;
pub mod layouts;
mod local;
pub mod surface;
mod tasks;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod worlds;

use std::time::{Duration, Instant};

use futures::stream::BoxStream;
use hello_console::{
    app::{App, ViewVersion},
    effect::{Effect, Task},
    msg::Msg,
    registry,
};
use hello_model::time::Now;
use rustix::io::Errno;
use tokio::signal::unix::SignalKind;

pub(crate) use self::local::open_page;
use self::{
    hand_over::{Returned, hand_over},
    input::{Input, InputSource},
    surface::Surface,
    tasks::{Panicked, Tasks},
};

/// The minimum interval between two frames, and between two wake-ups for deadlines.
const FRAME: Duration = Duration::from_millis(16);
/// How long quitting waits for a write in progress: slightly longer than the timeout of a request.
const WRITE_TIMEOUT: Duration = Duration::from_secs(12);

/// How long quitting waits for the end of other tasks, which only tidy up.
const END_TIMEOUT: Duration = Duration::from_secs(2);

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Quit,
    /// A signal requested it, or the terminal was closed, which counts as a hang-up.
    Stopped(SignalKind),
}

/// The reason why the console cannot continue.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the terminal failed: {0}")]
    Terminal(#[from] std::io::Error),
    #[error("a task panicked: {0}")]
    Panicked(#[from] Panicked),
    #[error("a part of the program panicked; its report stands above")]
    Broken,
}

/// Runs the console until it ends. However it ends, a write in progress may finish first.
///
/// `run_effect` executes effects. `clock` is the only source of time, so that a test can control it.
pub async fn run(
    app: &mut App,
    surface: &mut impl Surface,
    mut inputs: impl InputSource,
    run_effect: impl Fn(Effect) -> BoxStream<'static, Msg>,
    clock: impl Fn() -> Now,
) -> Result<Ending, Error> {
    let mut tasks = Tasks::default();
    let ended = match event_loop(app, surface, &mut inputs, &mut tasks, &run_effect, &clock).await {
        Err(Error::Terminal(error)) if is_hang_up(&error) => Ok(Ending::Stopped(SignalKind::hangup())),
        ended => ended,
    };
    if tasks.is_writing() {
        app.finishing();
        // The terminal may be the part that failed.
        let _ = surface.draw(app);
        tokio::select! {
            () = tasks.finish_writes(WRITE_TIMEOUT) => {}
            () = force_quit(&mut inputs) => {}
        }
    }
    tasks.end(END_TIMEOUT).await;
    ended
}

/// Reports whether an error means that the terminal was closed.
fn is_hang_up(error: &std::io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::IO | Errno::NXIO | Errno::PIPE))
}

async fn event_loop(
    app: &mut App,
    surface: &mut impl Surface,
    inputs: &mut impl InputSource,
    tasks: &mut Tasks,
    run_effect: &impl Fn(Effect) -> BoxStream<'static, Msg>,
    clock: &impl Fn() -> Now,
) -> Result<Ending, Error> {
    let mut frames = FrameScheduler::default();
    let mut effects = app.start();
    loop {
        match execute(effects, tasks, surface, run_effect)? {
            Next::GoOn => {}
            Next::Redraw => frames.redraw(),
            Next::HandOver(effect) => {
                let msg = match hand_over(*effect, surface, inputs, run_effect).await? {
                    Returned::Message(msg) => msg,
                    Returned::Ended(ending) => return Ok(ending),
                };
                frames.redraw();
                effects = app.update(msg, clock());
                continue;
            }
            Next::End => return Ok(Ending::Quit),
        }
        let msg = tokio::select! {
            biased;
            input = inputs.next_input() => match input {
                Some(Input::Happened(msg)) => msg,
                Some(Input::Continued) => {
                    surface.resume()?;
                    frames.redraw();
                    Msg::Resized
                }
                Some(Input::Broken) => return Err(Error::Broken),
                Some(Input::Stop(kind)) => return Ok(Ending::Stopped(kind)),
                None => return Ok(Ending::Stopped(SignalKind::hangup())),
            },
            () = until(frames.frame_due(app)) => {
                surface.draw(app)?;
                frames.drawn(app, clock());
                effects = Vec::new();
                continue;
            }
            answer = tasks.next() => answer?,
            () = until(frames.waking_due(app)) => {
                frames.woken(clock());
                Msg::Woke
            }
        };
        effects = app.update(msg, clock());
    }
}

/// Waits until the user or a signal asks to leave immediately.
async fn force_quit(inputs: &mut impl InputSource) {
    loop {
        let leaves = match inputs.next_input().await {
            Some(Input::Happened(Msg::Pressed(key) | Msg::PressedInBurst(key))) => {
                registry::always_quits(key)
            }
            Some(Input::Happened(_) | Input::Continued) => false,
            Some(Input::Stop(_) | Input::Broken) | None => true,
        };
        if leaves {
            return;
        }
    }
}

/// The loop's next action after executing effects.
enum Next {
    GoOn,
    Redraw,
    /// Leave the terminal to a program.
    HandOver(Box<Effect>),
    End,
}

fn execute(
    effects: Vec<Effect>,
    tasks: &mut Tasks,
    surface: &mut impl Surface,
    run_effect: &impl Fn(Effect) -> BoxStream<'static, Msg>,
) -> Result<Next, Error> {
    let mut next = Next::GoOn;
    for effect in effects {
        match effect {
            Effect::Quit => return Ok(Next::End),
            Effect::Suspend => {
                surface.suspend()?;
                next = Next::Redraw;
            }
            Effect::CopyByTerminal(text) => surface.copy(&text)?,
            Effect::HandOver(_) => next = Next::HandOver(Box::new(effect)),
            Effect::Stop(world, query) => tasks.cancel(&Task::Read(world, query)),
            Effect::CancelDownload(world) => tasks.cancel(&Task::Download(world)),
            other => {
                if let Effect::Leave { old, .. } = &other {
                    tasks.leave(*old);
                }
                match other.task() {
                    Some(task) => tasks.start(task, run_effect(other)),
                    None => drop(run_effect(other)),
                }
            }
        }
    }
    Ok(next)
}

/// The time and the content of the last frame.
#[derive(Debug, Default)]
struct FrameScheduler {
    shown: Option<ViewVersion>,
    drawn_at: Option<Instant>,
    woken_at: Option<Instant>,
}

impl FrameScheduler {
    fn frame_due(&self, app: &App) -> Option<Instant> {
        (self.shown.as_ref() != Some(&app.revision())).then(|| after(self.drawn_at))
    }

    fn waking_due(&self, app: &App) -> Option<Instant> {
        app.next_deadline().map(|deadline| deadline.max(after(self.woken_at)))
    }

    fn drawn(&mut self, app: &App, now: Now) {
        self.shown = Some(app.revision());
        self.drawn_at = Some(now.instant);
    }

    fn woken(&mut self, now: Now) {
        self.woken_at = Some(now.instant);
    }

    fn redraw(&mut self) {
        self.shown = None;
    }
}

/// Returns the time one frame after `last`, or the current time if there is none.
fn after(last: Option<Instant>) -> Instant {
    last.map_or_else(|| tokio::time::Instant::now().into_std(), |last| last + FRAME)
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
