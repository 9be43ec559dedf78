//! Home: what needs you, how the component is, its last runs, what is being deployed, and the errors in its logs.
//!
//! It shows the same queries as the other screens, so a pane and the screen that it opens agree.

mod contents;
mod panes;
mod view;

use hello_model::{
    fetch::{Attention, Want},
    query::Query,
};
use hello_state::needs;
use ratatui::{buffer::Buffer, layout::Rect};

use self::panes::{PANES, Pane, PaneState, Shape};
use crate::{
    command::{CommandId, Mode},
    commands::{MOVES, Move, OPEN, OPENING, SIDEWAYS, movement},
    cx::Cx,
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("home"),
    title: "Home",
    commands: &[&OPENING, &MOVES, &SIDEWAYS],
    legend: hello_state::present::legend::runs,
    open: |_| Box::<Home>::default(),
};

/// The selected pane, and the selected row of each.
#[derive(Debug, Default)]
pub struct Home {
    selected: Pane,
    states: [PaneState; PANES.len()],
    /// How the panes were arranged in the last picture.
    shape: std::cell::Cell<Shape>,
}

impl Home {
    fn state(&self, pane: Pane) -> &PaneState {
        &self.states[pane as usize]
    }

    /// Moves to the next row, and from the last row of a pane to the next pane.
    fn go(&mut self, way: Move, cx: &Cx<'_>) {
        let shape = self.shape.get();
        let rows = contents::of(self.selected, cx).rows;
        let state = &mut self.states[self.selected as usize];
        let has_moved = match way {
            Move::Up | Move::Down if shape == Shape::Status => false,
            Move::Up => state.step(-1, &rows),
            Move::Down => state.step(1, &rows),
            _ => false,
        };
        if has_moved {
            return;
        }
        let there = match way {
            Move::Top => Some(PANES[0]),
            Move::Bottom => PANES.last().copied(),
            way => self.selected.neighbour(way, shape),
        };
        let Some(there) = there else { return };
        self.selected = there;
        let rows = contents::of(there, cx).rows;
        let state = &mut self.states[there as usize];
        match way {
            Move::Up => state.select(rows.len().saturating_sub(1), &rows),
            Move::Down | Move::Top => state.select(0, &rows),
            _ => {}
        }
    }

    /// Goes to what the selected row is about, or to the screen of the pane.
    fn open(&self, cx: &Cx<'_>) -> Request {
        let rows = contents::of(self.selected, cx).rows;
        let row = self.state(self.selected).position(&rows).map(|place| &rows[place]);
        let request = row.and_then(|row| row.request.clone());
        request.unwrap_or_else(|| Request::Go(self.selected.screen().into()))
    }

    /// Selects a row by its number among the rows of all panes.
    fn click(&mut self, row: usize, cx: &Cx<'_>) {
        let (pane, row) = (PANES[row % PANES.len()], row / PANES.len());
        self.selected = pane;
        let rows = contents::of(pane, cx).rows;
        self.states[pane as usize].select(row, &rows);
    }
}

/// Returns the details of waiting runs, which say what the runs wait for.
fn waiting_runs(cx: &Cx<'_>) -> impl Iterator<Item = Want> {
    let repo = cx.repo();
    let runs = cx.runs().value().into_iter().flat_map(needs::waiting_runs);
    let details = runs.filter_map(move |run| Some(Query::Run(repo?.clone(), run.id)));
    details.map(|query| Want::from(query).attention(Attention::Background))
}

impl Screen for Home {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let parts = [
            cx.repo().map(|repo| Query::runs(repo.clone())),
            cx.service_ref().map(|service| Query::Service(service.clone())),
            cx.log_source().map(|source| Query::Logs(source.clone())),
        ];
        let serves_trucks = cx.target.is_some_and(|target| target.serves_trucks);
        let trucks = [Query::trucks(), Query::TruckEvents].map(|query| serves_trucks.then_some(query));
        let visible = trucks.into_iter().chain(parts).flatten().map(Want::from);
        visible.chain(waiting_runs(cx)).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        Mode::Browse
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        if command == OPEN {
            return vec![self.open(cx)];
        }
        if let Some(way) = movement(command) {
            self.go(way, cx);
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        if let Event::Clicked(row) = event {
            self.click(*row, cx);
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
