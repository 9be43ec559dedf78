//! GitHub workflow runs: the list, and one of them opened down to its steps.

mod happened;
mod opened;
mod view;

use hello_model::{
    fetch::Want,
    query::Query,
    run::{Run, RunId},
    time::Timestamp,
};
use hello_state::present::{self, Columns};
use ratatui::{buffer::Buffer, layout::Rect};

use self::opened::Opened;
use super::list_state::{ListState, Listed};
use crate::{
    command::{CommandId, Mode},
    commands::{CLOSE, FILTERING, LISTS, MOVES, OPEN, OPENING, movement},
    cx::Cx,
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("runs"),
    title: "Runs",
    commands: &[&OPENING, &FILTERING, &LISTS, &MOVES],
    legend: present::legend::runs,
    open: |_| Box::<Runs>::default(),
};

/// The runs screen.
#[derive(Debug, Default)]
pub struct Runs {
    rows: ListState<Run>,
    open: Option<Opened>,
}

impl Runs {
    /// Returns the runs that pass the filter, newest first.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Run> {
        let all = cx.runs().value().map(|list| list.runs.items.as_slice()).unwrap_or_default();
        self.rows.passing(all, cx)
    }

    /// Opens the run of a route, or closes what is open. The run that is open stays as it is.
    fn show(&mut self, subject: Option<&str>) {
        let id = subject.and_then(|subject| subject.parse().ok()).map(RunId);
        let open = self.open.take();
        self.open = id.map(|id| open.filter(|open| open.id == id).unwrap_or_else(|| Opened::new(id)));
        if let Some(id) = id {
            self.rows.select(id);
        }
    }

    /// Follows the open run by what is known now.
    fn follow(&mut self, cx: &Cx<'_>) {
        if let Some(open) = &mut self.open {
            open.follow(cx);
        }
    }
}

impl Listed for Run {
    type Key = RunId;
    const NOUN: &'static str = "run";
    const PLURAL: &'static str = "runs";
    const COLUMNS: &'static Columns<Self> = &present::run::COLUMNS;

    fn key(&self) -> &RunId {
        &self.id
    }

    fn running_since(&self) -> Option<Timestamp> {
        Run::began_at(self).filter(|_| self.state.is_active())
    }

    fn began_at(&self) -> Option<Timestamp> {
        Run::began_at(self)
    }
}

impl Screen for Runs {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let Some(repo) = cx.repo() else { return Vec::new() };
        let list = Want::from(Query::Runs(repo.clone())).rows(self.rows.rows_needed());
        let opened = self.open.as_ref().map(Opened::wants).unwrap_or_default();
        [list].into_iter().chain(opened).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.open.is_some() => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match (&self.open, command) {
            (Some(_), CLOSE) => return vec![Request::Close],
            (Some(open), command) => {
                if let Some(way) = movement(command) {
                    open.scroll.go(way);
                }
            }
            (None, OPEN) => {
                let selected = self.rows.selected(&self.shown(cx));
                return selected.map(|run| Request::Open(run.id.to_string())).into_iter().collect();
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
            Event::Opened(subject) => {
                self.show(*subject);
                self.follow(cx);
            }
            Event::Updated(_) => self.follow(cx),
            Event::Retargeted => *self = Self::default(),
            event => drop(self.rows.on(event)),
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
