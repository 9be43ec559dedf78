//! GitHub workflow runs: the list, and one of them opened down to its steps.

mod view;

use std::time::{Duration, Instant};

use hello_model::{
    failure::Failure,
    run::{Repo, Run, RunDetail, RunId, RunList},
    time::Now,
};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Screen, rows::Rows, ticker::Ticker};
use crate::{
    action::Action,
    effect::{Effect, Slot},
    keys::Context,
    remote::Remote,
    widgets::{look::Look, scroll::Scroll},
};

/// How often runs are looked at: while one is active, and while none is.
const LIVELY: Duration = Duration::from_secs(5);
const CALM: Duration = Duration::from_secs(20);
/// How often an opened, active run is looked at.
const CLOSE: Duration = Duration::from_secs(3);

/// What GitHub answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Listed(Result<RunList, Failure>),
    Shown(RunId, Box<Result<RunDetail, Failure>>),
}

/// The runs screen.
#[derive(Debug, Default)]
pub struct Runs {
    repo: Option<Repo>,
    pub(super) list: Remote<RunList>,
    rows: Rows<RunId>,
    open: Option<Opened>,
    ticker: Ticker,
    revision: u64,
}

/// A run that was opened.
#[derive(Debug)]
struct Opened {
    id: RunId,
    detail: Remote<RunDetail>,
    scroll: Scroll,
}

impl Runs {
    /// Points the screen at a repository, or says why there is none. Answers about another one are no longer wanted.
    pub fn aim(&mut self, repo: &Result<Repo, Failure>) -> Vec<Effect> {
        match repo {
            Ok(repo) if self.repo.as_ref() == Some(repo) => return Vec::new(),
            Ok(repo) => {
                *self = Self { repo: Some(repo.clone()), revision: self.revision + 1, ..Self::default() };
            }
            Err(failure) => {
                self.repo = None;
                self.open = None;
                self.list.refuse(failure.clone());
            }
        }
        vec![Effect::Cancel(Slot::Runs), Effect::Cancel(Slot::Run)]
    }

    /// Forgets what was seen: another GitHub is behind the screen from now on.
    pub fn reset(&mut self) {
        self.open = None;
        self.list.reset();
    }

    /// Returns what GitHub answered last, and how it stands with the next answer.
    pub fn list(&self) -> &Remote<RunList> {
        &self.list
    }

    /// Returns the runs that are known, newest first.
    pub fn known(&self) -> &[Run] {
        self.list.value().map(|list| list.runs.as_slice()).unwrap_or_default()
    }

    pub(super) fn ticker(&self) -> &Ticker {
        &self.ticker
    }

    fn ask(&mut self, now: Now) -> Vec<Effect> {
        let Some(repo) = self.repo.clone() else { return Vec::new() };
        self.list.start(now);
        vec![Effect::ListRuns(repo)]
    }

    fn ask_detail(&mut self, now: Now) -> Vec<Effect> {
        let (Some(repo), Some(open)) = (self.repo.clone(), &mut self.open) else { return Vec::new() };
        open.detail.start(now);
        vec![Effect::ShowRun(repo, open.id)]
    }

    fn ask_for_what_is_due(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.list.is_untouched() || self.list.is_due(now) {
            effects.extend(self.ask(now));
        }
        if self.open.as_ref().is_some_and(|open| open.detail.is_untouched() || open.detail.is_due(now)) {
            effects.extend(self.ask_detail(now));
        }
        effects
    }

    fn shown(&self) -> Vec<&Run> {
        self.known()
            .iter()
            .filter(|run| {
                let branch = run.branch.as_deref().unwrap_or_default();
                let actor = run.actor.as_deref().unwrap_or_default();
                let words = [run.workflow.as_str(), &run.title, &run.event, branch, actor, &run.commit];
                self.rows.filter.lets_through(&[&words[..], &[run.state.word()]].concat())
            })
            .collect()
    }

    fn keys(&self) -> Vec<RunId> {
        self.shown().into_iter().map(|run| run.id).collect()
    }

    fn open(&mut self, now: Now) -> Vec<Effect> {
        let Some(id) = self.rows.selected(&self.keys()) else { return Vec::new() };
        self.rows.select(id);
        self.open = Some(Opened { id, detail: Remote::default(), scroll: Scroll::default() });
        self.ask_detail(now)
    }

    fn is_active(&self) -> bool {
        let in_list = self.known().iter().any(|run| run.state.is_active());
        in_list || self.open.as_ref().is_some_and(Opened::is_active)
    }
}

impl Opened {
    fn is_active(&self) -> bool {
        self.detail.value().is_some_and(|detail| detail.run.state.is_active())
    }
}

impl Screen for Runs {
    type Msg = Msg;

    fn context(&self) -> Context {
        match () {
            () if self.open.is_some() => Context::Detail,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn enter(&mut self, now: Now) -> Vec<Effect> {
        self.ask_for_what_is_due(now)
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        self.revision += 1;
        if let Some(open) = &mut self.open {
            match action {
                Action::Back => self.open = None,
                Action::Refresh => return [self.ask(now), self.ask_detail(now)].concat(),
                Action::Move(way) => open.scroll.go(way),
                _ => {}
            }
            return Vec::new();
        }
        match action {
            Action::Refresh => self.ask(now),
            Action::Open => self.open(now),
            other => {
                let keys = self.keys();
                self.rows.act(&other, &keys);
                Vec::new()
            }
        }
    }

    fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        match msg {
            Msg::Listed(answer) => {
                let active =
                    answer.as_ref().is_ok_and(|list| list.runs.iter().any(|run| run.state.is_active()));
                self.list.settle(answer, now, if active { LIVELY } else { CALM });
            }
            Msg::Shown(id, answer) => {
                let answer = *answer;
                if let Some(open) = self.open.as_mut().filter(|open| open.id == id) {
                    let active = answer.as_ref().is_ok_and(|detail| detail.run.state.is_active());
                    open.detail.settle(answer, now, if active { CLOSE } else { CALM });
                }
            }
        }
        Vec::new()
    }

    fn next_deadline(&self) -> Option<Instant> {
        let detail = self.open.as_ref().and_then(|open| open.detail.next_deadline());
        [self.list.next_deadline(), detail, self.ticker.next_deadline()].into_iter().flatten().min()
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        self.list.look(now);
        if let Some(open) = &mut self.open {
            open.detail.look(now);
        }
        let ticked = self.ticker.wake(self.is_active(), now);
        self.revision += u64::from(ticked);
        self.ask_for_what_is_due(now)
    }

    fn revision(&self) -> u64 {
        let detail = self.open.as_ref().map_or(0, |open| open.detail.revision());
        self.revision + self.list.revision() + detail
    }

    fn view(&self, area: Rect, buf: &mut Buffer, look: &Look) {
        view::draw(self, area, buf, look);
    }
}
