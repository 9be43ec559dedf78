//! The switch to other services: a context of the settings, or a sandbox.

use hello_model::{
    failure::Failure,
    world::{Connection, World, WorldId, name_of_context},
};

use super::{App, confirm::Confirm, overlay::Overlay};
use crate::{effect::Effect, route::Scope, screen::Event, theme::Tone};

impl App {
    /// Asks whether to use a sandbox, or in a sandbox whether to leave it.
    pub(super) fn ask_for_sandbox(&mut self) {
        let confirm = match (&self.data.world.sandbox, self.data.target(&Scope::Everything)) {
            (Some(sandbox), _) => Confirm::connect(
                format!("Leave the sandbox at {}?", sandbox.address),
                format!(
                    "Everything is read from {} again. Changes in the sandbox are lost.",
                    self.live_name()
                ),
                Connection::Context(self.live_context.clone()),
            ),
            (None, Some(target)) => Confirm::connect(
                "Use a sandbox for everything?".to_owned(),
                format!("It replaces the data of {} on every screen. S leaves it again.", self.live_name()),
                Connection::Sandbox(Box::new(target.clone())),
            ),
            // The sandbox is made to fit the component.
            (None, None) => {
                let notice = "The catalog is still being read; press the key again in a moment.";
                self.notify(notice.to_owned(), Tone::Plain);
                return;
            }
        };
        self.overlay = Some(Overlay::Confirm(confirm));
    }

    /// Asks whether to use another context.
    pub(super) fn ask_for_context(&mut self, to: Connection) {
        let Connection::Context(Some(name)) = &to else { return };
        let question = format!("Use the context {name}?");
        let consequence = format!("It replaces the data of {} on every screen.", self.data.world.name());
        self.overlay = Some(Overlay::Confirm(Confirm::connect(question, consequence, to)));
    }

    /// Begins to connect. Until that has succeeded, the present services answer.
    pub(super) fn connect(&mut self, to: Connection) -> Vec<Effect> {
        let text = match &to {
            Connection::Sandbox(_) => "Starting the sandbox…".to_owned(),
            Connection::FirstSandbox => "Reading the catalog, to start the sandbox…".to_owned(),
            Connection::Context(Some(name)) => format!("Connecting to the context {name}…"),
            Connection::Context(None) => "Connecting…".to_owned(),
        };
        self.notify(text, Tone::Busy);
        self.connections += 1;
        vec![Effect::Connect { id: WorldId(self.connections), from: self.data.world.id, to }]
    }

    /// Enters the new world in one turn: no answer, question or open row of the old one is left.
    pub(super) fn connected(&mut self, result: Result<World, Failure>) -> Vec<Effect> {
        let world = match result {
            Ok(world) => world,
            Err(failure) => {
                let hint = failure.hint.as_ref().map(|hint| format!(" → {hint}")).unwrap_or_default();
                self.notify(format!("{failure}{hint}"), Tone::Bad);
                return Vec::new();
            }
        };
        if matches!(self.overlay, Some(Overlay::Confirm(_))) {
            self.decline();
        }
        if world.sandbox.is_none() {
            if world.context != self.live_context {
                self.data.selected = None;
            }
            self.live_context.clone_from(&world.context);
        }
        let had_form = self.screen_mode().is_form();
        let old = std::mem::replace(&mut self.data.world, world);
        self.data.cache.clear();
        self.computations.clear();
        self.data.targets.clear();
        self.download = None;
        self.writes.forget_rechecks();
        self.history.forget_subjects();
        self.instances.tell_all(&Event::Retargeted, &self.data);
        self.arrive();
        let closed = if had_form && !self.screen_mode().is_form() {
            format!(" The form was closed: it is about {}.", old.name())
        } else {
            String::new()
        };
        self.notify(format!("Everything is read from {} now.{closed}", self.data.world.name()), Tone::Good);
        vec![Effect::Leave { old: old.id, new: self.data.world.id }]
    }

    fn live_name(&self) -> String {
        name_of_context(self.live_context.as_deref())
    }
}
