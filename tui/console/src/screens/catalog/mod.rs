//! The catalog: every entity of the descriptors, one of them opened, and what is wrong with the rest.

mod view;

use std::time::{Duration, Instant};

use hello_catalog::{
    self as descriptors,
    entity::{Entity, EntityRef},
};
use hello_model::{failure::Failure, time::Now};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Screen, rows::Rows};
use crate::{
    action::Action,
    effect::Effect,
    keys::Context,
    remote::Remote,
    widgets::{look::Look, scroll::Scroll},
};

/// How often the descriptors are read again: somebody may be editing them.
const EVERY: Duration = Duration::from_secs(30);

/// What reading the descriptors gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Loaded(Result<descriptors::Catalog, Failure>),
}

/// The catalog screen.
#[derive(Debug, Default)]
pub struct Catalog {
    held: Remote<descriptors::Catalog>,
    rows: Rows<EntityRef>,
    open: Option<(EntityRef, Scroll)>,
    /// The component that the other screens are about, marked in the list.
    chosen: Option<EntityRef>,
    revision: u64,
}

impl Catalog {
    /// Returns what is known of the catalog.
    pub fn catalog(&self) -> &Remote<descriptors::Catalog> {
        &self.held
    }

    /// Forgets the catalog: it comes from somewhere else from now on.
    pub fn reset(&mut self) {
        self.open = None;
        self.held.reset();
    }

    /// Notes which component the other screens are about.
    pub fn mark(&mut self, chosen: Option<EntityRef>) {
        self.revision += u64::from(self.chosen != chosen);
        self.chosen = chosen;
    }

    /// Returns the entity that is open, if any.
    pub fn opened(&self) -> Option<&Entity> {
        let (reference, _) = self.open.as_ref()?;
        self.held.value()?.find(reference)
    }

    fn ask(&mut self, now: Now) -> Vec<Effect> {
        self.held.start(now);
        vec![Effect::LoadCatalog]
    }

    fn shown(&self) -> Vec<&Entity> {
        let all = self.held.value().map(|catalog| catalog.entities.as_slice()).unwrap_or_default();
        all.iter()
            .filter(|entity| {
                let reference = entity.reference.to_string();
                let owner = entity.owner.as_ref().map(ToString::to_string).unwrap_or_default();
                let tags = entity.tags.join(" ");
                let description = entity.description.as_deref().unwrap_or_default();
                self.rows.filter.lets_through(&[&reference, entity.label(), &owner, &tags, description])
            })
            .collect()
    }

    fn keys(&self) -> Vec<EntityRef> {
        self.shown().into_iter().map(|entity| entity.reference.clone()).collect()
    }
}

impl Screen for Catalog {
    type Msg = Msg;

    fn context(&self) -> Context {
        match () {
            () if self.open.is_some() => Context::Entity,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn enter(&mut self, now: Now) -> Vec<Effect> {
        if self.held.is_untouched() || self.held.is_due(now) { self.ask(now) } else { Vec::new() }
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        self.revision += 1;
        if action == Action::Refresh {
            return self.ask(now);
        }
        if let Some((_, scroll)) = &self.open {
            match action {
                Action::Back => self.open = None,
                Action::Move(way) => scroll.go(way),
                _ => {}
            }
            return Vec::new();
        }
        let keys = self.keys();
        match action {
            Action::Open => {
                self.open = self.rows.selected(&keys).map(|reference| (reference, Scroll::default()));
            }
            other => {
                self.rows.act(&other, &keys);
            }
        }
        Vec::new()
    }

    fn update(&mut self, Msg::Loaded(answer): Msg, now: Now) -> Vec<Effect> {
        self.held.settle(answer, now, EVERY);
        if self.opened().is_none() {
            self.open = None;
        }
        Vec::new()
    }

    fn next_deadline(&self) -> Option<Instant> {
        self.held.next_deadline()
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        self.held.look(now);
        if self.held.is_due(now) { self.ask(now) } else { Vec::new() }
    }

    fn revision(&self) -> u64 {
        self.revision + self.held.revision()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, look: &Look) {
        view::draw(self, area, buf, look);
    }
}
