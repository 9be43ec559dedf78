//! The first line: the tabs of the screens, and at the right what the user should never forget.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::text::span;
use crate::{
    click::Click,
    command::CommandId,
    cx::Cx,
    theme::{Theme, Tone},
};

/// A screen that can be gone to.
#[derive(Debug, Clone, Copy)]
pub struct Tab {
    pub title: &'static str,
    /// Opens the screen.
    pub command: CommandId,
    pub is_current: bool,
}

/// What the console is about and connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub component: Option<String>,
    pub context: Option<String>,
    /// The account and the region.
    pub place: Option<String>,
    pub is_read_only: bool,
    pub is_sandbox: bool,
    pub is_production: bool,
}

/// How much of a tab is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TabForm {
    Wide,
    Numbered,
    Named,
    Short,
    /// The tab of the current screen only.
    Current,
}

/// How much of the identity is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    Flags,
    Component,
    Context,
    Place,
}

/// From most to least. The numbers of the tabs go first, and the flags of the identity never.
const FORMS: [(TabForm, Extent); 9] = [
    (TabForm::Wide, Extent::Place),
    (TabForm::Numbered, Extent::Place),
    (TabForm::Named, Extent::Place),
    (TabForm::Numbered, Extent::Context),
    (TabForm::Named, Extent::Context),
    (TabForm::Short, Extent::Context),
    (TabForm::Current, Extent::Context),
    (TabForm::Current, Extent::Component),
    (TabForm::Current, Extent::Flags),
];

/// The letters of a short title.
const SHORT: usize = 4;

/// Draws the line, as much of it as fits.
pub fn draw(tabs: &[Tab], identity: &Identity, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let made = FORMS.map(|(form, extent)| (labels(tabs, form), identity.line(extent, cx.theme)));
    let width = |(labels, identity): &(Vec<(Tab, String)>, Line<'_>)| {
        1 + labels.iter().map(|(_, label)| label.chars().count()).sum::<usize>() + identity.width()
    };
    let fits = made.iter().find(|made| width(made) <= usize::from(area.width));
    let Some((labels, identity)) = fits.or(made.last()) else { return };
    let mut x = area.x + 1;
    for (tab, label) in labels {
        let style = if tab.is_current { cx.theme.selected() } else { Style::new() };
        let label = span(label, style);
        let width = u16::try_from(label.width()).unwrap_or(0);
        let place = Rect { x, width, height: 1, ..area }.intersection(area);
        label.render(place, buf);
        cx.zones.add(place, Click::Command(tab.command));
        x = x.saturating_add(width);
    }
    let width = u16::try_from(identity.width()).unwrap_or(0).min(area.width);
    identity.render(Rect { x: area.right() - width, width, ..area }, buf);
}

fn labels(tabs: &[Tab], form: TabForm) -> Vec<(Tab, String)> {
    let label = |(index, tab): (usize, &Tab)| {
        let (number, title) = (index + 1, tab.title);
        let short: String = title.chars().take(SHORT).collect();
        let label = match form {
            TabForm::Wide => format!(" {number} {title} "),
            TabForm::Numbered => format!("{number} {title} "),
            TabForm::Named => format!("{title} "),
            TabForm::Short | TabForm::Current if tab.is_current => format!("{title} "),
            TabForm::Short => format!("{short} "),
            TabForm::Current => String::new(),
        };
        (*tab, label)
    };
    tabs.iter().enumerate().map(label).collect()
}

impl Identity {
    /// Writes the words with the flags last.
    fn line(&self, extent: Extent, theme: &Theme) -> Line<'static> {
        let has = |needed: Extent| extent >= needed;
        let context_style = if self.is_production { theme.alarm() } else { theme.tone(Tone::Accent) };
        let words = [
            (self.component.as_deref().filter(|_| has(Extent::Component)), theme.title()),
            (self.context.as_deref().filter(|_| has(Extent::Context)), context_style),
            (self.place.as_deref().filter(|_| has(Extent::Place)), Style::new()),
            (self.is_read_only.then_some("READ-ONLY"), theme.tone(Tone::Warning).patch(theme.title())),
            (self.is_sandbox.then_some(" SANDBOX "), theme.selected()),
            (self.is_production.then_some(" PRODUCTION "), theme.alarm()),
        ];
        let mut spans: Vec<Span<'static>> = Vec::new();
        for (word, style) in words {
            let Some(word) = word else { continue };
            if !spans.is_empty() {
                spans.push(span(" · ", theme.tone(Tone::Faint)));
            }
            spans.push(span(word, style));
        }
        spans.push(span(" ", Style::new()));
        Line::from(spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cx::fixture::Fixture;

    const TITLES: [&str; 6] = ["Home", "Catalog", "Trucks", "Runs", "Deployments", "Logs"];

    fn drawn(width: u16, identity: &Identity) -> String {
        let tab = |title| Tab { title, command: CommandId(title), is_current: title == "Catalog" };
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let fixture = Fixture::new();
        draw(&TITLES.map(tab), identity, buf.area, &mut buf, &fixture.cx());
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn numbers_go_first_and_flags_never() {
        let identity = Identity {
            component: Some("hello-server".to_owned()),
            context: Some("live".to_owned()),
            place: Some("123456789012/eu-west-1".to_owned()),
            is_read_only: true,
            is_production: true,
            ..Identity::default()
        };
        let wide = drawn(160, &identity);
        assert!(wide.contains(" 1 Home  2 Catalog "), "{wide}");
        assert!(wide.contains("hello-server · live · 123456789012/eu-west-1 · READ-ONLY ·  PRODUCTION "));
        for (width, has) in [(120, "Home Catalog Trucks "), (80, "Catalog  "), (40, "Catalog ")] {
            let line = drawn(width, &identity);
            assert!(line.contains(has) && !line.contains("1 Home"), "{line}");
            assert!(line.contains("READ-ONLY ·  PRODUCTION "), "{line}");
        }
        assert!(drawn(5, &identity).chars().count() == 5);
    }
}
