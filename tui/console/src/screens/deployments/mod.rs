//! ECS deployments of one service, with the CloudFormation stack behind them.

mod stages;
mod timeline;
mod view;

use hello_model::{deployment::Deployment, fetch::Want, query::Query, time::Timestamp};
use hello_state::present::{self, Columns, link};
use ratatui::{buffer::Buffer, layout::Rect};

use super::list_state::{ListState, Listed};
use crate::{
    command::{CommandId, Mode},
    commands::{CLOSE, FILTERING, LISTS, MOVES, OPEN, OPENING, SELECTED, movement},
    cx::Cx,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    widgets::details::DetailsState,
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("deployments"),
    title: "Deployments",
    commands: &[&OPENING, &SELECTED, &FILTERING, &LISTS, &MOVES],
    legend: present::legend::deployments,
    open: |_| Box::<Deployments>::default(),
};

pub(super) use self::stages::{bar, progress};
pub(super) use self::view::tasks;

/// The deployments screen.
#[derive(Debug, Default)]
pub struct Deployments {
    rows: ListState<Deployment>,
    /// The selected deployment fills the screen.
    is_open: bool,
    state: DetailsState,
}

impl Deployments {
    /// Returns the deployments that pass the filter, newest first.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Deployment> {
        let all = cx.service().value().map(|service| service.deployments.as_slice()).unwrap_or_default();
        let query = cx.service_ref().map(|service| Query::Service(service.clone()));
        self.rows.passing(all, query.as_slice(), cx)
    }

    /// Opens the deployment of a route, or closes what is open. A newer deployment does not take its place.
    fn show(&mut self, subject: Option<&str>) {
        self.is_open = subject.is_some();
        self.state = DetailsState::default();
        if let Some(arn) = subject {
            self.rows.select(arn.to_owned());
        }
    }
}

impl Listed for Deployment {
    type Key = String;
    const NOUN: &'static str = "deployment";
    const PLURAL: &'static str = "deployments";
    const COLUMNS: &'static Columns<Self> = &present::deployment::COLUMNS;

    fn key(&self) -> &String {
        &self.arn
    }

    fn running_since(&self) -> Option<Timestamp> {
        self.status.is_active().then(|| present::deployment::began_at(self))
    }

    fn began_at(&self) -> Option<Timestamp> {
        Some(present::deployment::began_at(self))
    }
}

impl Screen for Deployments {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let service = cx.service_ref().map(|service| Query::Service(service.clone()));
        service.into_iter().chain(cx.stack_query()).map(Want::from).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.is_open => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        self.rows.unavailable(command, || self.shown(cx))
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let Some(deployment) = self.rows.selected(&self.shown(cx)) else {
            return Selection::nothing("no deployment is selected");
        };
        let text = view::details(deployment, cx).to_text();
        let copied = if self.is_open {
            CopyText::new(text.clone(), "the deployment")
        } else {
            CopyText::new(deployment.id(), "the id of the deployment")
        };
        Selection::of(copied).url(page(cx)).page(text)
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match command {
            CLOSE if self.is_open => return vec![Request::Close],
            OPEN => {
                let selected = self.rows.selected(&self.shown(cx));
                let open = |deployment: &Deployment| Request::Open(deployment.arn.clone());
                return selected.map(open).into_iter().collect();
            }
            command if self.is_open => {
                if let Some(way) = movement(command) {
                    self.state.go(way);
                }
            }
            command => {
                let shown = self.shown(cx);
                return self.rows.act(command, &shown, cx).unwrap_or_default();
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Opened(subject) => self.show(*subject),
            Event::Retargeted => *self = Self::default(),
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

/// Returns the page of the deployments in the AWS console. The sandbox has none.
fn page(cx: &Cx<'_>) -> Result<String, String> {
    match cx.service_ref() {
        _ if cx.world.sandbox.is_some() => Err("the sandbox has no AWS console".to_owned()),
        Some(service) => link::deployments(service),
        None => Err("the service is not known".to_owned()),
    }
}
