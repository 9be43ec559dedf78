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
    commands::{CLOSE, FILTERING, LISTS, MOVES, OPEN, OPENING, SELECTED, movement},
    cx::Cx,
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("runs"),
    title: "Runs",
    commands: &[&OPENING, &SELECTED, &FILTERING, &LISTS, &MOVES],
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
        let query = cx.repo().map(|repo| Query::runs(repo.clone()));
        self.rows.passing(all, query.as_slice(), cx)
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
        let list = Want::from(Query::runs(repo.clone())).rows(self.rows.rows_needed());
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

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        if let Some(open) = &self.open {
            let text = view::details(open, cx).to_text();
            let url = cx.run(open.id).value().map(|detail| detail.run.url.as_str());
            return Selection::of(CopyText::new(text.clone(), "the run")).url(page(url, cx)).page(text);
        }
        match self.rows.selected(&self.shown(cx)) {
            None => Selection::nothing("no run is selected"),
            Some(run) if run.url.is_empty() => {
                Selection::of(CopyText::new(run.id.to_string(), "the id of the run"))
            }
            Some(run) => {
                Selection::of(CopyText::new(run.url.as_str(), "the URL")).url(page(Some(&run.url), cx))
            }
        }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match (&self.open, command) {
            (Some(_), CLOSE) => return vec![Request::Close],
            (Some(open), command) => {
                if let Some(way) = movement(command) {
                    open.state.go(way);
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

/// Returns the page of a run on GitHub. The sandbox has none.
fn page(url: Option<&str>, cx: &Cx<'_>) -> Result<String, String> {
    match url.filter(|url| !url.is_empty()) {
        _ if cx.world.sandbox.is_some() => Err("the sandbox has no pages on GitHub".to_owned()),
        Some(url) => Ok(url.to_owned()),
        None => Err("GitHub names no page of this run".to_owned()),
    }
}
