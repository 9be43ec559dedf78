//! The open screens: one instance for each screen and scope.

use super::data::Data;
use crate::{
    registry,
    route::{InstanceId, Scope},
    screen::{Event, Opening, Screen},
};

/// The most instances that live at a time.
const MAX_INSTANCES: usize = 32;

/// The instances, the one used last at the end.
#[derive(Debug)]
pub(super) struct Instances {
    live: Vec<(InstanceId, Box<dyn Screen>)>,
    /// How many were ever made.
    made: u64,
    session: String,
}

impl Instances {
    /// `session` is unlike that of any other console: the idempotency keys of its writes are made of it.
    pub(super) fn new(session: String) -> Self {
        Self { live: Vec::new(), made: 0, session }
    }

    /// Makes an instance if there is none, and notes that it is used. The least recently used one is dropped and
    /// returned if there are too many, but never one with an open form, which is a draft.
    pub(super) fn use_instance(&mut self, id: &InstanceId, data: &Data) -> Option<InstanceId> {
        if let Some(at) = self.live.iter().position(|(known, _)| known == id) {
            let instance = self.live.remove(at);
            self.live.push(instance);
            return None;
        }
        let spec = registry::screen(id.screen)?;
        self.made += 1;
        let key_prefix = format!("{}-{}", self.session, self.made);
        let opening = Opening { scope: id.scope.clone(), key_prefix };
        self.live.push((id.clone(), (spec.open)(&opening)));
        if self.live.len() <= MAX_INSTANCES {
            return None;
        }
        let is_draft =
            |(id, screen): &(InstanceId, Box<dyn Screen>)| screen.mode(&data.cx(&id.scope)).is_form();
        let oldest = self.live[..MAX_INSTANCES].iter().position(|instance| !is_draft(instance))?;
        Some(self.live.remove(oldest).0)
    }

    pub(super) fn has_scope(&self, scope: &Scope) -> bool {
        self.live.iter().any(|(id, _)| id.scope == *scope)
    }

    pub(super) fn get(&self, id: &InstanceId) -> Option<&dyn Screen> {
        self.live.iter().find(|(known, _)| known == id).map(|(_, screen)| &**screen)
    }

    pub(super) fn get_mut(&mut self, id: &InstanceId) -> Option<&mut Box<dyn Screen>> {
        self.live.iter_mut().find(|(known, _)| known == id).map(|(_, screen)| screen)
    }

    /// Tells the instances of these scopes of an event.
    pub(super) fn tell_scopes(&mut self, scopes: &[Scope], event: &Event<'_>, data: &Data) {
        for (id, screen) in self.live.iter_mut().filter(|(id, _)| scopes.contains(&id.scope)) {
            screen.on(event, &data.cx(&id.scope));
        }
    }

    /// Tells every instance of an event.
    pub(super) fn tell_all(&mut self, event: &Event<'_>, data: &Data) {
        for (id, screen) in &mut self.live {
            screen.on(event, &data.cx(&id.scope));
        }
    }

    /// Tells one instance of an event.
    pub(super) fn tell(&mut self, id: &InstanceId, event: &Event<'_>, data: &Data) {
        if let Some(screen) = self.get_mut(id) {
            screen.on(event, &data.cx(&id.scope));
        }
    }
}
