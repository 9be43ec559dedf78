//! The descriptor of an entity as it is written, with its problems below their lines.

mod view;

use hello_catalog::{
    Problem,
    entity::{EntityRef, Origin},
};
use hello_model::{fetch::Want, query::Query};
use hello_state::{
    present::{legend, link},
    remote::Remote,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::editing::editor;
use crate::{
    command::{CommandId, Group, Mode},
    commands::{BROWSING, CLOSE, COPYING, EDITING, MOVES, OPENING, movement},
    cx::Cx,
    local::{CopyText, Selection},
    route::{Scope, ScreenId},
    screen::{Event, Request, Screen, ScreenSpec},
    widgets::details::DetailsState,
};

/// What is done with a descriptor. Editing it is what the screen is for.
static DESCRIPTOR: Group =
    Group { title: "Descriptors", commands: &[EDITING.in_footer_as("edit"), COPYING, BROWSING] };

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("source"),
    title: "Source",
    commands: &[&DESCRIPTOR, &OPENING, &MOVES],
    legend: legend::catalog,
    open: |opening| Box::new(Source::new(opening.scope.clone())),
};

/// The source screen.
#[derive(Debug)]
pub struct Source {
    scope: Scope,
    /// Where the entity was read from, as long as this screen lives: it may not be valid any more.
    origin: Option<Origin>,
    state: DetailsState,
    /// Whether the line of the entity was brought into view.
    is_placed: bool,
}

impl Source {
    pub fn new(scope: Scope) -> Self {
        Self { scope, origin: None, state: DetailsState::default(), is_placed: false }
    }

    /// Returns the text of the descriptor.
    fn text<'a>(&self, cx: &Cx<'a>) -> Remote<'a, hello_model::query::Descriptor> {
        self.origin.as_ref().map_or_else(Remote::untouched, |origin| cx.cache.descriptor(&origin.source))
    }

    /// Returns the problems of the descriptor, also those of other entities in it.
    fn problems<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Problem> {
        let Some(origin) = &self.origin else { return Vec::new() };
        let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice());
        problems.unwrap_or_default().iter().filter(|problem| problem.source == origin.source).collect()
    }

    /// Notes where the entity is read from, and brings its line into view once there is one. Where an entity is not valid
    /// any more, a problem says where it is written.
    fn locate(&mut self, cx: &Cx<'_>) {
        let named = |reference: &EntityRef| {
            let problems = cx.cache.catalog().value().map(|catalog| catalog.problems.as_slice());
            let name = reference.to_string();
            let of_it = |problem: &&Problem| {
                problem.entity.as_deref().is_some_and(|entity| entity.eq_ignore_ascii_case(&name))
            };
            let problem = problems.unwrap_or_default().iter().find(of_it)?;
            Some(Origin { source: problem.source.clone(), line: problem.line })
        };
        let found = match cx.entity(&self.scope) {
            Some(entity) => Some(entity.origin.clone()),
            None if self.origin.is_none() => cx.reference(&self.scope).and_then(named),
            None => None,
        };
        if let Some(origin) = found {
            self.origin = Some(origin);
        }
        if let (false, Some(origin), Some(text)) = (self.is_placed, &self.origin, self.text(cx).value()) {
            let first = view::first_line(text.0.lines().count(), origin.line);
            self.state.reveal(origin.line.saturating_sub(first));
            self.is_placed = true;
        }
    }

    /// Returns the line at the cursor, counted from 1.
    fn line(&self, cx: &Cx<'_>) -> usize {
        let Some(origin) = &self.origin else { return 1 };
        let count = self.text(cx).value().map_or(0, |text| text.0.lines().count());
        self.state.selected().map_or(origin.line, |stop| view::first_line(count, origin.line) + stop)
    }
}

impl Screen for Source {
    fn wants(&self, _: &Cx<'_>) -> Vec<Want> {
        let descriptor = self.origin.as_ref().map(|origin| Query::Descriptor(origin.source.clone()));
        [Query::Catalog].into_iter().chain(descriptor).map(Want::from).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        Mode::Detail
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let Some(origin) = &self.origin else { return Selection::nothing("the descriptor is not known") };
        let copied = match self.text(cx).value() {
            Some(text) => CopyText::new(text.0.clone(), "the descriptor"),
            None => CopyText::new(origin.source.clone(), "the name of the descriptor"),
        };
        let page =
            cx.entity(&self.scope).map_or_else(|| Err("its page is not known".to_owned()), link::entity);
        Selection::of(copied).url(page).program(editor(&origin.source, self.line(cx)))
    }

    fn act(&mut self, command: CommandId, _: &Cx<'_>) -> Vec<Request> {
        if command == CLOSE {
            return vec![Request::Close];
        }
        if let Some(way) = movement(command) {
            self.state.go(way);
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Opened(_) | Event::Updated(Query::Catalog | Query::Descriptor(_)) => self.locate(cx),
            Event::Retargeted if self.scope == Scope::Everything => {
                *self = Self::new(Scope::Everything);
                self.locate(cx);
            }
            Event::Clicked(line) => self.state.select(*line),
            _ => {}
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
