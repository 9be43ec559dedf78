//! Leaves the terminal to a program, and takes it again.

use futures::{StreamExt, stream::BoxStream};
use hello_console::{effect::Effect, msg::Msg};
use tokio::signal::unix::SignalKind;

use super::{
    Ending, Error,
    input::{Input, InputSource},
    surface::Surface,
};

/// What follows when the program has ended.
pub(super) enum Returned {
    Message(Msg),
    /// A signal asked the console to end meanwhile.
    Ended(Ending),
}

/// Runs a program with the terminal for itself. Nothing reads keys or draws until it has ended.
///
/// A signal that ends the console waits for the program, which may have unsaved work.
pub(super) async fn hand_over(
    effect: Effect,
    surface: &mut impl Surface,
    inputs: &mut impl InputSource,
    run_effect: &impl Fn(Effect) -> BoxStream<'static, Msg>,
) -> Result<Returned, Error> {
    inputs.pause();
    surface.release()?;
    let mut stopped = None;
    let mut program = run_effect(effect);
    let message = loop {
        tokio::select! {
            biased;
            message = program.next() => break message,
            input = inputs.next_input() => match input {
                Some(Input::Stop(kind)) if !is_for_the_program(kind) => stopped = Some(kind),
                Some(Input::Broken) => return Err(Error::Broken),
                Some(_) => {}
                None => return Ok(Returned::Ended(Ending::Stopped(SignalKind::hangup()))),
            },
        }
    };
    if let Some(kind) = stopped {
        return Ok(Returned::Ended(Ending::Stopped(kind)));
    }
    surface.resume()?;
    inputs.resume()?;
    Ok(Returned::Message(message.unwrap_or(Msg::Resized)))
}

/// Reports whether a key of the terminal sends this signal: it is meant for the program, and reaches the console too.
fn is_for_the_program(kind: SignalKind) -> bool {
    kind == SignalKind::interrupt() || kind == SignalKind::quit()
}
