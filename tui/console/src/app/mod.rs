//! The console as a state machine: `update` takes what happened and returns what to do, `view` draws the state.
//!
//! Never does I/O, never reads a clock, never starts a task. `runtime` does.

mod aim;
pub mod msg;
mod overlay;
pub mod palette;
mod view;

use std::time::Instant;

use crossterm::event::{KeyEvent, KeyEventKind};
use hello_catalog::entity::EntityRef;
use hello_model::{
    target::{Overrides, StandIn, Target},
    time::Now,
};

use self::{msg::Msg, overlay::Overlay};
use crate::{
    action::{Action, Place},
    effect::Effect,
    keys::{self, Context},
    screens::{
        Screen,
        catalog::Catalog,
        deployments::Deployments,
        home::{self, Home, Sights},
        logs::Logs,
        runs::Runs,
        trucks::Trucks,
    },
    widgets::look::{Look, Tone},
};

/// What the console starts with.
#[derive(Debug)]
pub struct Setup {
    pub start: Place,
    pub overrides: Overrides,
    /// Unlike that of any other console ever started: its idempotency keys are made of it.
    pub session: String,
    /// The sandbox that stands behind everything, if one does.
    pub sandbox: Option<StandIn>,
    pub read_only: bool,
    pub look: Look,
}

/// The whole console.
#[derive(Debug)]
pub struct App {
    place: Place,
    home: Home,
    catalog: Catalog,
    trucks: Trucks,
    runs: Runs,
    deployments: Deployments,
    logs: Logs,
    overlay: Option<Overlay>,
    overrides: Overrides,
    /// The component that the user chose in the catalog, over the one of the overrides.
    chosen: Option<EntityRef>,
    target: Option<Target>,
    sandbox: Option<StandIn>,
    /// What is said in the footer until the next key.
    notice: Option<(String, Tone)>,
    read_only: bool,
    look: Look,
    revision: u64,
}

/// How often what is in view has changed. Compared, never added up: two changes must not cancel each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    console: u64,
    in_view: Vec<u64>,
}

impl App {
    /// Makes the console; [`Self::start`] begins its life.
    pub fn new(setup: Setup) -> Self {
        Self {
            place: setup.start,
            home: Home::default(),
            catalog: Catalog::default(),
            trucks: Trucks::new(&setup.session),
            runs: Runs::default(),
            deployments: Deployments::default(),
            logs: Logs::default(),
            overlay: None,
            overrides: setup.overrides,
            chosen: None,
            target: None,
            sandbox: setup.sandbox,
            notice: None,
            read_only: setup.read_only,
            look: setup.look,
            revision: 1,
        }
    }

    /// Returns the first things to do. The catalog is read whatever screen comes first: it says where the others look.
    pub fn start(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = self.enter(self.place, now);
        if !effects.contains(&Effect::LoadCatalog) {
            effects.extend(self.catalog.enter(now));
        }
        effects
    }

    /// Takes in what happened and returns what to do about it.
    pub fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        let mut effects = self.route(msg, now);
        effects.extend(self.wake(now));
        effects
    }

    /// Returns when the console must be woken although nothing happens.
    pub fn next_deadline(&self) -> Option<Instant> {
        let watched = self.watched();
        let deadline = |place: &Place| match place {
            Place::Home => None,
            Place::Catalog => self.catalog.next_deadline(),
            Place::Trucks => self.trucks.next_deadline(),
            Place::Runs => self.runs.next_deadline(),
            Place::Deployments => self.deployments.next_deadline(),
            Place::Logs => self.logs.next_deadline(),
        };
        watched.iter().filter_map(deadline).min()
    }

    /// Counts the visible changes: a frame is due when this is not what it was.
    pub fn revision(&self) -> Revision {
        let of = |place: &Place| match place {
            Place::Home => 0,
            Place::Catalog => self.catalog.revision(),
            Place::Trucks => self.trucks.revision(),
            Place::Runs => self.runs.revision(),
            Place::Deployments => self.deployments.revision(),
            Place::Logs => self.logs.revision(),
        };
        Revision { console: self.revision, in_view: in_view(self.place).iter().map(of).collect() }
    }

    /// Returns which keys apply.
    pub fn context(&self) -> Context {
        match (&self.overlay, self.place) {
            (Some(overlay), _) => overlay.context(),
            (None, Place::Home) => Context::Home,
            (None, Place::Catalog) => self.catalog.context(),
            (None, Place::Trucks) => self.trucks.context(),
            (None, Place::Runs) => self.runs.context(),
            (None, Place::Deployments) => self.deployments.context(),
            (None, Place::Logs) => self.logs.context(),
        }
    }

    fn route(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        match msg {
            Msg::Pressed(key) => self.press(key, now),
            Msg::Pasted(text) if self.context().takes_text() => {
                self.revision += 1;
                self.act(Action::Insert(text), now)
            }
            Msg::Resized => {
                self.revision += 1;
                Vec::new()
            }
            Msg::Woke | Msg::Pasted(_) => Vec::new(),
            Msg::Catalog(msg) => {
                let effects = self.catalog.update(msg, now);
                [effects, self.aim(now)].concat()
            }
            Msg::Trucks(msg) => self.trucks.update(msg, now),
            Msg::Runs(msg) => self.runs.update(msg, now),
            Msg::Deployments(msg) => self.deployments.update(msg, now),
            Msg::Logs(msg) => self.logs.update(msg, now),
            Msg::SandboxStarted(answer) => self.sandbox_started(*answer, now),
        }
    }

    fn press(&mut self, key: KeyEvent, now: Now) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        self.notice = None;
        self.revision += 1;
        keys::resolve(self.context(), key).map_or_else(Vec::new, |action| self.act(action, now))
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        match action {
            Action::Quit => vec![Effect::Quit],
            Action::Suspend => vec![Effect::Suspend],
            _ if self.overlay.is_some() => self.act_on_overlay(action, now),
            Action::Show(place) => self.show(place, now),
            Action::NextScreen => self.show(self.place.step(1), now),
            Action::PreviousScreen => self.show(self.place.step(-1), now),
            Action::Palette => {
                self.overlay = Some(Overlay::palette());
                Vec::new()
            }
            Action::Help => {
                self.overlay = Some(Overlay::help(self.context()));
                Vec::new()
            }
            Action::StartSandbox => self.start_sandbox(),
            Action::Choose => self.choose(now),
            Action::New if self.read_only => {
                self.say(
                    "This console is read-only; start it without --read-only.".to_owned(),
                    Tone::Warning,
                );
                Vec::new()
            }
            Action::New if self.place != Place::Trucks => self.act_on_trucks(now),
            other => self.act_on_screen(other, now),
        }
    }

    fn act_on_screen(&mut self, action: Action, now: Now) -> Vec<Effect> {
        match (self.place, action) {
            (Place::Home, Action::Move(way)) => {
                self.home.go(way);
                Vec::new()
            }
            (Place::Home, Action::Open) => self.show(self.home.selected(), now),
            (Place::Home, Action::Refresh) => {
                let seen = in_view(Place::Home).into_iter().chain([Place::Catalog]);
                seen.flat_map(|place| self.refresh(place, now)).collect()
            }
            (Place::Home, _) => Vec::new(),
            (place, Action::Refresh) => {
                let asked = self
                    .watched()
                    .into_iter()
                    .filter(|watched| *watched == Place::Catalog || *watched == place);
                asked.collect::<Vec<_>>().into_iter().flat_map(|place| self.refresh(place, now)).collect()
            }
            (Place::Catalog, action) => self.catalog.act(action, now),
            (Place::Trucks, action) => self.trucks.act(action, now),
            (Place::Runs, action) => self.runs.act(action, now),
            (Place::Deployments, action) => self.deployments.act(action, now),
            (Place::Logs, action) => self.logs.act(action, now),
        }
    }

    /// Opens the form of a new truck from wherever the user is.
    fn act_on_trucks(&mut self, now: Now) -> Vec<Effect> {
        let effects = self.show(Place::Trucks, now);
        [effects, self.trucks.act(Action::New, now)].concat()
    }

    fn act_on_overlay(&mut self, action: Action, now: Now) -> Vec<Effect> {
        let Some(overlay) = &mut self.overlay else { return Vec::new() };
        match action {
            Action::Back => self.overlay = None,
            Action::Submit => {
                let chosen = overlay.chosen();
                self.overlay = None;
                return chosen.map_or_else(Vec::new, |action| self.act(action, now));
            }
            other => overlay.act(&other),
        }
        Vec::new()
    }

    /// Goes to another screen. Those that stay in view go on undisturbed.
    fn show(&mut self, place: Place, now: Now) -> Vec<Effect> {
        let (before, after) = (in_view(self.place), in_view(place));
        self.place = place;
        self.revision += 1;
        let left: Vec<Effect> =
            before.iter().filter(|old| !after.contains(old)).flat_map(|old| self.leave(*old)).collect();
        let entered = after.iter().filter(|new| !before.contains(new)).flat_map(|new| self.enter(*new, now));
        left.into_iter().chain(entered.collect::<Vec<_>>()).collect()
    }

    /// Returns the screens that are kept up to date: those in view, and the catalog while it may still say where the others
    /// look.
    fn watched(&self) -> Vec<Place> {
        let mut watched = in_view(self.place);
        let is_aimed = self.target.as_ref().is_some_and(|target| !target.lacks_something());
        if !is_aimed && !watched.contains(&Place::Catalog) {
            watched.push(Place::Catalog);
        }
        watched
    }

    fn enter(&mut self, place: Place, now: Now) -> Vec<Effect> {
        match place {
            Place::Home => in_view(place).iter().flat_map(|place| self.enter(*place, now)).collect(),
            Place::Catalog => self.catalog.enter(now),
            Place::Trucks => self.trucks.enter(now),
            Place::Runs => self.runs.enter(now),
            Place::Deployments => self.deployments.enter(now),
            Place::Logs => self.logs.enter(now),
        }
    }

    fn leave(&mut self, place: Place) -> Vec<Effect> {
        match place {
            Place::Home => Vec::new(),
            Place::Catalog => self.catalog.leave(),
            Place::Trucks => self.trucks.leave(),
            Place::Runs => self.runs.leave(),
            Place::Deployments => self.deployments.leave(),
            Place::Logs => self.logs.leave(),
        }
    }

    fn refresh(&mut self, place: Place, now: Now) -> Vec<Effect> {
        match place {
            Place::Home => Vec::new(),
            Place::Catalog => self.catalog.act(Action::Refresh, now),
            Place::Trucks => self.trucks.act(Action::Refresh, now),
            Place::Runs => self.runs.act(Action::Refresh, now),
            Place::Deployments => self.deployments.act(Action::Refresh, now),
            Place::Logs => self.logs.act(Action::Refresh, now),
        }
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        self.watched()
            .iter()
            .flat_map(|place| match place {
                Place::Home => Vec::new(),
                Place::Catalog => self.catalog.wake(now),
                Place::Trucks => self.trucks.wake(now),
                Place::Runs => self.runs.wake(now),
                Place::Deployments => self.deployments.wake(now),
                Place::Logs => self.logs.wake(now),
            })
            .collect()
    }

    /// Says that the console ends as soon as a write on its way has ended.
    pub fn finishing(&mut self) {
        self.say("Finishing a save; ctrl-c again leaves at once.".to_owned(), Tone::Busy);
    }

    fn say(&mut self, text: String, tone: Tone) {
        self.notice = Some((text, tone));
        self.revision += 1;
    }

    fn sights(&self) -> Sights<'_> {
        Sights {
            trucks: &self.trucks,
            runs: &self.runs,
            deployments: &self.deployments,
            logs: &self.logs,
            in_sandbox: self.sandbox.is_some(),
        }
    }
}

/// Returns the screens whose data is seen at a place. The dashboard looks at four of them.
fn in_view(place: Place) -> Vec<Place> {
    match place {
        Place::Home => home::PANES.to_vec(),
        other => vec![other],
    }
}
