//! The page of an entity. Its tabs are screens with the entity as their scope; this one is the first, the overview.

mod health;
pub mod tabs;
mod view;

use std::{cell::RefCell, sync::Arc};

use hello_catalog::{
    Catalog,
    entity::{Entity, EntityRef},
};
use hello_model::{fetch::Want, query::Query};
use hello_state::present::{
    self,
    entity_page::{EntityPage, Lead},
    link,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::editing::editor;
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{CLOSE, GO_TO, LINKS, MOVES, OPENING, SELECTED, movement},
    cx::Cx,
    keymap::ch,
    local::{CopyText, Selection},
    route::{Route, Scope, ScreenId},
    screen::{Event, Request, Screen, ScreenSpec},
    theme::Tone,
    widgets::details::DetailsState,
};

/// Make the opened or selected component the one in use.
pub const SELECT_COMPONENT: CommandId = CommandId("catalog.select-component");

/// Using a component, in the catalog and on its page.
pub(super) static COMPONENT: Group = Group {
    title: "Components",
    commands: &[CommandSpec::new(
        SELECT_COMPONENT,
        "use component",
        &[ch('u')],
        &[Mode::Browse, Mode::Detail],
    )
    .in_footer()],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("entity"),
    title: "Overview",
    commands: &[&LINKS, &OPENING, &COMPONENT, &SELECTED, &MOVES],
    legend: present::legend::catalog,
    open: |opening| Box::new(Overview::new(opening.scope.clone())),
};

/// Returns the route to the page of an entity.
pub fn page(reference: &EntityRef) -> Route {
    Route { scope: Scope::Entity(reference.clone()), ..Route::from(SPEC.id) }
}

/// The overview: how a component is, and what the catalog says about it.
#[derive(Debug)]
pub struct Overview {
    scope: Scope,
    state: DetailsState,
    /// The page as the catalog made it that was read last.
    made: RefCell<Option<MadePage>>,
}

/// A page with what it was made of.
#[derive(Debug)]
struct MadePage {
    catalog: Arc<Catalog>,
    reference: EntityRef,
    page: Arc<EntityPage>,
}

/// What the cursor is at.
#[derive(Debug, Clone, PartialEq)]
enum Stop {
    /// How something is: it leads to a tab.
    Health(Request),
    /// A row of the page: its value, and what it leads to.
    Row(String, Lead),
}

impl Overview {
    pub fn new(scope: Scope) -> Self {
        Self { scope, state: DetailsState::default(), made: RefCell::default() }
    }

    /// Returns the page of an entity. It is made once for each catalog: in a large one that takes time.
    fn page(&self, entity: &Entity, cx: &Cx<'_>) -> Option<Arc<EntityPage>> {
        let catalog = cx.cache.shared_catalog()?;
        let mut made = self.made.borrow_mut();
        if let Some(made) = &*made
            && Arc::ptr_eq(&made.catalog, catalog)
            && made.reference == entity.reference
        {
            return Some(Arc::clone(&made.page));
        }
        let page = Arc::new(EntityPage::of(entity, catalog));
        let (catalog, reference) = (Arc::clone(catalog), entity.reference.clone());
        *made = Some(MadePage { catalog, reference, page: Arc::clone(&page) });
        Some(page)
    }

    /// Returns what the cursor is at.
    fn stop(&self, cx: &Cx<'_>) -> Option<Stop> {
        let entity = cx.entity(&self.scope)?;
        let page = self.page(entity, cx)?;
        let health = health::lines(entity, cx).into_iter().map(|line| Stop::Health(line.request));
        let rows = page.sections.iter().flat_map(|section| &section.rows);
        let rows = rows.filter_map(|row| Some(Stop::Row(row.value.text.clone(), row.leads_to.clone()?)));
        health.chain(rows).nth(self.state.selected()?)
    }

    /// Goes to what the cursor is at.
    fn go_to(&self, cx: &Cx<'_>) -> Option<Request> {
        Some(match self.stop(cx)? {
            Stop::Health(request) => request,
            Stop::Row(_, Lead::Entity(reference)) => Request::Go(page(&reference)),
            Stop::Row(_, Lead::Url(_)) => Request::Browse,
            Stop::Row(_, Lead::Unresolved(reference)) => {
                let why =
                    format!("{reference} is not in the catalog; describe it, or add it with --catalog.");
                Request::Notify(why, Tone::Warning)
            }
        })
    }

    fn component<'a>(&self, cx: &Cx<'a>) -> Option<&'a Entity> {
        cx.entity(&self.scope).filter(|entity| entity.is("Component"))
    }
}

impl Screen for Overview {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let health = cx.entity(&self.scope).map(|entity| health::queries(entity, cx)).unwrap_or_default();
        [Query::Catalog].into_iter().chain(health).map(Want::from).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        Mode::Detail
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        match command {
            SELECT_COMPONENT if self.component(cx).is_none() => {
                Some("only a component can be used".to_owned())
            }
            GO_TO if self.stop(cx).is_none() => Some("nothing here leads anywhere".to_owned()),
            _ => None,
        }
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let Some(entity) = cx.entity(&self.scope) else {
            return Selection::nothing("the entity is not in the catalog");
        };
        let name = || (entity.reference.to_string(), "the name of the entity", link::entity(entity));
        let (text, what, url) = match self.stop(cx) {
            Some(Stop::Row(_, Lead::Url(url))) => (url.clone(), "the URL", Ok(url)),
            Some(Stop::Row(_, Lead::Entity(reference) | Lead::Unresolved(reference))) => {
                (reference.to_string(), "the name of the entity", link::entity(entity))
            }
            Some(Stop::Health(_)) | None => name(),
        };
        Selection::of(CopyText::new(text, what))
            .url(url)
            .program(editor(&entity.origin.source, entity.origin.line))
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match command {
            CLOSE => return vec![Request::Close],
            GO_TO => return self.go_to(cx).into_iter().collect(),
            SELECT_COMPONENT => {
                let component = self.component(cx);
                return component
                    .map(|component| Request::SelectComponent(component.reference.clone()))
                    .into_iter()
                    .collect();
            }
            command => {
                if let Some(way) = movement(command) {
                    self.state.go(way);
                }
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, _: &Cx<'_>) {
        if let Event::Clicked(stop) = event {
            self.state.select(*stop);
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
