//! The first line: the tabs of the screens, and at the right what the user should never forget.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    tabs::{self, Tab},
    text::span,
};
use crate::{
    cx::Cx,
    theme::{Theme, Tone},
};

/// What the console is about and connected to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The component that the screen is about, or another entity whose page is in view.
    pub subject: Option<String>,
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
    /// The numbers of the tabs, and the title of the current one.
    Numbers,
    /// The tab of the current screen only.
    Current,
}

/// How much of the identity is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    Flags,
    Subject,
    Context,
    Place,
}

/// From most to least. The flags of the identity stay in any case, and its other words before the tabs.
const FORMS: [(TabForm, Extent); 12] = [
    (TabForm::Wide, Extent::Place),
    (TabForm::Numbered, Extent::Place),
    (TabForm::Named, Extent::Place),
    (TabForm::Numbered, Extent::Context),
    (TabForm::Named, Extent::Context),
    (TabForm::Short, Extent::Context),
    (TabForm::Numbers, Extent::Context),
    (TabForm::Current, Extent::Context),
    (TabForm::Numbers, Extent::Subject),
    (TabForm::Current, Extent::Subject),
    (TabForm::Numbers, Extent::Flags),
    (TabForm::Current, Extent::Flags),
];

/// Draws the line, as much of it as fits.
pub fn draw(tabs: &[Tab], identity: &Identity, area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let made = FORMS.map(|(form, extent)| (labels(tabs, form), identity.line(extent, cx.theme)));
    let width = |(labels, identity): &(Vec<String>, Line<'_>)| 1 + tabs::width(labels) + identity.width();
    let fits = made.iter().find(|made| width(made) <= usize::from(area.width));
    let Some((labels, identity)) = fits.or(made.last()) else { return };
    tabs::draw(tabs, labels, Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, buf, cx);
    let width = u16::try_from(identity.width()).unwrap_or(0).min(area.width);
    identity.render(Rect { x: area.right() - width, width, ..area }, buf);
}

fn labels(tabs: &[Tab], form: TabForm) -> Vec<String> {
    let label = |(index, tab): (usize, &Tab)| {
        let (number, title) = (index + 1, tab.title);
        match form {
            TabForm::Wide => format!(" {number} {title} "),
            TabForm::Numbered => format!("{number} {title} "),
            TabForm::Named => format!("{title} "),
            TabForm::Short => format!("{} ", tab.short_title()),
            TabForm::Numbers if tab.is_current => format!("{number} {title} "),
            TabForm::Numbers => format!("{number} "),
            TabForm::Current if tab.is_current => format!("{title} "),
            TabForm::Current => String::new(),
        }
    };
    tabs.iter().enumerate().map(label).collect()
}

impl Identity {
    /// Writes the words with the flags last. A flag with a background of its own stands out without a dot before it.
    fn line(&self, extent: Extent, theme: &Theme) -> Line<'static> {
        let has = |needed: Extent| extent >= needed;
        let context_style = if self.is_production { theme.alarm() } else { theme.tone(Tone::Accent) };
        let words = [
            (self.subject.as_deref().filter(|_| has(Extent::Subject)), theme.title(), " · "),
            (self.context.as_deref().filter(|_| has(Extent::Context)), context_style, " · "),
            (self.place.as_deref().filter(|_| has(Extent::Place)), Style::new(), " · "),
            (self.is_read_only.then_some("READ-ONLY"), theme.tone(Tone::Warning).patch(theme.title()), " · "),
            (self.is_sandbox.then_some(" SANDBOX "), theme.selected(), " "),
            (self.is_production.then_some(" PRODUCTION "), theme.alarm(), " "),
        ];
        let mut spans: Vec<Span<'static>> = Vec::new();
        for (word, style, before) in words {
            let Some(word) = word else { continue };
            if !spans.is_empty() {
                spans.push(span(before, theme.tone(Tone::Faint)));
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
    use crate::{command::CommandId, cx::fixture::Fixture};

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
            subject: Some("hello-server".to_owned()),
            context: Some("live".to_owned()),
            place: Some("123456789012/eu-west-1".to_owned()),
            is_read_only: true,
            is_production: true,
            ..Identity::default()
        };
        let wide = drawn(160, &identity);
        assert!(wide.contains(" 1 Home  2 Catalog "), "{wide}");
        assert!(wide.contains("hello-server · live · 123456789012/eu-west-1 · READ-ONLY  PRODUCTION "));
        let others =
            [(120, "Home Catalog Trucks "), (80, " Home Catalog Truc Runs Depl Logs "), (40, "Catalog ")];
        for (width, has) in others {
            let line = drawn(width, &identity);
            assert!(line.contains(has) && !line.contains("1 Home"), "{line}");
            assert!(line.contains("READ-ONLY  PRODUCTION "), "{line}");
        }
        assert!(drawn(5, &identity).chars().count() == 5);
    }

    #[test]
    fn every_tab_is_reachable_at_60_columns() {
        let mut identity =
            Identity { subject: Some("hello-server".to_owned()), is_sandbox: true, ..Identity::default() };
        let line = drawn(60, &identity);
        assert_eq!(line.trim_end(), " Home Catalog Truc Runs Depl Logs    hello-server  SANDBOX");
        let line = drawn(50, &identity);
        assert_eq!(line.trim_end(), " 1 2 Catalog 3 4 5 6       hello-server  SANDBOX");
        identity.subject = Some("a-component-with-a-long-name".to_owned());
        assert_eq!(drawn(50, &identity).trim_end(), " Catalog   a-component-with-a-long-name  SANDBOX");
    }
}
