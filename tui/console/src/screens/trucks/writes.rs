//! Writes of the trucks screen, from a command to their result.

use hello_model::{
    failure::{Failure, Kind},
    truck::{Truck, TruckPatch},
    write::{Outcome, TruckEdit, Write, WriteResult},
};
use hello_state::present;

use super::{
    Trucks,
    editor::{Editor, Purpose},
    last_change::LastChange,
};
use crate::{
    command::CommandId,
    commands::{APPLY_YOURS, BACK_TO_FORM, CLOSE_FORM, SAVE, movement},
    cx::Cx,
    screen::Request,
    theme::Tone,
};

/// The most drafts that are kept.
const MAX_DRAFTS: usize = 20;

/// A write that has not ended.
#[derive(Debug)]
pub(super) struct Sent {
    write: Write,
    is_of_form: bool,
    /// Whether it is executed. Before that, it may wait for the answer to a question.
    pub(super) is_executing: bool,
}

impl Trucks {
    /// Opens the form for a purpose, with the draft that there is.
    pub(super) fn open_form(&mut self, purpose: Purpose, cx: &Cx<'_>) {
        let draft = self.drafts.iter().position(|draft| draft.is_for(&purpose, cx.world));
        self.form = Some(match draft {
            Some(at) => self.drafts.remove(at),
            None => Editor::new(purpose, cx.world),
        });
    }

    /// Closes a form that is about trucks of the services that were connected before.
    pub(super) fn close_foreign_form(&mut self, cx: &Cx<'_>) {
        let is_foreign = |form: &Editor| !form.is_of(cx.world) && !matches!(form.purpose, Purpose::New);
        if self.form.as_ref().is_some_and(is_foreign) {
            self.close_form();
        }
    }

    /// Closes the form and keeps its draft.
    fn close_form(&mut self) {
        let Some(mut form) = self.form.take() else { return };
        form.has_conflict = false;
        self.drafts.push(form);
        if self.drafts.len() > MAX_DRAFTS {
            self.drafts.remove(0);
        }
    }

    pub(super) fn act_in_form(&mut self, command: CommandId, cx: &Cx<'_>) -> Vec<Request> {
        let Some(form) = &mut self.form else { return Vec::new() };
        match command {
            BACK_TO_FORM => form.has_conflict = false,
            CLOSE_FORM => self.close_form(),
            // What is being sent must stay what is shown.
            _ if self.sent.is_some() => {}
            SAVE | APPLY_YOURS => return self.save(cx),
            command if form.has_conflict => {
                if let Some(way) = movement(command) {
                    self.conflict_scroll.go(way);
                }
            }
            command => form.act(command),
        }
        Vec::new()
    }

    fn save(&mut self, cx: &Cx<'_>) -> Vec<Request> {
        let Some(form) = &mut self.form else { return Vec::new() };
        if !form.has_conflict && !form.fields.check() {
            return Vec::new();
        }
        match &form.purpose {
            Purpose::New => {
                let key = form.key.get_or_insert_with(|| self.ids.next()).clone();
                let (truck, notes) = (form.new_truck(), form.notes(cx.world));
                self.send(Write::CreateTruck { truck, key }, notes, true)
            }
            Purpose::Edit(_) => self.save_edit(cx),
            Purpose::Status(targets) => {
                let patch = TruckPatch { status: Some(form.status()), ..TruckPatch::default() };
                let edits = targets.trucks.iter().map(|truck| TruckEdit {
                    truck: truck.clone(),
                    patch: patch.clone().without_same(truck),
                });
                let edits: Vec<_> = edits.filter(|edit| !edit.patch.is_empty()).collect();
                let unchanged = targets.trucks.len() - edits.len();
                let unchanged =
                    (unchanged > 0).then(|| format!("{unchanged} more have this status already."));
                let notes = targets.notes().into_iter().chain(unchanged).collect();
                let notes = (targets.trucks.len() > 1).then_some(notes);
                if edits.is_empty() {
                    self.form = None;
                    return notify("They have this status already; nothing was changed.");
                }
                let audit_id = self.ids.next();
                self.send(Write::EditTrucks { edits, audit_id }, notes, true)
            }
        }
    }

    /// Saves a changed truck with the tag of the version that the change was decided on, or shows how it was changed by
    /// others. After that, the change goes onto the newer version.
    fn save_edit(&mut self, cx: &Cx<'_>) -> Vec<Request> {
        let Some((form, base)) = self.form.as_mut().and_then(|form| {
            let base = form.base()?.clone();
            Some((form, base))
        }) else {
            return Vec::new();
        };
        let remote = cx.cache.truck(&base.id);
        let Some(now) = remote.value() else {
            if let Some(failure) = remote.failure() {
                form.fields.fail(failure.clone());
                return Vec::new();
            }
            return notify("The truck is still being read. Press enter again.");
        };
        let patch = form.patch(&base);
        let is_newer = now.truck.version > base.version;
        if patch.is_empty() {
            return notify("Nothing was changed, so there is nothing to save.");
        }
        if is_newer && !form.has_conflict {
            form.has_conflict = true;
            return Vec::new();
        }
        if now.truck.version < base.version || (form.has_conflict && !is_newer) {
            return notify("The newer version is still being read. Press enter again.");
        }
        let Some(if_match) = now.tag.clone() else {
            let why = "the service sent no entity tag, so a change by another user would be overwritten";
            form.fields.fail(Failure::new(Kind::Unexpected, "changing a truck", why));
            form.has_conflict = false;
            return Vec::new();
        };
        let patch = patch.without_same(&now.truck);
        if patch.is_empty() {
            self.form = None;
            return notify("The newer version has these values already; nothing was changed.");
        }
        let (truck, notes) = (Box::new(now.truck.clone()), form.notes(cx.world));
        let audit_id = self.ids.next();
        self.send(Write::UpdateTruck { truck, patch, if_match, audit_id }, notes, true)
    }

    pub(super) fn remove(&mut self, cx: &Cx<'_>) -> Vec<Request> {
        let targets = self.targets(cx);
        if targets.trucks.is_empty() {
            return notify("No truck is selected.");
        }
        let (notes, audit_id) = (targets.notes(), self.ids.next());
        self.send(Write::RemoveTrucks { trucks: targets.trucks, audit_id }, Some(notes), false)
    }

    pub(super) fn undo(&mut self) -> Vec<Request> {
        let Some(change) = &self.last_change else { return Vec::new() };
        let (write, notes) = (change.inverse(self.ids.next()), change.notes());
        self.send(write, Some(notes), false)
    }

    /// Sends a write, after a question in any case if there are notes.
    fn send(&mut self, write: Write, notes: Option<Vec<String>>, is_of_form: bool) -> Vec<Request> {
        self.sent = Some(Sent { write: write.clone(), is_of_form, is_executing: false });
        vec![match notes {
            Some(notes) => Request::Ask(write, notes),
            None => Request::Write(write),
        }]
    }

    /// Takes the result of a write in.
    pub(super) fn ended(&mut self, result: &WriteResult, cx: &Cx<'_>) {
        let Some(Sent { write, is_of_form, .. }) = self.sent.take() else { return };
        match result {
            WriteResult::Done(outcome) => {
                self.done(&write, outcome, is_of_form, cx);
            }
            WriteResult::Refused(failure) if is_of_form => {
                self.reopen();
                let is_conflict =
                    failure.kind == Kind::Conflict && matches!(write, Write::UpdateTruck { .. });
                if let Some(form) = &mut self.form {
                    form.has_conflict = is_conflict;
                    if !is_conflict {
                        form.refuse(failure.clone());
                    }
                }
            }
            WriteResult::Unknown(failure) if is_of_form => {
                self.reopen();
                if let Some(form) = &mut self.form {
                    form.has_conflict = false;
                    form.fields.fail(failure.clone());
                }
            }
            WriteResult::Refused(_) | WriteResult::Unknown(_) => {}
        }
    }

    /// Opens the form again if it was closed meanwhile: a failed save must not go unseen.
    fn reopen(&mut self) {
        if self.form.is_none() {
            self.form = self.drafts.pop();
        }
    }

    fn done(&mut self, write: &Write, outcome: &Outcome, is_of_form: bool, cx: &Cx<'_>) {
        if is_of_form {
            self.reopen();
            self.form = None;
        }
        if let Some(change) = LastChange::of(write, outcome, cx.world.id) {
            self.last_change = Some(change);
        }
        match outcome {
            Outcome::Truck(truck) if matches!(write, Write::CreateTruck { .. }) => self.show_row(truck, cx),
            Outcome::Trucks(trucks) => trucks.iter().take(1).for_each(|truck| self.show_row(truck, cx)),
            Outcome::Batch(batch) => {
                let ids: Vec<_> = batch.done.iter().map(|truck| truck.id.clone()).collect();
                self.rows.unmark(&ids);
            }
            _ => {}
        }
    }

    /// Selects a new row, and drops a filter that hides it.
    fn show_row(&mut self, truck: &Truck, cx: &Cx<'_>) {
        if self.rows.filter.passing(&present::truck::COLUMNS, std::slice::from_ref(truck), cx).is_empty() {
            self.rows.filter = super::FilterInput::default();
        }
        self.rows.select_coming(truck.id.clone());
    }
}

fn notify(text: &str) -> Vec<Request> {
    vec![Request::Notify(text.to_owned(), Tone::Warning)]
}
