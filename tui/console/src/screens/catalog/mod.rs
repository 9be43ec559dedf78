//! The catalog: every entity of the descriptors, one of them opened, and what is wrong with the rest.

mod view;

use hello_catalog::entity::{Entity, EntityRef};
use hello_model::query::Query;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Event, Request, Screen, list_state::ListState};
use crate::{action::Action, cx::Cx, keys::Context, theme::Tone, widgets::scroll::Scroll};

/// The catalog screen.
#[derive(Debug, Default)]
pub struct Catalog {
    rows: ListState<EntityRef>,
    open: Option<(EntityRef, Scroll)>,
}

impl Catalog {
    /// Returns the entity that is open, if any.
    fn opened<'a>(&self, cx: &Cx<'a>) -> Option<&'a Entity> {
        let (reference, _) = self.open.as_ref()?;
        cx.cache.catalog().value()?.find(reference)
    }

    /// Returns the entities that pass the filter.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Entity> {
        let all = cx.cache.catalog().value().map(|catalog| catalog.entities.as_slice()).unwrap_or_default();
        let passes = |entity: &&Entity| {
            let reference = entity.reference.to_string();
            let owner = entity.owner.as_ref().map(ToString::to_string).unwrap_or_default();
            let tags = entity.tags.join(" ");
            let description = entity.description.as_deref().unwrap_or_default();
            self.rows.filter.matches(&[&reference, entity.label(), &owner, &tags, description])
        };
        all.iter().filter(passes).collect()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<EntityRef> {
        self.shown(cx).into_iter().map(|entity| entity.reference.clone()).collect()
    }

    fn select_component(&self, cx: &Cx<'_>) -> Request {
        match self.opened(cx).filter(|entity| entity.is("Component")) {
            Some(component) => Request::SelectComponent(component.reference.clone()),
            None => {
                Request::Notify("Only a component of the catalog can be chosen.".to_owned(), Tone::Warning)
            }
        }
    }
}

impl Screen for Catalog {
    fn wants(&self, _: &Cx<'_>) -> Vec<Query> {
        vec![Query::Catalog]
    }

    fn context(&self, _: &Cx<'_>) -> Context {
        match () {
            () if self.open.is_some() => Context::Entity,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn act(&mut self, action: &Action, cx: &Cx<'_>) -> Vec<Request> {
        match (&self.open, action) {
            (_, Action::SelectComponent) => return vec![self.select_component(cx)],
            (Some(_), Action::Back) => self.open = None,
            (Some((_, scroll)), Action::Move(way)) => scroll.go(*way),
            (Some(_), _) => {}
            (None, Action::Open) => {
                let selected = self.rows.selected(&self.keys(cx));
                self.open = selected.map(|reference| (reference, Scroll::default()));
            }
            (None, action) => {
                let keys = self.keys(cx);
                self.rows.act(action, &keys);
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        let may_be_gone = matches!(event, Event::Updated(Query::Catalog) | Event::Retargeted);
        if may_be_gone && self.opened(cx).is_none() {
            self.open = None;
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
