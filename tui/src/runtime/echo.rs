//! The echo of typed keys, which would move the cursor while lines are drawn in place.
#![expect(clippy::disallowed_methods, reason = "modes of the terminal are set; nothing is written")]

use std::io::stdout;

use rustix::{
    process::getpgrp,
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr},
};

/// The echo, turned off until dropped. What is typed meanwhile reaches the next program.
#[derive(Debug)]
pub struct EchoOff(Termios);

impl EchoOff {
    /// Turns it off, if standard output is a terminal that this process may change.
    pub fn start() -> Option<Self> {
        let before = tcgetattr(stdout()).ok().filter(|_| is_foreground())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(stdout(), OptionalActions::Now, &quiet).ok()?;
        Some(Self(before))
    }
}

impl Drop for EchoOff {
    fn drop(&mut self) {
        // A process in the background would be stopped.
        if is_foreground() {
            let _ = tcsetattr(stdout(), OptionalActions::Now, &self.0);
        }
    }
}

/// Reports whether the terminal is this process's own for now. A shell may run it in the background. A terminal without
/// job control has no background.
pub fn is_foreground() -> bool {
    tcgetpgrp(stdout()).map_or(true, |group| group == getpgrp())
}
