//! ECS deployments of one service, with the CloudFormation stack behind them.

mod stages;
mod view;

use std::time::{Duration, Instant};

use hello_model::{
    deployment::{Deployment, Rollouts, ServiceRef, StackEvent},
    failure::Failure,
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

pub(super) use self::stages::{bar, progress};
pub(super) use self::view::tasks;

/// How often the service is looked at: while a deployment is active, and while none is.
const LIVELY: Duration = Duration::from_secs(5);
const CALM: Duration = Duration::from_secs(20);
/// The stack changes more slowly than the service, and its calls are scarcer.
const STACK: Duration = Duration::from_secs(15);

/// What AWS answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Shown(Result<Rollouts, Failure>),
    StackTold(Result<Vec<StackEvent>, Failure>),
}

/// The deployments screen.
#[derive(Debug, Default)]
pub struct Deployments {
    service: Option<ServiceRef>,
    pub(super) rollouts: Remote<Rollouts>,
    /// The stack behind the service, as the service's last answer names it.
    stack_name: Option<String>,
    stack: Remote<Vec<StackEvent>>,
    rows: Rows<String>,
    /// The selected deployment fills the screen.
    is_open: bool,
    scroll: Scroll,
    stack_scroll: Scroll,
    ticker: Ticker,
    revision: u64,
}

impl Deployments {
    /// Points the screen at a service, or says why there is none. Answers about another one are no longer wanted.
    pub fn aim(&mut self, service: &Result<ServiceRef, Failure>) -> Vec<Effect> {
        match service {
            Ok(service) if self.service.as_ref() == Some(service) => return Vec::new(),
            Ok(service) => {
                *self =
                    Self { service: Some(service.clone()), revision: self.revision + 1, ..Self::default() };
            }
            Err(failure) => {
                *self = Self { revision: self.revision + 1, ..Self::default() };
                self.rollouts.refuse(failure.clone());
            }
        }
        vec![Effect::Cancel(Slot::Rollouts), Effect::Cancel(Slot::StackEvents)]
    }

    /// Forgets what was seen: another AWS is behind the screen from now on.
    pub fn reset(&mut self) {
        *self = Self { service: self.service.take(), revision: self.revision + 1, ..Self::default() };
    }

    /// Returns what is known of the service and its deployments.
    pub fn rollouts(&self) -> &Remote<Rollouts> {
        &self.rollouts
    }

    pub(super) fn ticker(&self) -> &Ticker {
        &self.ticker
    }

    fn ask(&mut self, now: Now) -> Vec<Effect> {
        let Some(service) = self.service.clone() else { return Vec::new() };
        self.rollouts.start(now);
        vec![Effect::ShowRollouts(service)]
    }

    fn ask_stack(&mut self, now: Now) -> Vec<Effect> {
        let names = (self.service.clone(), self.stack_name.clone());
        let (Some(service), Some(stack)) = names else { return Vec::new() };
        self.stack.start(now);
        vec![Effect::ShowStackEvents(service, stack)]
    }

    fn ask_for_what_is_due(&mut self, now: Now) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.rollouts.is_untouched() || self.rollouts.is_due(now) {
            effects.extend(self.ask(now));
        }
        if self.stack.is_untouched() || self.stack.is_due(now) {
            effects.extend(self.ask_stack(now));
        }
        effects
    }

    fn shown(&self) -> Vec<&Deployment> {
        let all = self.rollouts.value().map(|rollouts| rollouts.deployments.as_slice()).unwrap_or_default();
        all.iter()
            .filter(|deployment| {
                let reason = deployment.reason.as_deref().unwrap_or_default();
                self.rows.filter.lets_through(&[deployment.id(), deployment.status.word(), reason])
            })
            .collect()
    }

    fn keys(&self) -> Vec<String> {
        self.shown().into_iter().map(|deployment| deployment.arn.clone()).collect()
    }

    fn selected(&self) -> Option<&Deployment> {
        let shown = self.shown();
        self.rows.position(&self.keys()).and_then(|at| shown.get(at).copied())
    }

    /// Opens the selected deployment; a newer one does not take its place.
    fn open(&mut self) {
        if let Some(arn) = self.rows.selected(&self.keys()) {
            self.close();
            self.rows.select(arn);
            self.is_open = true;
        }
    }

    fn close(&mut self) {
        self.is_open = false;
        self.scroll = Scroll::default();
        self.stack_scroll = Scroll::default();
    }

    /// Forgets the stack's events when the service belongs to another stack than before, or to none any more.
    fn follow_stack(&mut self) -> Vec<Effect> {
        let stack = self.rollouts.value().and_then(|rollouts| rollouts.service.stack.clone());
        if self.stack_name == stack {
            return Vec::new();
        }
        self.stack_name = stack;
        self.stack.reset();
        vec![Effect::Cancel(Slot::StackEvents)]
    }

    fn is_active(&self) -> bool {
        self.rollouts.value().is_some_and(is_active)
    }
}

fn is_active(rollouts: &Rollouts) -> bool {
    rollouts.deployments.iter().any(|deployment| deployment.status.is_active())
}

impl Screen for Deployments {
    type Msg = Msg;

    fn context(&self) -> Context {
        match () {
            () if self.is_open => Context::Detail,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn enter(&mut self, now: Now) -> Vec<Effect> {
        self.ask_for_what_is_due(now)
    }

    fn act(&mut self, action: Action, now: Now) -> Vec<Effect> {
        self.revision += 1;
        match action {
            Action::Refresh => return [self.ask(now), self.ask_stack(now)].concat(),
            Action::Back if self.is_open => self.close(),
            Action::Move(way) if self.is_open => {
                self.scroll.go(way);
                self.stack_scroll.go(way);
            }
            Action::Open if !self.is_open => self.open(),
            other => {
                let keys = self.keys();
                self.rows.act(&other, &keys);
            }
        }
        Vec::new()
    }

    fn update(&mut self, msg: Msg, now: Now) -> Vec<Effect> {
        match msg {
            Msg::Shown(answer) => {
                let active = answer.as_ref().is_ok_and(is_active);
                self.rollouts.settle(answer, now, if active { LIVELY } else { CALM });
                self.follow_stack()
            }
            Msg::StackTold(answer) => {
                self.stack.settle(answer, now, STACK);
                Vec::new()
            }
        }
    }

    fn next_deadline(&self) -> Option<Instant> {
        [self.rollouts.next_deadline(), self.stack.next_deadline(), self.ticker.next_deadline()]
            .into_iter()
            .flatten()
            .min()
    }

    fn wake(&mut self, now: Now) -> Vec<Effect> {
        self.rollouts.look(now);
        self.stack.look(now);
        let ticked = self.ticker.wake(self.is_active(), now);
        self.revision += u64::from(ticked);
        self.ask_for_what_is_due(now)
    }

    fn revision(&self) -> u64 {
        self.revision + self.rollouts.revision() + self.stack.revision()
    }

    fn view(&self, area: Rect, buf: &mut Buffer, look: &Look) {
        view::draw(self, area, buf, look);
    }
}
