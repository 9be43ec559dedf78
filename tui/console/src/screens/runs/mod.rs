//! GitHub workflow runs: the list, and one of them opened down to its steps.

mod cursor;
mod form;
mod happened;
pub mod log;
mod opened;
mod reason;
#[cfg(test)]
mod tests;
mod tree;
mod trigger;
mod view;
mod writes;

use crossterm::event::KeyCode;
use hello_model::{
    fetch::{Attention, Want},
    query::Query,
    run::{Run, RunId},
    time::Timestamp,
};
use hello_state::present::{self, Columns};
use ratatui::{buffer::Buffer, layout::Rect};

use self::{form::RunForm, opened::Opened};
use super::{
    list_state::{ListState, Listed},
    write_ids::WriteIds,
};
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{
        CLOSE, FILTERING, FORMS, GO_TO, LISTS, MOVES, OPEN, OPENING, SELECTED, movement, unless_writable,
    },
    cx::Cx,
    keymap::{ch, key},
    local::{CopyText, Selection},
    route::{Scope, ScreenId},
    screen::{Event, Request, Screen, ScreenSpec},
    theme::Tone,
};

/// Start a run of a workflow.
pub const TRIGGER: CommandId = CommandId("runs.trigger");
/// Run the jobs of a run again.
pub const RERUN: CommandId = CommandId("runs.rerun");
/// Cancel a run; the second time, without waiting for its jobs.
pub const CANCEL_RUN: CommandId = CommandId("runs.cancel");
/// Approve or reject what a run waits for.
pub const APPROVE: CommandId = CommandId("runs.approve");
/// Enable or disable the workflow of a run.
pub const ENABLE: CommandId = CommandId("runs.enable");
/// Show the log of the job at the cursor.
pub const SHOW_LOG: CommandId = CommandId("runs.log");
/// Copy the commit of a run.
pub const COPY_COMMIT: CommandId = CommandId("runs.copy-commit");

/// Download the artifact at which the cursor is.
pub const DOWNLOAD: CommandId = CommandId("runs.download");

const BOTH: &[Mode] = &[Mode::Browse, Mode::Detail];

static RUNS: Group = Group {
    title: "Runs",
    commands: &[
        CommandSpec::new(
            SHOW_LOG,
            "show the log of the job",
            &[key(KeyCode::Enter), ch('l')],
            &[Mode::Detail],
        )
        .in_footer_as("log"),
        CommandSpec::new(DOWNLOAD, "download the artifact", &[ch('d')], &[Mode::Detail])
            .in_footer_as("download"),
        CommandSpec::new(TRIGGER, "start a workflow", &[ch('t')], BOTH)
            .in_footer_as("trigger")
            .everywhere()
            .unless(unless_writable),
        CommandSpec::new(RERUN, "run again", &[ch('R')], BOTH).in_footer_as("rerun").unless(unless_writable),
        CommandSpec::new(CANCEL_RUN, "cancel; again, by force", &[ch('x')], BOTH)
            .in_footer_as("cancel")
            .unless(unless_writable),
        CommandSpec::new(APPROVE, "approve or reject", &[ch('a')], BOTH)
            .in_footer_as("approve")
            .unless(unless_writable),
        CommandSpec::new(ENABLE, "enable or disable the workflow", &[ch('E')], BOTH).unless(unless_writable),
        CommandSpec::new(COPY_COMMIT, "copy the commit", &[ch('Y')], BOTH),
    ],
};

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("runs"),
    title: "Runs",
    commands: &[&OPENING, &RUNS, &SELECTED, &FILTERING, &LISTS, &MOVES, &FORMS],
    legend: present::legend::runs,
    open: |opening| {
        let (scope, ids) = (opening.scope.clone(), WriteIds::new(&opening.key_prefix));
        Box::new(Runs { ids, scope, ..Runs::default() })
    },
};

/// The runs screen.
#[derive(Debug, Default)]
pub struct Runs {
    rows: ListState<Run>,
    open: Option<Opened>,
    form: Option<RunForm>,
    /// The inputs of a workflow, as they were when their form was closed.
    draft: Option<RunForm>,
    /// Whether a write has not ended; a second one is not started.
    is_sending: bool,
    /// Whether its question, if there was one, is answered.
    is_executing: bool,
    /// The attempt that was asked to end.
    cancelled: Option<(RunId, u32)>,
    /// The attempt of a cancellation that has not ended.
    asked_to_end: Option<(RunId, u32)>,
    ids: WriteIds,
    scope: Scope,
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

    /// Copies the full id of the commit.
    fn copy_commit(&self, cx: &Cx<'_>) -> Vec<Request> {
        match self.subject(cx).map(|run| run.commit.clone()).filter(|commit| !commit.is_empty()) {
            Some(commit) => vec![Request::Copy(CopyText::new(commit, "the commit"))],
            None => vec![Request::Notify("GitHub names no commit of this run.".to_owned(), Tone::Warning)],
        }
    }

    /// Follows the open run by what is known now.
    fn follow(&mut self, cx: &Cx<'_>) {
        if let Some(open) = &mut self.open {
            open.follow(cx);
            open.keep_part(cx);
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
        let opened = self.open.as_ref().map(|open| open.wants(cx)).unwrap_or_default();
        let workflows = Want::from(Query::Workflows(repo.clone())).attention(Attention::Background);
        [list].into_iter().chain(opened).chain([workflows]).chain(self.wanted_by_form(cx)).collect()
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        match () {
            () if self.form.is_some() => Mode::Form,
            () if self.open.is_some() => Mode::Detail,
            () => self.rows.mode(),
        }
    }

    fn unavailable(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        self.lacks(command, cx).or_else(|| self.rows.unavailable(command, || self.shown(cx)))
    }

    fn offers(&self, cx: &Cx<'_>) -> Vec<(String, Request)> {
        self.rows.offers(cx)
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        if let Some(open) = &self.open {
            let url = cx.run(open.id).value().map(|detail| detail.run.url.as_str());
            let text = format!("{}\n{}", tree::of(open, cx).0.to_text(), url.unwrap_or_default());
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
        match (&mut self.open, command) {
            (_, command) if self.form.is_some() => return self.act_in_form(command, cx),
            (_, TRIGGER) => return self.trigger(cx),
            (_, RERUN | CANCEL_RUN | APPROVE | ENABLE) => return self.command(command, cx),
            (_, COPY_COMMIT) => return self.copy_commit(cx),
            (Some(open), DOWNLOAD) => return open.download(cx),
            (Some(_), CLOSE) => return vec![Request::Close],
            // A double click goes to what is under it.
            (Some(open), SHOW_LOG | GO_TO) => return vec![open.log(&self.scope, cx)],
            (Some(open), command) => {
                if let Some(way) = movement(command) {
                    open.go(way, cx);
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
            Event::Updated(query) => {
                self.follow(cx);
                if matches!(query, Query::RepositoryFile { .. } | Query::Environments(_)) {
                    self.take_file(cx);
                }
            }
            Event::Retargeted => {
                let (ids, scope) = (std::mem::take(&mut self.ids), std::mem::take(&mut self.scope));
                *self = Self { ids, scope, ..Self::default() };
            }
            Event::Executing => self.is_executing = true,
            Event::Executed(result) => self.ended(result),
            Event::Declined => self.declined(),
            Event::Typed(_) | Event::Pasted(_) | Event::Clicked(_) if self.form.is_some() => {
                if let Some(form) = self.form.as_mut().filter(|_| !self.is_sending) {
                    form.on(event);
                }
            }
            Event::Clicked(row) if self.open.is_some() => {
                if let Some(open) = &mut self.open {
                    open.select(*row, cx);
                }
            }
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
