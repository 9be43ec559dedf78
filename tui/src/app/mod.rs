//! The console as a state machine: `update` takes what happened and returns what to do, `view` draws the state.
//!
//! Never does I/O, never reads a clock, never starts a task. `runtime` does.

pub mod action;
pub mod effect;
pub mod keys;
pub mod msg;
mod overlay;
pub mod palette;
pub mod remote;
mod view;

use std::time::Instant;

use crossterm::event::{KeyEvent, KeyEventKind};

use self::{
    action::{Action, Place},
    effect::{Effect, Slot},
    keys::Context,
    msg::Msg,
    overlay::Overlay,
};
use crate::{
    catalog::target::{Overrides, Target},
    domain::{
        entity::{Entity, EntityRef},
        time::Now,
    },
    failure::{Failure, Kind},
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
    /// Where the sandbox listens, if it stands behind everything.
    pub sandbox: Option<String>,
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
    sandbox: Option<String>,
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
        let in_view = in_view(self.place);
        let deadline = |place: &Place| match place {
            Place::Home => None,
            Place::Catalog => self.catalog.next_deadline(),
            Place::Trucks => self.trucks.next_deadline(),
            Place::Runs => self.runs.next_deadline(),
            Place::Deployments => self.deployments.next_deadline(),
            Place::Logs => self.logs.next_deadline(),
        };
        in_view.iter().filter_map(deadline).min()
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
            Msg::Pasted(text) if self.context().takes_text() => self.act(Action::Insert(text), now),
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
            Msg::SandboxStarted(answer) => self.sandbox_started(answer, now),
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
        in_view(self.place)
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

    /// Makes the opened component the one that everything is about.
    fn choose(&mut self, now: Now) -> Vec<Effect> {
        let opened = (self.place == Place::Catalog).then(|| self.catalog.opened()).flatten();
        let component = opened.filter(|entity| entity.is("Component")).map(|entity| entity.reference.clone());
        let Some(reference) = component else {
            self.say("Only a component of the catalog can be chosen.".to_owned(), Tone::Warning);
            return Vec::new();
        };
        self.say(format!("Runs, deployments and logs are those of {reference} now."), Tone::Good);
        self.chosen = Some(reference);
        self.aim(now)
    }

    /// Points the screens at the component that the catalog and the settings name.
    fn aim(&mut self, now: Now) -> Vec<Effect> {
        let remote = self.catalog.catalog();
        let absence = match (remote.value(), remote.failure()) {
            (None, None) => return Vec::new(),
            (None, Some(failure)) => failure.why.clone(),
            (Some(_), _) => match &self.overrides.component {
                Some(wanted) => format!("the catalog has no component {wanted}"),
                None => "the catalog has no component".to_owned(),
            },
        };
        let target = Target::of(self.component(), &self.overrides, &absence);
        if self.target.as_ref() == Some(&target) {
            return Vec::new();
        }
        self.catalog.mark(target.component.clone());
        let mut effects = self.runs.aim(&target.repo);
        effects.extend(self.deployments.aim(&target.service));
        effects.extend(self.logs.aim(&target.logs));
        self.target = Some(target);
        self.revision += 1;
        for place in in_view(self.place).into_iter().filter(|place| *place != Place::Catalog) {
            effects.extend(self.enter(place, now));
        }
        effects
    }

    fn component(&self) -> Option<&Entity> {
        let catalog = self.catalog.catalog().value()?;
        let parse = |text: &String| EntityRef::parse(text, Some("component"), "default").ok();
        match self.chosen.clone().or_else(|| self.overrides.component.as_ref().and_then(parse)) {
            Some(reference) => catalog.find(&reference),
            None => catalog.first_component(),
        }
    }

    fn start_sandbox(&mut self) -> Vec<Effect> {
        if let Some(address) = &self.sandbox {
            let said = format!("The sandbox at {address} is in use already.");
            self.say(said, Tone::Plain);
            return Vec::new();
        }
        self.say("Starting the sandbox…".to_owned(), Tone::Busy);
        let target = self.target.clone().unwrap_or_else(|| Target::of(None, &self.overrides, "not read"));
        vec![Effect::StartSandbox(Box::new(target))]
    }

    /// Everything is asked anew: another world stands behind the console from now on.
    fn sandbox_started(&mut self, answer: Result<String, Failure>, now: Now) -> Vec<Effect> {
        match answer {
            Ok(address) => {
                self.say(format!("The sandbox at {address} stands behind everything now."), Tone::Good);
                self.sandbox = Some(address);
                self.target = None;
                self.catalog.reset();
                self.trucks.reset();
                self.runs.reset();
                self.deployments.reset();
                self.logs.reset();
                // What the old world still answers is no longer wanted.
                let mut effects: Vec<Effect> = Slot::READING.into_iter().map(Effect::Cancel).collect();
                effects.extend(self.catalog.enter(now));
                effects.extend(self.trucks.enter(now));
                effects
            }
            Err(failure) => {
                self.say(failure.to_string(), Tone::Bad);
                Vec::new()
            }
        }
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

/// The failure of a write that read-only mode refuses.
pub fn read_only(what: &str) -> Failure {
    Failure::new(Kind::Unauthorized, what, "this console is read-only")
        .hint("start it without --read-only (HELLO_READ_ONLY)")
}

/// Returns the screens whose data is seen at a place. The dashboard looks at four of them.
fn in_view(place: Place) -> Vec<Place> {
    match place {
        Place::Home => home::PANES.to_vec(),
        other => vec![other],
    }
}
