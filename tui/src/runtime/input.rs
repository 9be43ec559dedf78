//! Input from the user and the system: keys, terminal sizes, signals.

use std::{fmt, io};

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use futures::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use hello_console::{msg::Msg, wheel::Wheel};
use ratatui::layout::Position;
use rustix::process::Signal as Known;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{bursts::Bursts, clock, keyboard, terminal};

/// One input event.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Happened(Msg),
    /// The process was resumed after a stop.
    Continued,
    /// A signal asks the process to end. A hang-up also stands for a closed terminal.
    Stop(SignalKind),
    /// A part of the program panicked and the terminal was restored.
    Broken,
}

/// Where input comes from.
pub trait InputSource {
    /// Waits for the next input; `None` when there is no more. Nothing is lost if the wait is given up.
    fn next_input(&mut self) -> impl Future<Output = Option<Input>> + Send;

    /// Stops reading keys, so that another program gets them. Signals still arrive.
    fn pause(&mut self) {}

    /// Reads keys again.
    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Input that was prepared.
impl<S: Stream<Item = Input> + Unpin + Send> InputSource for S {
    fn next_input(&mut self) -> impl Future<Output = Option<Input>> + Send {
        StreamExt::next(self)
    }
}

/// The terminal's events, and the signals of the process.
pub struct TerminalInputs {
    signals: BoxStream<'static, Input>,
    /// The keys; `None` while another program gets them.
    events: Option<BoxStream<'static, Input>>,
}

impl fmt::Debug for TerminalInputs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TerminalInputs").field("is_paused", &self.events.is_none()).finish_non_exhaustive()
    }
}

impl InputSource for TerminalInputs {
    async fn next_input(&mut self) -> Option<Input> {
        let Self { signals, events } = self;
        let event = async {
            match events {
                Some(events) => events.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            input = signals.next() => input,
            input = event => input,
        }
    }

    fn pause(&mut self) {
        self.events = None;
    }

    fn resume(&mut self) -> io::Result<()> {
        self.events = Some(events());
        Ok(())
    }
}

/// Returns all input: terminal events and signals.
///
/// Call [`keyboard::check`] first: it verifies that there is a terminal to read from.
pub fn inputs() -> io::Result<TerminalInputs> {
    let stop = stop_signals()
        .map(|kind| Ok(ticks(signal(kind)?).map(move |()| Input::Stop(kind)).boxed()))
        .collect::<io::Result<Vec<_>>>()?;
    let continued =
        ticks(signal(SignalKind::from_raw(Known::CONT.as_raw()))?).map(|()| Input::Continued).boxed();
    let broken = stream::once(terminal::abandoned()).map(|()| Input::Broken).boxed();
    let signals = stream::select_all(stop.into_iter().chain([continued, broken])).boxed();
    Ok(TerminalInputs { signals, events: Some(events()) })
}

/// Returns the terminal's events. Dropping them ends the reading of keys.
fn events() -> BoxStream<'static, Input> {
    // Reads from a closed terminal end immediately, in a busy loop. Ending the chain drops the events and their reader.
    let mut bursts = Bursts::default();
    EventStream::new()
        .filter_map(move |event| std::future::ready(read(event, &mut bursts)))
        .take_until(keyboard::hung_up())
        .chain(stream::iter([Input::Stop(SignalKind::hangup())]))
        .boxed()
}

/// Returns the signals whose default action would end the process without restoring the terminal.
///
/// Excludes signals that cannot be caught and those that report a fault of the current instruction.
fn stop_signals() -> impl Iterator<Item = SignalKind> {
    let named = [
        Known::HUP,
        Known::INT,
        Known::QUIT,
        Known::TRAP,
        Known::ABORT,
        Known::USR1,
        Known::USR2,
        Known::ALARM,
        Known::TERM,
        Known::VTALARM,
        Known::PROF,
        Known::XCPU,
        Known::XFSZ,
        Known::SYS,
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Known::IO,
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Known::POWER,
        #[cfg(any(target_os = "linux", target_os = "android"))]
        Known::STKFLT,
    ];
    named.into_iter().map(Known::as_raw).chain(REAL_TIME).map(SignalKind::from_raw)
}

/// The real-time signals that C libraries leave to programs.
#[cfg(any(target_os = "linux", target_os = "android"))]
const REAL_TIME: std::ops::RangeInclusive<i32> = 35..=64;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const REAL_TIME: std::ops::Range<i32> = 0..0;

fn ticks(signal: Signal) -> impl Stream<Item = ()> {
    stream::unfold(signal, async |mut signal| signal.recv().await.map(|()| ((), signal)))
}

fn read(event: io::Result<Event>, bursts: &mut Bursts) -> Option<Input> {
    let msg = match event {
        Ok(Event::Key(key)) if key.kind == KeyEventKind::Release => return None,
        Ok(Event::Key(key)) if bursts.is_burst(clock::now().instant) => Msg::PressedInBurst(key),
        Ok(Event::Key(key)) => Msg::Pressed(key),
        Ok(Event::Paste(text)) => Msg::Pasted(text),
        Ok(Event::Resize(..)) => Msg::Resized,
        Ok(Event::Mouse(mouse)) => of_mouse(mouse)?,
        Ok(Event::FocusGained | Event::FocusLost) => return None,
        Err(_) => return Some(Input::Stop(SignalKind::hangup())),
    };
    Some(Input::Happened(msg))
}

/// Reads what the mouse did. With a modifier, it is not meant for the console.
fn of_mouse(mouse: MouseEvent) -> Option<Msg> {
    if !mouse.modifiers.is_empty() {
        return None;
    }
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Msg::Clicked(Position::new(mouse.column, mouse.row))),
        MouseEventKind::ScrollUp => Some(Msg::Scrolled(Wheel::Up)),
        MouseEventKind::ScrollDown => Some(Msg::Scrolled(Wheel::Down)),
        _ => None,
    }
}
