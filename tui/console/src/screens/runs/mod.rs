//! GitHub workflow runs: the list, and one of them opened down to its steps.

mod view;

use hello_model::{
    query::Query,
    run::{Run, RunId},
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Event, Request, Screen, list_state::ListState};
use crate::{action::Action, cx::Cx, keys::Context, widgets::scroll::Scroll};

/// The runs screen.
#[derive(Debug, Default)]
pub struct Runs {
    rows: ListState<RunId>,
    open: Option<Opened>,
}

/// A run that was opened.
#[derive(Debug)]
struct Opened {
    id: RunId,
    scroll: Scroll,
}

impl Runs {
    /// Returns the runs that pass the filter, newest first.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Run> {
        let all = cx.runs().value().map(|list| list.runs.as_slice()).unwrap_or_default();
        let passes = |run: &&Run| {
            let branch = run.branch.as_deref().unwrap_or_default();
            let actor = run.actor.as_deref().unwrap_or_default();
            let words = [run.workflow.as_str(), &run.title, &run.event, branch, actor, &run.commit];
            self.rows.filter.matches(&[&words[..], &[run.state.word()]].concat())
        };
        all.iter().filter(passes).collect()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<RunId> {
        self.shown(cx).into_iter().map(|run| run.id).collect()
    }

    fn open(&mut self, cx: &Cx<'_>) {
        let Some(id) = self.rows.selected(&self.keys(cx)) else { return };
        self.rows.select(id);
        self.open = Some(Opened { id, scroll: Scroll::default() });
    }
}

impl Screen for Runs {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Query> {
        let Some(repo) = cx.repo() else { return Vec::new() };
        let opened = self.open.as_ref().map(|open| Query::Run(repo.clone(), open.id));
        [Query::Runs(repo.clone())].into_iter().chain(opened).collect()
    }

    fn context(&self, _: &Cx<'_>) -> Context {
        match () {
            () if self.open.is_some() => Context::Detail,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn act(&mut self, action: &Action, cx: &Cx<'_>) -> Vec<Request> {
        match (&self.open, action) {
            (Some(_), Action::Back) => self.open = None,
            (Some(open), Action::Move(way)) => open.scroll.go(*way),
            (Some(_), _) => {}
            (None, Action::Open) => self.open(cx),
            (None, action) => {
                let keys = self.keys(cx);
                self.rows.act(action, &keys);
            }
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, _: &Cx<'_>) {
        if matches!(event, Event::Retargeted) {
            *self = Self::default();
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
