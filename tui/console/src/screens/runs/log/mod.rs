//! The log of one job of a run, with its steps and groups.

mod outline;
mod rows;
mod search;
mod subject;
mod view;

use std::cell::{Cell, RefCell};

use crossterm::event::KeyCode;
use hello_model::{
    fetch::{Attention, Want},
    job_log::{JobLog, LineKind, StepLines, failed_step, first_error, sections},
    query::Query,
    run::{Job, RunId},
};
use hello_state::{
    computation::{Computation, ComputationResult},
    job_log_feed::JobLogFeed,
    present,
};
use ratatui::{buffer::Buffer, layout::Rect};

use self::{
    outline::{Entry, Folds, Outline, group_of, open_at_first},
    search::Search,
    subject::Subject,
};
use crate::{
    command::{CommandId, CommandSpec, Group, Mode},
    commands::{BROWSING, COPYING, EDITING, MOVES, Move, SIDEWAYS, movement},
    cx::Cx,
    keymap::{ch, key},
    local::{CopyText, Selection},
    route::ScreenId,
    screen::{Event, Request, Screen, ScreenSpec},
    theme::Tone,
};

pub use self::subject::route;

/// Fold or open the step or group at the cursor.
pub const FOLD: CommandId = CommandId("job-log.fold");
pub const OPEN_ALL: CommandId = CommandId("job-log.open-all");
pub const FOLD_ALL: CommandId = CommandId("job-log.fold-all");
pub const NEXT_ERROR: CommandId = CommandId("job-log.next-error");
pub const PREVIOUS_ERROR: CommandId = CommandId("job-log.previous-error");
pub const SEARCH: CommandId = CommandId("job-log.search");
pub const NEXT_MATCH: CommandId = CommandId("job-log.next-match");
pub const PREVIOUS_MATCH: CommandId = CommandId("job-log.previous-match");
pub const KEEP_SEARCH: CommandId = CommandId("job-log.keep-search");
pub const DROP_SEARCH: CommandId = CommandId("job-log.drop-search");
pub const WRAP: CommandId = CommandId("job-log.wrap");
pub const TIMES: CommandId = CommandId("job-log.times");
pub const LEAVE: CommandId = CommandId("job-log.leave");

static LOG: Group = Group {
    title: "Log of a job",
    commands: &[
        CommandSpec::new(FOLD, "fold or open the step or group", &[key(KeyCode::Enter), ch(' ')], BROWSE)
            .in_footer_as("fold"),
        CommandSpec::new(SEARCH, "search", &[ch('/')], BROWSE).in_footer(),
        CommandSpec::new(NEXT_MATCH, "next match", &[ch('n')], BROWSE),
        CommandSpec::new(PREVIOUS_MATCH, "previous match", &[ch('N')], BROWSE),
        CommandSpec::new(NEXT_ERROR, "next error", &[ch('}')], BROWSE).in_footer(),
        CommandSpec::new(PREVIOUS_ERROR, "previous error", &[ch('{')], BROWSE),
        CommandSpec::new(WRAP, "wrap", &[ch('w')], BROWSE).in_footer(),
        CommandSpec::new(TIMES, "show or hide the times", &[ch('T')], BROWSE),
        CommandSpec::new(OPEN_ALL, "open all steps and groups", &[ch('+')], BROWSE),
        CommandSpec::new(FOLD_ALL, "fold all steps and groups", &[ch('-')], BROWSE),
        CommandSpec::new(LEAVE, "drop the search, then go back", &[key(KeyCode::Esc)], BROWSE)
            .in_footer_as("back"),
        CommandSpec::new(KEEP_SEARCH, "keep the search", &[key(KeyCode::Enter)], &[Mode::Typing])
            .in_footer_as("keep"),
        CommandSpec::new(DROP_SEARCH, "drop the search", &[key(KeyCode::Esc)], &[Mode::Typing])
            .in_footer_as("drop"),
    ],
};

const BROWSE: &[Mode] = &[Mode::Browse];

static LINE: Group = Group { title: "The line at the cursor", commands: &[COPYING, BROWSING, EDITING] };

pub const SPEC: ScreenSpec = ScreenSpec {
    id: ScreenId("job-log"),
    title: "Log of a job",
    commands: &[&LOG, &LINE, &MOVES, &SIDEWAYS],
    legend: present::legend::runs,
    open: |_| Box::<JobLogView>::default(),
};

/// Columns that a key shifts, and the most there are.
const SHIFT: usize = 20;
const LONGEST: usize = 16_000;

/// The most bytes of a step that the pager gets.
const MAX_PAGED: usize = 1024 * 1024;

/// The view of one log.
#[derive(Debug, Default)]
pub struct JobLogView {
    subject: Option<Subject>,
    sections: Vec<StepLines>,
    folds: Folds,
    outline: Outline,
    /// The entry at the cursor, once the user has moved or an error was found.
    cursor: Option<Entry>,
    /// Whether the cursor waits for the first error.
    seeks_error: bool,
    /// The place of the first entry in view.
    top: Cell<usize>,
    /// Rows of the last frame, for moving by what is seen.
    height: Cell<usize>,
    shift: usize,
    is_wrapped: bool,
    has_times: bool,
    search: Search,
    /// What was folded before the search that is typed, which opens what it finds.
    folds_before: Option<Folds>,
    /// The text for the pager, with the lines that it is of.
    paged: RefCell<Option<(StepLines, String)>>,
}

impl JobLogView {
    /// Makes the view of the log that a route names.
    fn new(subject: Option<Subject>) -> Self {
        Self { subject, seeks_error: true, ..Self::default() }
    }

    fn feed<'a>(&self, cx: &Cx<'a>) -> Option<&'a JobLogFeed> {
        cx.cache.job_log(cx.repo()?, self.subject?.job)
    }

    /// Returns the log; an empty one while nothing is known of it.
    fn log<'a>(&self, cx: &Cx<'a>) -> &'a JobLog {
        static EMPTY: JobLog = JobLog::new();
        self.feed(cx).map_or(&EMPTY, JobLogFeed::log)
    }

    fn job<'a>(&self, cx: &Cx<'a>) -> Option<&'a Job> {
        let Subject { run, job, .. } = self.subject?;
        cx.run(run).value()?.jobs.iter().find(|known| known.id == job.0)
    }

    fn run(&self) -> Option<RunId> {
        self.subject.map(|subject| subject.run)
    }

    /// Divides the log anew, after it or the steps have changed.
    fn divide(&mut self, cx: &Cx<'_>) {
        let log = self.log(cx);
        let steps = self.job(cx).map(|job| job.steps.as_slice()).unwrap_or_default();
        self.sections = sections(log, steps);
        let failed = failed_step(log, steps, &self.sections);
        if self.seeks_error {
            let wanted = self.subject.and_then(|subject| subject.step);
            let wanted = wanted.and_then(|number| steps.iter().position(|step| step.number == number));
            let error = |step| first_error(log, steps, &self.sections, step);
            self.cursor = match (wanted, failed) {
                (Some(step), _) => Some(error(step).map_or(Entry::Step(step), Entry::Line)),
                (None, Some((step, line))) => Some(line.map_or(Entry::Step(step), Entry::Line)),
                (None, None) => None,
            };
        }
        self.fold(cx);
    }

    /// Makes the outline anew, after something was folded or opened.
    fn fold(&mut self, cx: &Cx<'_>) {
        let log = self.log(cx);
        let steps = self.job(cx).map(|job| job.steps.as_slice()).unwrap_or_default();
        let failed = failed_step(log, steps, &self.sections).map(|(step, _)| step);
        let wanted = self.subject.and_then(|subject| subject.step);
        let open = open_at_first(steps, &self.sections, failed, wanted);
        self.outline = Outline::new(log, &self.sections, &self.folds, &open);
    }

    /// Returns the place of the cursor.
    fn place(&self) -> usize {
        self.cursor.and_then(|cursor| self.outline.place(cursor)).unwrap_or(0)
    }

    /// Returns the line at the cursor; at the heading of a step, its first one.
    fn line(&self) -> Option<usize> {
        match self.outline.at(self.place())?.entry {
            Entry::Line(line) => Some(line),
            Entry::Step(step) => {
                let section = self.sections.iter().find(|section| section.step == step)?;
                (!section.lines.is_empty()).then_some(section.lines.start)
            }
        }
    }

    /// Moves the cursor.
    fn go(&mut self, way: Move) {
        let page = self.height.get().saturating_sub(1).max(1);
        let place = self.place();
        let place = match way {
            Move::Left => {
                self.shift = self.shift.saturating_sub(SHIFT);
                return;
            }
            Move::Right => {
                self.shift = if self.is_wrapped { 0 } else { (self.shift + SHIFT).min(LONGEST) };
                return;
            }
            Move::Up => place.saturating_sub(1),
            Move::Down => place + 1,
            Move::PageUp => place.saturating_sub(page),
            Move::PageDown => place + page,
            Move::Top => 0,
            Move::Bottom => usize::MAX,
        };
        self.go_to_place(place);
    }

    fn go_to_place(&mut self, place: usize) {
        let last = self.outline.len().saturating_sub(1);
        if let Some(shown) = self.outline.at(place.min(last)) {
            self.cursor = Some(shown.entry);
            self.seeks_error = false;
        }
    }

    /// Moves the cursor to a line, and opens the step and the group that it is in.
    fn go_to_line(&mut self, line: usize, cx: &Cx<'_>) {
        self.seeks_error = false;
        self.cursor = Some(Entry::Line(line));
        let section = self.sections.iter().find(|section| section.lines.contains(&line));
        let within = section.map_or(0..self.log(cx).len(), |section| section.lines.clone());
        if let Some(section) = section {
            self.folds.set(Entry::Step(section.step), true);
        }
        if let Some(group) = group_of(self.log(cx), within, line) {
            self.folds.set(Entry::Line(group), true);
        }
        self.fold(cx);
    }

    /// Folds or opens the step or group at the cursor, or the innermost one around it.
    fn toggle(&mut self, cx: &Cx<'_>) {
        let Some(shown) = self.outline.at(self.place()) else { return };
        let entry = match (shown.heading, shown.entry) {
            (Some((is_open, _)), entry) => {
                self.folds.set(entry, !is_open);
                Some(entry)
            }
            (None, Entry::Line(line)) => {
                let over = self.outline.headings_over(line).pop();
                if let Some(heading) = over {
                    self.folds.set(heading, false);
                }
                over
            }
            (None, entry) => Some(entry),
        };
        self.cursor = entry.or(self.cursor);
        self.seeks_error = false;
        self.fold(cx);
    }

    /// Goes to the next error, or to the one before.
    fn go_to_error(&mut self, is_forward: bool, cx: &Cx<'_>) -> Vec<Request> {
        let (log, line) = (self.log(cx), self.line());
        let is_error = |(_, kind): &(usize, LineKind)| *kind == LineKind::Error;
        let found = match (is_forward, line, self.outline.at(self.place()).map(|shown| shown.entry)) {
            // The heading of a step stands above its first line.
            (true, Some(line), Some(Entry::Step(_))) => log.marks(line..log.len()).find(is_error),
            (true, line, _) => log.marks(line.map_or(0, |line| line + 1)..log.len()).find(is_error),
            (false, line, _) => log.marks(0..line.unwrap_or(0)).rev().find(is_error),
        };
        match found {
            Some((line, _)) => self.go_to_line(line, cx),
            None if log.errors() == 0 => return vec![notice("The log has no error.")],
            None if is_forward => return vec![notice("There is no further error below.")],
            None => return vec![notice("There is no error above.")],
        }
        Vec::new()
    }

    /// Goes to the next match, or to the one before, and round the end.
    fn go_to_match(&mut self, is_forward: bool, cx: &Cx<'_>) -> Vec<Request> {
        let Some(subject) = self.subject else { return Vec::new() };
        let line = self.line().unwrap_or(0);
        let found = self.search.found(subject.job).and_then(|found| {
            let place = if is_forward { found.next(line) } else { found.previous(line) };
            found.line(place?)
        });
        match found {
            Some(line) => self.go_to_line(line, cx),
            None if self.search.needle().is_none() => {
                return vec![notice("Search for a text first, with /.")];
            }
            None => return vec![notice("The log does not have that text.")],
        }
        Vec::new()
    }

    /// Goes to the first match below the line where the search began.
    fn go_to_first_match(&mut self, cx: &Cx<'_>) {
        let (Some(subject), Some(from)) = (self.subject, self.search.from) else { return };
        let first = self.search.found(subject.job).and_then(|found| {
            let at_or_below = found.lines.partition_point(|line| (*line as usize) < from);
            found.line(at_or_below).or_else(|| found.line(0))
        });
        if let Some(line) = first {
            if let Some(before) = &self.folds_before {
                self.folds = before.clone();
            }
            self.go_to_line(line, cx);
        }
    }

    /// Returns the text of the step at the cursor for the pager.
    fn paged(&self, cx: &Cx<'_>) -> Option<String> {
        let (log, line) = (self.log(cx), self.line()?);
        let section = self.sections.iter().find(|section| section.lines.contains(&line));
        let section = section.cloned().unwrap_or(StepLines { step: 0, lines: 0..log.len() });
        let mut paged = self.paged.borrow_mut();
        if let Some((_, text)) = paged.as_ref().filter(|(of, _)| *of == section) {
            return Some(text.clone());
        }
        let mut text = String::new();
        for line in log.whole_lines(section.lines.clone()) {
            if text.len() + line.text.len() > MAX_PAGED {
                text.push_str("… the rest is printed by: hello-tui runs logs\n");
                break;
            }
            text.push_str(&line.text);
            text.push('\n');
        }
        *paged = Some((section, text.clone()));
        Some(text)
    }
}

fn notice(text: &str) -> Request {
    Request::Notify(text.to_owned(), Tone::Plain)
}

impl Screen for JobLogView {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Want> {
        let (Some(repo), Some(subject)) = (cx.repo(), self.subject) else { return Vec::new() };
        let run = Want::from(Query::Run(repo.clone(), subject.run)).attention(Attention::Focused);
        // GitHub has no log before the job has ended.
        let has_ended =
            cx.run(subject.run).value().is_some() && self.job(cx).is_none_or(|job| !job.state.is_active());
        let log = Want::from(Query::JobLog(repo.clone(), subject.job)).attention(Attention::Focused);
        [run].into_iter().chain(has_ended.then_some(log)).collect()
    }

    fn computation(&self, cx: &Cx<'_>) -> Option<Computation> {
        self.search.computation(self.subject?.job, self.log(cx))
    }

    fn mode(&self, _: &Cx<'_>) -> Mode {
        if self.search.is_typing { Mode::Typing } else { Mode::Browse }
    }

    fn selection(&self, cx: &Cx<'_>) -> Selection {
        let line = self.line().and_then(|line| self.log(cx).whole_lines(line..line + 1).next());
        let url = self.run().and_then(|run| cx.run(run).value()).map(|detail| detail.run.url.clone());
        let url = match url.filter(|url| !url.is_empty()) {
            _ if cx.world.sandbox.is_some() => Err("the sandbox has no pages on GitHub".to_owned()),
            Some(url) => Ok(url),
            None => Err("GitHub names no page of this run".to_owned()),
        };
        match line {
            Some(line) => {
                let selection = Selection::of(CopyText::new(line.text, "the line")).url(url);
                selection.page(self.paged(cx).unwrap_or_default())
            }
            None => Selection { url, ..Selection::nothing("the log has no line yet") },
        }
    }

    fn act(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        match command {
            FOLD => self.toggle(cx),
            OPEN_ALL | FOLD_ALL => {
                self.folds.set_all(command == OPEN_ALL);
                self.fold(cx);
            }
            NEXT_ERROR | PREVIOUS_ERROR => return self.go_to_error(command == NEXT_ERROR, cx),
            NEXT_MATCH | PREVIOUS_MATCH => return self.go_to_match(command == NEXT_MATCH, cx),
            SEARCH => {
                self.search.begin(self.line().unwrap_or(0));
                self.folds_before = Some(self.folds.clone());
            }
            KEEP_SEARCH => {
                self.search.is_typing = false;
                self.search.from = None;
                self.folds_before = None;
            }
            LEAVE if !self.search.is_shown() => return vec![Request::Close],
            DROP_SEARCH | LEAVE => self.search = Search::default(),
            WRAP => {
                self.is_wrapped = !self.is_wrapped;
                self.shift = 0;
            }
            TIMES => self.has_times = !self.has_times,
            command => movement(command).into_iter().for_each(|way| self.go(way)),
        }
        Vec::new()
    }

    fn on(&mut self, event: &Event<'_>, cx: &Cx<'_>) {
        match event {
            Event::Opened(subject) => {
                let subject = subject.and_then(Subject::parse);
                if subject != self.subject {
                    *self = Self::new(subject);
                }
                self.divide(cx);
            }
            Event::Updated(Query::JobLog(..) | Query::Run(..)) => self.divide(cx),
            Event::Computed(ComputationResult::JobLogSearch(found)) => {
                self.search.take_in(found);
                self.go_to_first_match(cx);
            }
            Event::Retargeted => *self = Self::default(),
            Event::Clicked(place) => self.go_to_place(*place),
            event => {
                self.search.on(event);
            }
        }
    }

    fn view(&self, cx: &Cx<'_>, area: Rect, buf: &mut Buffer) {
        view::draw(self, cx, area, buf);
    }
}
