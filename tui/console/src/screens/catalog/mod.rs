//! The catalog: every entity of the descriptors, and what is wrong with the rest. A row opens the page of its entity.

mod problems;
mod view;

use std::{cell::RefCell, sync::Arc};

use hello_catalog::{
    Problem,
    entity::{Entity, EntityRef},
};
use hello_model::{fetch::Want, query::Query};
use hello_state::{
    computation::{CatalogSearch, Computation, ComputationResult, Found},
    present::{self, Columns, Sort, link},
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    editing::editor,
    entity::{self, COMPONENT, SELECT_COMPONENT},
    list_state::{ListState, Listed},
};
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{CLOSE, FILTERING, GO_TO, LINKS, LISTS, MOVES, OPEN, OPENING, SELECTED, movement},
    cx::Cx,
    keymap::ch,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    theme::Tone,
    widgets::details::DetailsState,
};

/// Show everything that is wrong with the descriptors.
pub const SHOW_PROBLEMS: CommandId = CommandId("catalog.show-problems");

/// The problems as the subject of a route. Names of entities have a colon.
const PROBLEMS: &str = "problems";

static CATALOG: Group = Group {
    title: "Catalog",
    commands: &[CommandSpec::new(SHOW_PROBLEMS, "show all problems", &[ch('p')], &[Mode::Browse])
        .unless(unless_problems)],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("catalog"),
    title: "Catalog",
    commands: &[&LINKS, &OPENING, &COMPONENT, &CATALOG, &SELECTED, &FILTERING, &LISTS, &MOVES],
    legend: present::legend::catalog,
    open: |_| Box::<Catalog>::default(),
};

/// A catalog with more entities is searched by a computation: in place, a key could take longer than a frame.
const SEARCHED_IN_PLACE: usize = 2_000;

/// The catalog screen.
#[derive(Debug, Default)]
pub struct Catalog {
    rows: ListState<Entity>,
    /// The latest result of a search by a computation.
    found: Option<Found>,
    /// The problems, where they fill the screen in place of the list.
    problems: Option<DetailsState>,
    /// The entities with problems, as the catalog that was drawn last has them.
    worst: RefCell<view::Worst>,
}

/// What a computation searches.
#[derive(Debug, Clone, Copy)]
struct Search<'c, 's> {
    catalog: &'c Arc<hello_catalog::Catalog>,
    filter: &'s str,
    sort: Option<&'c Sort>,
}

fn unless_problems(cx: &Cx<'_>) -> Option<String> {
    let has_problems = cx.cache.catalog().value().is_some_and(|catalog| !catalog.problems.is_empty());
    (!has_problems).then(|| "no problem in the descriptors is known".to_owned())
}

impl Catalog {
    /// Returns the entities that pass the filter. While a computation searches, these are the entities found before.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Entity> {
        let all = cx.cache.catalog().value().map(|catalog| catalog.entities.as_slice()).unwrap_or_default();
        let Some(Search { catalog, filter, sort }) = self.search(cx) else {
            return self.rows.passing(all, &[Query::Catalog], cx);
        };
        match &self.found {
            Some(found) if Arc::ptr_eq(&found.catalog, catalog) => {
                found.rows.iter().filter_map(|row| all.get(*row)).collect()
            }
            // The catalog has changed, and its search is under way.
            Some(found) if found.filter == filter && found.sort.as_ref() == sort => {
                let known = catalog.by_reference();
                let entities = found.rows.iter().filter_map(|row| found.catalog.entities.get(*row));
                entities.filter_map(|entity| known.get(&entity.reference).copied()).collect()
            }
            _ => all.iter().collect(),
        }
    }

    /// Returns the search that a computation makes. It begins before the first letter, because the texts of all entities
    /// take longer to collect than one key may take.
    fn search<'c>(&self, cx: &Cx<'c>) -> Option<Search<'c, '_>> {
        let catalog = cx.cache.shared_catalog()?;
        let is_large = catalog.entities.len() > SEARCHED_IN_PLACE;
        let (filter, sort) = (&self.rows.filter, cx.layout(Entity::NOUN).sort.as_ref());
        let is_needed = is_large && (filter.is_typing() || !filter.filter().is_empty() || sort.is_some());
        is_needed.then(|| Search { catalog, filter: filter.input().value(), sort })
    }

    /// Opens the problems, or closes them.
    fn show(&mut self, subject: Option<&str>) {
        let open = self.problems.take().filter(|_| subject == Some(PROBLEMS));
        self.problems = (subject == Some(PROBLEMS)).then(|| open.unwrap_or_default());
    }

    /// Returns the problem at the cursor of the opened problems.
    fn problem<'a>(&self, cx: &Cx<'a>) -> Option<&'a Problem> {
        let state = self.problems.as_ref()?;
        let problems = &cx.cache.catalog().value()?.problems;
        present::problem::in_order(problems).get(state.selected()?).copied()
    }

    /// Goes to the place of a problem: in the editor, or to the entity where the file is on another machine.
    fn go_to_problem(&self, cx: &Cx<'_>) -> Option<Request> {
        let problem = self.problem(cx)?;
        let why = match editor(&problem.source, problem.line) {
            Ok(program) => return Some(Request::HandOver(program)),
            Err(why) => why,
        };
        let named = |entity: &&Entity| {
            let name = problem.entity.as_deref().unwrap_or_default();
            entity.reference.name == name || entity.reference.to_string() == name
        };
        let entity = cx.cache.catalog().value().and_then(|catalog| catalog.entities.iter().find(named));
        Some(match entity {
            Some(entity) => Request::Go(entity::page(&entity.reference)),
            None => Request::Notify(format!("The file cannot be edited here: {why}."), Tone::Warning),
        })
    }

    /// Returns the component that is selected in the list.
    fn component<'a>(&self, cx: &Cx<'a>) -> Option<&'a Entity> {
        if self.problems.is_some() {
            return None;
        }
        self.rows.selected(&self.shown(cx)).filter(|entity| entity.is("Component"))
    }

    fn select_component(&self, cx: &Cx<'_>) -> Request {
        match self.component(cx) {
            Some(component) => Request::SelectComponent(component.reference.clone()),
            None => Request::Notify("Only a component can be used.".to_owned(), Tone::Warning),
        }
    }
}

impl Listed for Entity {
    type Key = EntityRef;
    const NOUN: &'static str = "entity";
    const PLURAL: &'static str = "entities";
    const COLUMNS: &'static Columns<Self> = &present::entity::COLUMNS;

    fn key(&self) -> &EntityRef {
        &self.reference
    }
}

impl Screen for Catalog {
    fn wants(&self, _: &Cx<'_>) -> Vec<Want> {
        vec![Query::Catalog.into()]
    }

    fn computation(&self, cx: &Cx<'_>) -> Option<Computation> {
        let Search { catalog, filter, sort } = self.search(cx)?;
        let is_done = |found: &Found| found.is_complete && found.answers(catalog, filter, sort);
        if self.found.as_ref().is_some_and(is_done) {
            return None;
        }
        let earlier = self.found.as_ref().filter(|found| Arc::ptr_eq(&found.catalog, catalog));
        let texts = earlier.map(|found| Arc::clone(&found.texts));
        let (catalog, filter, sort) = (Arc::clone(catalog), filter.to_owned(), sort.cloned());
        let clock = cx.format().clock;
        Some(Computation::SearchCatalog(CatalogSearch { catalog, texts, filter, sort, clock }))
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.problems.is_some() => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        match command {
            SELECT_COMPONENT if self.component(cx).is_none() => Some("no component is selected".to_owned()),
            GO_TO if self.problem(cx).is_none() => Some("no problem is selected".to_owned()),
            _ => self.rows.unavailable(command, || self.shown(cx)),
        }
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        if self.problems.is_some() {
            return match self.problem(cx) {
                Some(problem) => problems::selection(problem),
                None => Selection::nothing("no problem is selected"),
            };
        }
        let Some(entity) = self.rows.selected(&self.shown(cx)) else {
            return Selection::nothing("no entity is selected");
        };
        Selection::of(CopyText::new(entity.reference.to_string(), "the name of the entity"))
            .url(link::entity(entity))
            .program(editor(&entity.origin.source, entity.origin.line))
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match (&self.problems, command) {
            (_, SELECT_COMPONENT) => return vec![self.select_component(cx)],
            (Some(_), CLOSE) => return vec![Request::Close],
            (Some(_), GO_TO) => return self.go_to_problem(cx).into_iter().collect(),
            (Some(state), command) => {
                if let Some(way) = movement(command) {
                    state.go(way);
                }
            }
            (None, SHOW_PROBLEMS) => return vec![Request::Open(PROBLEMS.to_owned())],
            (None, OPEN) => {
                let selected = self.rows.selected(&self.shown(cx));
                let open = |entity: &Entity| Request::Go(entity::page(&entity.reference));
                return selected.map(open).into_iter().collect();
            }
            (None, command) => {
                let shown = self.shown(cx);
                return self.rows.act(command, &shown, cx).unwrap_or_default();
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Opened(subject) => self.show(*subject),
            Event::Computed(ComputationResult::CatalogSearch(found)) => self.found = Some(found.clone()),
            Event::Clicked(row) => {
                let shown = self.shown(cx);
                self.rows.select_place(*row, &shown);
            }
            event => drop(self.rows.on(event)),
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
