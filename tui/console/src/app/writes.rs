//! Writes from the request of a screen to their result.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use hello_model::{
    failure::{Failure, Kind},
    world::WorldId,
    write::{Notice, Risk, Write, WriteResult},
};

use super::{
    App,
    confirm::{Confirm, Pending},
    overlay::Overlay,
};
use crate::{
    effect::{Effect, WriteId},
    route::InstanceId,
    screen::Event,
    theme::Tone,
};

/// When the queries that a write affects are fetched a second time: services answer before they have acted.
const RECHECK_DELAY: Duration = Duration::from_secs(4);

/// The writes that have not ended, and those whose effect is looked at again.
#[derive(Debug, Default)]
pub(super) struct Writes {
    begun: u64,
    under_way: HashMap<WriteId, UnderWay>,
    rechecks: Vec<(Instant, Write)>,
}

#[derive(Debug)]
struct UnderWay {
    origin: InstanceId,
    world: WorldId,
    write: Write,
}

impl Writes {
    /// Returns when the effect of a write is looked at again.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.rechecks.iter().map(|(at, _)| *at).min()
    }

    /// Forgets what would be looked at again: other services answer.
    pub(super) fn forget_rechecks(&mut self) {
        self.rechecks.clear();
    }
}

impl App {
    /// Executes a write, after a question if it is risky.
    pub(super) fn request_write(&mut self, origin: InstanceId, write: Write) -> Vec<Effect> {
        if write.risk(self.data.world.is_production) == Risk::Safe {
            return vec![self.execute(origin, write)];
        }
        self.ask(origin, write, Vec::new());
        Vec::new()
    }

    /// Asks before a write, also before a safe one. The notes are shown with the question.
    pub(super) fn ask(&mut self, origin: InstanceId, write: Write, notes: Vec<String>) {
        let risk = write.risk(self.data.world.is_production);
        let confirm = Confirm::write(origin, write, risk, &self.data.world.name(), notes);
        self.overlay = Some(Overlay::Confirm(confirm));
    }

    pub(super) fn execute(&mut self, origin: InstanceId, write: Write) -> Effect {
        self.writes.begun += 1;
        let (id, world) = (WriteId(self.writes.begun), self.data.world.id);
        self.instances.tell(&origin, &Event::Executing, &self.data);
        self.writes.under_way.insert(id, UnderWay { origin, world, write: write.clone() });
        Effect::Execute { id, world, write }
    }

    /// Tells the screen that asked, and makes due what the write affects.
    pub(super) fn executed(&mut self, id: WriteId, result: &WriteResult) {
        self.version += 1;
        let Some(UnderWay { origin, world, write }) = self.writes.under_way.remove(&id) else { return };
        let is_in_view = self.current() == origin;
        if world != self.data.world.id {
            self.instances.tell(&origin, &Event::Declined, &self.data);
            self.notify_result(&write, result, " before the connection changed");
            return;
        }
        // The next key concerns what was written, not what the service tells of it later.
        if let WriteResult::Done(outcome) = result {
            self.data.cache.apply_written(&write.changes(outcome), self.data.now);
        }
        self.instances.tell(&origin, &Event::Executed(result), &self.data);
        // What was started is followed.
        if let (WriteResult::Done(outcome), true) = (result, is_in_view)
            && let Some(subject) = outcome.subject()
        {
            self.go(origin.opened(Some(subject)));
        }
        // A form in view shows why nothing was saved, and what was typed.
        let is_shown = is_in_view && self.screen_mode().is_form();
        if !is_shown || matches!(result, WriteResult::Done(_)) {
            self.notify_result(&write, result, "");
        }
        let is_stale = |failure: &Failure| matches!(failure.kind, Kind::Conflict | Kind::NotFound);
        if !matches!(result, WriteResult::Refused(failure) if !is_stale(failure)) {
            let now = self.data.now;
            self.data.cache.expire(|query| write.affects(query), now);
            self.writes.rechecks.push((now.instant + RECHECK_DELAY, write));
        }
    }

    /// Fetches again what a write has affected some seconds ago.
    pub(super) fn recheck_writes(&mut self) {
        let now = self.data.now;
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.writes.rechecks).into_iter().partition(|(at, _)| *at <= now.instant);
        self.writes.rechecks = later;
        for (_, write) in due {
            self.data.cache.expire(|query| write.affects(query), now);
        }
    }

    /// Drops a question. The screen that asked for a write is told that it was not executed.
    pub(super) fn decline(&mut self) {
        if let Some(Overlay::Confirm(Confirm { pending: Pending::Write { origin, .. }, .. })) =
            self.overlay.take()
        {
            self.instances.tell(&origin, &Event::Declined, &self.data);
        }
    }

    fn notify_result(&mut self, write: &Write, result: &WriteResult, when: &str) {
        let about = format!("{} {}", write.label(), write.target());
        let because = |failure: &Failure| failure.why.clone();
        let (text, tone) = match result {
            WriteResult::Done(outcome) => {
                let Notice { text, is_complete } = write.notice(outcome);
                let text = format!("{}{when}.", text.trim_end_matches('.'));
                (text, if is_complete { Tone::Good } else { Tone::Warning })
            }
            WriteResult::Refused(failure) => {
                (format!("{about}: refused{when}: {}", because(failure)), Tone::Bad)
            }
            WriteResult::Unknown(failure) => {
                (format!("{about}: result unknown{when}: {}", because(failure)), Tone::Warning)
            }
        };
        self.notify(text, tone);
    }
}
