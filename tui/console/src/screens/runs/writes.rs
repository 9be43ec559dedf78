//! Writes of the runs screen, from a command to their result.

use hello_model::{
    fetch::Want,
    query::Query,
    run::{Run, RunDetail},
    write::{RunAction, RunWrite, Write, WriteResult},
};

use super::{
    APPROVE, CANCEL_RUN, DOWNLOAD, ENABLE, Opened, RERUN, Runs, TRIGGER,
    form::{Next, RunForm},
};
use crate::{
    command::CommandId,
    commands::{CLOSE_FORM, SAVE},
    cx::Cx,
    screen::Request,
    theme::Tone,
};

impl Runs {
    /// Returns the run that a command is about: the opened one, or the selected one.
    pub(super) fn subject<'a>(&self, cx: &Cx<'a>) -> Option<&'a Run> {
        match &self.open {
            Some(open) => cx.run(open.id).value().map(|detail| &detail.run),
            None => self.rows.selected(&self.shown(cx)),
        }
    }

    /// Executes a command about a run, or says why it does nothing.
    pub(super) fn command(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        let Some(run) = self.subject(cx) else { return warn("No run is selected.") };
        match command {
            RERUN => {
                let selected = self.open.as_ref().and_then(Opened::job);
                self.form = Some(RunForm::rerun(run, cx.run(run.id).value(), selected));
                Vec::new()
            }
            CANCEL_RUN => {
                let force = self.cancelled == Some((run.id, run.attempt));
                self.asked_to_end = Some((run.id, run.attempt));
                self.send(RunAction::Cancel { run: run.reference(), force }, cx)
            }
            APPROVE => self.approve(run, cx),
            ENABLE => self.set_enabled(run, cx),
            _ => Vec::new(),
        }
    }

    /// Approves what a run waits for. It must be opened first, so that what is approved has been seen.
    fn approve(&mut self, run: &Run, cx: &Cx<'_>) -> Vec<Request> {
        let Some(repo) = cx.repo() else { return Vec::new() };
        if self.open.is_none() {
            return vec![Request::Open(run.id.to_string())];
        }
        if run.awaits_fork_approval() {
            return match cx.cache.fork_changes(repo, &run.commit).value() {
                Some(changes) => {
                    let notes = changes.notes(run);
                    self.send(RunAction::ApproveFork { run: run.reference(), notes }, cx)
                }
                None => warn("The files that the fork changes are still being read."),
            };
        }
        match cx.run(run.id).value().map(RunForm::review) {
            Some(Ok(form)) => self.form = Some(form),
            Some(Err(why)) => return warn(&format!("There is nothing to approve: {why}.")),
            None => return warn("The run is still being read."),
        }
        Vec::new()
    }

    /// Enables the workflow of a run, or disables it.
    fn set_enabled(&mut self, run: &Run, cx: &Cx<'_>) -> Vec<Request> {
        let workflows = cx.repo().and_then(|repo| cx.cache.workflows(repo).value());
        let of_run = |path: &String| workflows?.workflows.iter().find(|workflow| workflow.path == *path);
        match run.path.as_ref().and_then(of_run) {
            Some(workflow) => {
                let (workflow, is_enabled) = (workflow.file().to_owned(), !workflow.is_enabled());
                self.send(RunAction::SetEnabled { workflow, is_enabled }, cx)
            }
            None => warn("The workflow of this run is not known, or has no file any more."),
        }
    }

    /// Opens the form that starts a workflow.
    pub(super) fn trigger(&mut self, cx: &Cx<'_>) -> Vec<Request> {
        let Some(repo) = cx.repo() else { return warn("The component names no repository.") };
        if let Some(draft) = self.draft.take() {
            self.form = Some(draft);
            return Vec::new();
        }
        let workflows = cx.cache.workflows(repo);
        match (workflows.value().map(|list| RunForm::trigger(list, self.subject(cx))), workflows.failure()) {
            (Some(Ok(form)), _) => self.form = Some(form),
            (Some(Err(why)), _) => return warn(&format!("There is nothing to start: {why}.")),
            (None, Some(failure)) => return warn(&format!("The workflows cannot be read: {}", failure.why)),
            (None, None) => return warn("The workflows are still being read."),
        }
        Vec::new()
    }

    /// Hands the file to the form that waits for it, once it is there.
    pub(super) fn take_file(&mut self, cx: &Cx<'_>) {
        let (Some(repo), Some(form)) = (cx.repo(), &mut self.form) else { return };
        let Some(wanted) = form.wanted() else { return };
        let (path, reference) = wanted.path_and_reference();
        let file = cx.cache.repository_file(repo, path, Some(reference));
        let environments = cx.cache.environments(repo);
        let names: Vec<_> = environments
            .value()
            .into_iter()
            .flat_map(|known| known.environments.iter().map(|environment| environment.name.clone()))
            .collect();
        // An input may be an environment, so they are waited for, too.
        let is_pending = environments.value().is_none() && environments.failure().is_none();
        match (file.value(), file.failure()) {
            _ if is_pending => {}
            (Some(file), _) => form.take(Ok(file), &names),
            (None, Some(failure)) => form.take(Err(failure), &names),
            (None, None) => {}
        }
    }

    /// Returns the queries that a form waits for.
    pub(super) fn wanted_by_form(&self, cx: &Cx<'_>) -> Vec<Want> {
        let wanted = self.form.as_ref().and_then(RunForm::wanted);
        let (Some(repo), Some(wanted)) = (cx.repo(), wanted) else { return Vec::new() };
        [wanted.query(repo), Query::Environments(repo.clone())].map(Want::from).into_iter().collect()
    }

    /// Executes a command while a form is open.
    pub(super) fn act_in_form(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        let Some(form) = &mut self.form else { return Vec::new() };
        match command {
            CLOSE_FORM => self.draft = self.form.take().filter(RunForm::has_inputs),
            // What is being sent must stay what is shown.
            _ if self.is_sending => {}
            SAVE if form.fields.check() => {
                return match form.submit() {
                    Some(Next::Send(action)) => self.send(action, cx),
                    Some(Next::Wait) => {
                        self.take_file(cx);
                        Vec::new()
                    }
                    None => Vec::new(),
                };
            }
            command => form.act(command),
        }
        Vec::new()
    }

    fn send(&mut self, action: RunAction, cx: &Cx<'_>) -> Vec<Request> {
        let Some(repo) = cx.repo().cloned() else { return Vec::new() };
        self.is_sending = true;
        let audit_id = self.ids.next();
        let write = Write::Run(RunWrite { repo, action, audit_id });
        let notes = self.form.as_ref().map(RunForm::notes).unwrap_or_default();
        vec![if notes.is_empty() { Request::Write(write) } else { Request::Ask(write, notes) }]
    }

    /// Notes that a write was not confirmed.
    pub(super) fn declined(&mut self) {
        (self.is_sending, self.is_executing) = (false, false);
        self.asked_to_end = None;
    }

    /// Takes the result of a write in. A form that was refused stays open.
    pub(super) fn ended(&mut self, result: &WriteResult) {
        (self.is_sending, self.is_executing) = (false, false);
        let asked = self.asked_to_end.take();
        if matches!(result, WriteResult::Done(_)) {
            self.cancelled = asked.or(self.cancelled);
        }
        match (result, &mut self.form) {
            (WriteResult::Done(_), form) => (*form, self.draft) = (None, None),
            (WriteResult::Refused(failure) | WriteResult::Unknown(failure), Some(form)) => {
                form.fail(failure.clone());
            }
            (_, None) => {}
        }
    }

    /// Returns why a command about a run does nothing at present.
    pub(super) fn lacks(&self, command: CommandId, cx: &Cx<'_>) -> Option<String> {
        if command == DOWNLOAD {
            return self.lacks_artifact(cx);
        }
        if ![TRIGGER, RERUN, CANCEL_RUN, APPROVE, ENABLE].contains(&command) {
            return None;
        }
        // Its result closes the form.
        if self.is_sending {
            return Some("a change is under way".to_owned());
        }
        if command == TRIGGER {
            return None;
        }
        let Some(run) = self.subject(cx) else { return Some("no run is selected".to_owned()) };
        match command {
            RERUN if run.state.is_active() => Some("the run goes on; cancel it first".to_owned()),
            CANCEL_RUN if !run.state.is_active() => Some("the run has ended".to_owned()),
            APPROVE if !may_wait(run, cx.run(run.id).value()) => Some("the run waits for nothing".to_owned()),
            _ => None,
        }
    }

    /// Returns why nothing is downloaded.
    fn lacks_artifact(&self, cx: &Cx<'_>) -> Option<String> {
        match self.open.as_ref().and_then(|open| open.artifact(cx)) {
            Some(artifact) if artifact.is_expired => Some("GitHub has deleted this artifact".to_owned()),
            Some(_) => None,
            None => Some("the cursor is not at an artifact".to_owned()),
        }
    }
}

/// Reports whether a run may wait for an approval, as far as is known.
fn may_wait(run: &Run, detail: Option<&RunDetail>) -> bool {
    run.awaits_fork_approval()
        || detail.map_or(run.state == hello_model::run::State::Waiting, RunDetail::is_waiting)
}

fn warn(text: &str) -> Vec<Request> {
    vec![Request::Notify(text.to_owned(), Tone::Warning)]
}
