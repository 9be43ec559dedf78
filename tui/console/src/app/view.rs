//! The picture of the whole console.

use hello_catalog::entity::EntityRef;
use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};

use super::{App, overlay::Overlay};
use crate::{
    click::Click,
    cx::Cx,
    registry,
    route::ScreenId,
    screen::ScreenSpec,
    screens::{SCREENS, catalog},
    widgets::{
        chrome, footer,
        header::{self, Identity},
        help, overlay, palette, tab_strip,
        tabs::Tab,
    },
};

/// Where a page has no more rows than this, its tabs are left out.
const MIN_PAGE: u16 = 3;

impl App {
    /// Draws the console.
    pub fn view(&self, area: Rect, buf: &mut Buffer) {
        let route = self.history.current();
        let cx = self.data.cx(&route.scope);
        let notice = self.notice.as_ref().map(|(text, tone)| (text.as_str(), *tone));
        let strips = chrome::strips(area, footer::height(notice.map(|(text, _)| text), area.width));
        header::draw(
            &tabs(if self.page().is_some() { catalog::SPEC.id } else { route.screen }),
            &self.identity(),
            strips.header,
            buf,
            &cx,
        );
        let body = self.draw_page(strips.body, buf, &cx);
        if let Some(screen) = self.screen() {
            screen.view(&cx, body, buf);
        }
        if self.overlay.is_some() {
            cx.zones.add(strips.body, Click::Nothing);
        }
        self.draw_overlay(strips.body, buf, &cx);
        let is_over_screen = self.overlay.is_some();
        let commands = registry::in_mode(route.screen, self.mode())
            .filter(|command| is_over_screen || !command.in_footer || self.why_not(command).is_none());
        footer::draw(commands, notice, strips.footer, buf, &cx);
        cx.theme.finish(area, buf);
        self.data.wake.set(cx.wake());
        self.data.zones.replace(cx.zones);
    }

    /// Draws the tabs of the page in view, and returns the room below.
    fn draw_page(&self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) -> Rect {
        let Some(reference) = self.page().filter(|_| area.height > MIN_PAGE) else { return area };
        let here = self.history.current().screen;
        let tabs: Vec<Tab> = self
            .tabs_of_page()
            .into_iter()
            .map(|tab| Tab { title: tab.title, command: tab.command, is_current: tab.screen == here })
            .collect();
        let name = match self.entity_of_page() {
            Some(entity) => format!("{} {}", entity.kind, entity.reference.name),
            None => reference.to_string(),
        };
        let [strip, below] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(area);
        tab_strip::draw(&name, &tabs, strip, buf, cx);
        below
    }

    fn draw_overlay(&self, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
        match &self.overlay {
            Some(Overlay::Help { screen, mode, scroll }) => {
                let spec = registry::screen(*screen);
                let title = spec.map(|spec| spec.title).unwrap_or_default();
                let legend = spec.map(|spec| (spec.legend)()).unwrap_or_default();
                let mut groups = registry::groups_in_mode(*screen, *mode);
                for (command, unavailable) in groups.iter_mut().flat_map(|group| &mut group.commands) {
                    *unavailable = self.why_not(command);
                }
                help::draw(title, &groups, &legend, scroll, area, buf, cx);
            }
            Some(Overlay::Palette(palette)) => {
                let row = |index| palette.row(index);
                palette::draw(palette.input(), palette.count(), row, palette.selected(), area, buf, cx);
            }
            Some(Overlay::Confirm(confirm)) => {
                let name = confirm.name.as_deref().map(|name| (name, &confirm.input));
                let question = overlay::Question {
                    question: &confirm.question,
                    targets: &confirm.targets,
                    consequence: &confirm.consequence,
                    scroll: &confirm.scroll,
                    name,
                };
                question.draw(area, buf, cx.theme);
            }
            None => {}
        }
    }

    /// Returns what the user should never forget: what the screen in view is about, and what is connected.
    fn identity(&self) -> Identity {
        let world = &self.data.world;
        let target = self.data.target(&self.history.current().scope);
        let subject = target.and_then(|target| target.component.as_ref());
        let service = target.and_then(|target| target.service.as_ref().ok());
        Identity {
            subject: subject.map(named),
            context: world.context.clone(),
            place: service.map(|service| format!("{}/{}", service.account, service.region)),
            is_read_only: world.read_only,
            is_sandbox: world.sandbox.is_some(),
            is_production: world.is_production,
        }
    }
}

/// Writes what a screen is about: a component by its name, and any other entity with its kind.
fn named(reference: &EntityRef) -> String {
    if reference.kind.eq_ignore_ascii_case("component") {
        return reference.name.clone();
    }
    reference.to_string()
}

/// Returns the tabs of the screens.
fn tabs(current: ScreenId) -> Vec<Tab> {
    let tab = |spec: &ScreenSpec| Tab {
        title: spec.title,
        command: spec.id.command(),
        is_current: spec.id == current,
    };
    SCREENS.iter().map(tab).collect()
}
