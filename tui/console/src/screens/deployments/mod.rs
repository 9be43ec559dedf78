//! ECS deployments of one service, with the CloudFormation stack behind them.

mod stages;
mod view;

use hello_model::{deployment::Deployment, query::Query};
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Event, Request, Screen, list_state::ListState};
use crate::{action::Action, cx::Cx, keys::Context, widgets::scroll::Scroll};

pub(super) use self::stages::{bar, progress};
pub(super) use self::view::tasks;

/// The deployments screen.
#[derive(Debug, Default)]
pub struct Deployments {
    rows: ListState<String>,
    /// The selected deployment fills the screen.
    is_open: bool,
    scroll: Scroll,
    stack_scroll: Scroll,
}

impl Deployments {
    /// Returns the deployments that pass the filter, newest first.
    fn shown<'a>(&self, cx: &Cx<'a>) -> Vec<&'a Deployment> {
        let all = cx.service().value().map(|service| service.deployments.as_slice()).unwrap_or_default();
        let passes = |deployment: &&Deployment| {
            let reason = deployment.reason.as_deref().unwrap_or_default();
            self.rows.filter.matches(&[deployment.id(), deployment.status.word(), reason])
        };
        all.iter().filter(passes).collect()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<String> {
        self.shown(cx).into_iter().map(|deployment| deployment.arn.clone()).collect()
    }

    fn selected<'a>(&self, cx: &Cx<'a>) -> Option<&'a Deployment> {
        let shown = self.shown(cx);
        self.rows.position(&self.keys(cx)).and_then(|at| shown.get(at).copied())
    }

    /// Opens the selected deployment; a newer one does not take its place.
    fn open(&mut self, cx: &Cx<'_>) {
        if let Some(arn) = self.rows.selected(&self.keys(cx)) {
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
}

impl Screen for Deployments {
    fn wants(&self, cx: &Cx<'_>) -> Vec<Query> {
        let service = cx.service_ref().map(|service| Query::Service(service.clone()));
        service.into_iter().chain(cx.stack_query()).collect()
    }

    fn context(&self, _: &Cx<'_>) -> Context {
        match () {
            () if self.is_open => Context::Detail,
            () if self.rows.filter.is_typing() => Context::Typing,
            () => Context::List,
        }
    }

    fn act(&mut self, action: &Action, cx: &Cx<'_>) -> Vec<Request> {
        match action {
            Action::Back if self.is_open => self.close(),
            Action::Move(way) if self.is_open => {
                self.scroll.go(*way);
                self.stack_scroll.go(*way);
            }
            Action::Open if !self.is_open => self.open(cx),
            action => {
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
