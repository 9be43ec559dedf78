//! What comes in from the person and the system: keys, sizes, signals.

use std::io;

use crossterm::event::{Event, EventStream};
use futures::{Stream, StreamExt, stream};
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::terminal;
use crate::app::msg::Msg;

/// One thing that came in.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    Happened(Msg),
    /// The process was continued after a stop.
    Continued,
    /// The process is asked to end, or its terminal is gone.
    Stop,
    /// Some part of the program panicked and gave the terminal back.
    Broken,
}

/// Returns everything that comes in, the terminal's events and the process's signals.
pub fn inputs() -> io::Result<impl Stream<Item = Input>> {
    let stop = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()]
        .into_iter()
        .map(|kind| Ok(ticks(signal(kind)?).map(|()| Input::Stop).boxed()))
        .collect::<io::Result<Vec<_>>>()?;
    let continued = ticks(signal(SignalKind::from_raw(CONTINUE))?).map(|()| Input::Continued).boxed();
    // Should they end, so has the terminal; as a rule, the signal that hangs up comes first.
    let events = EventStream::new().filter_map(async |event| read(event)).chain(stream::iter([Input::Stop]));
    let broken = stream::once(terminal::abandoned()).map(|()| Input::Broken).boxed();
    Ok(stream::select(stream::select_all(stop.into_iter().chain([continued, broken])), events))
}

/// The number of SIGCONT on Linux; elsewhere it differs.
#[cfg(any(target_os = "linux", target_os = "android"))]
const CONTINUE: i32 = 18;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const CONTINUE: i32 = 19;

fn ticks(signal: Signal) -> impl Stream<Item = ()> {
    stream::unfold(signal, async |mut signal| signal.recv().await.map(|()| ((), signal)))
}

fn read(event: io::Result<Event>) -> Option<Input> {
    match event {
        Ok(Event::Key(key)) => Some(Input::Happened(Msg::Pressed(key))),
        Ok(Event::Paste(text)) => Some(Input::Happened(Msg::Pasted(text))),
        Ok(Event::Resize(..)) => Some(Input::Happened(Msg::Resized)),
        Ok(Event::FocusGained | Event::FocusLost | Event::Mouse(_)) => None,
        Err(_) => Some(Input::Stop),
    }
}
