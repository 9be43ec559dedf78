//! A command that asks on a terminal, and gets answers.

use std::{
    io::{Read, Write},
    process::{Child, Command, Output, Stdio},
};

use crate::pty::Pty;

/// A running command whose questions are on a terminal, and whose results are not.
pub(crate) struct PromptedCommand {
    pty: Pty,
    child: Child,
}

impl PromptedCommand {
    pub(crate) fn start(mut command: Command) -> Self {
        let pty = Pty::open();
        command.stdin(pty.stdio()).stderr(pty.stdio()).stdout(Stdio::piped());
        Self { child: command.spawn().unwrap(), pty }
    }

    /// Waits until the terminal shows a text, and returns everything shown until then.
    pub(crate) async fn sees(mut self, text: &'static str) -> (Self, String) {
        let reading = tokio::task::spawn_blocking(move || {
            let (mut shown, mut bytes) = (Vec::new(), [0; 4096]);
            while !String::from_utf8_lossy(&shown).contains(text) {
                let count = self.pty.window.read(&mut bytes).unwrap();
                shown.extend_from_slice(&bytes[..count]);
            }
            (self, String::from_utf8(shown).unwrap().replace("\r\n", "\n"))
        });
        reading.await.unwrap()
    }

    pub(crate) fn type_line(mut self, line: &str) -> Self {
        self.pty.window.write_all(format!("{line}\n").as_bytes()).unwrap();
        self
    }

    /// Types a line, and waits for the command's end. Returns what the terminal showed from then on, too.
    pub(crate) async fn answer(self, line: &str) -> (Output, String) {
        let Self { pty, child } = self.type_line(line);
        let ending = tokio::task::spawn_blocking(move || {
            let transcript = pty.transcript();
            (child.wait_with_output().unwrap(), transcript.join().unwrap().replace("\r\n", "\n"))
        });
        ending.await.unwrap()
    }
}
