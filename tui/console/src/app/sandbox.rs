//! The switch to a sandbox, which then answers everything.

use hello_model::{failure::Failure, target::SandboxDefaults};

use super::App;
use crate::{effect::Effect, screens::Event, theme::Tone};

impl App {
    pub(super) fn start_sandbox(&mut self) -> Vec<Effect> {
        let notice = match (&self.data.sandbox, &self.data.target) {
            (Some(sandbox), _) => format!("The sandbox at {} is in use already.", sandbox.address),
            // The sandbox is made to fit the component.
            (None, None) => "The catalog is still being read; press the key again in a moment.".to_owned(),
            (None, Some(target)) => {
                let effect = Effect::StartSandbox(Box::new(target.clone()));
                self.notify("Starting the sandbox…".to_owned(), Tone::Busy);
                return vec![effect];
            }
        };
        self.notify(notice, Tone::Plain);
        Vec::new()
    }

    /// Forgets the old world: nothing that it still answers is wanted.
    pub(super) fn sandbox_started(&mut self, result: Result<SandboxDefaults, Failure>) -> Vec<Effect> {
        match result {
            Ok(sandbox_defaults) => {
                let notice = format!("The sandbox at {} answers everything now.", sandbox_defaults.address);
                self.notify(notice, Tone::Good);
                self.data.sandbox = Some(sandbox_defaults);
                self.data.target = None;
                self.data.cache.clear();
                self.tell_all(&Event::Retargeted);
                vec![Effect::StopAll]
            }
            Err(failure) => {
                let hint = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                self.notify(format!("{failure}{hint}"), Tone::Bad);
                Vec::new()
            }
        }
    }
}
