//! The tabs of a page in one line, after the name of what the page is about.

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

use super::{
    tabs::{self, Tab},
    text::{fitted, span},
};
use crate::{cx::Cx, theme::Tone};

/// The minimum number of columns of the name.
const MIN_NAME: usize = 12;

/// How much of the titles of the tabs is written; that of the current one always as a whole.
#[derive(Debug, Clone, Copy)]
enum Form {
    Whole,
    Short,
    Current,
}

/// Draws the line, as much of it as fits: the name is cut first, then the titles of the other tabs.
pub fn draw(name: &str, tabs: &[Tab], area: Rect, buf: &mut Buffer, cx: &Cx<'_>) {
    let room = usize::from(area.width).saturating_sub(1);
    let forms = [Form::Whole, Form::Short, Form::Current].map(|form| labels(tabs, form));
    let fits = forms.iter().find(|labels| tabs::width(labels) <= room);
    let Some(labels) = fits.or(forms.last()) else { return };
    let left = room.saturating_sub(tabs::width(labels) + 2);
    let mut x = area.x + u16::from(area.width > 0);
    if left >= MIN_NAME {
        let name = fitted(Line::from(span(name, cx.theme.title())), left);
        let width = u16::try_from(name.width()).unwrap_or(0);
        name.render(Rect { x, width, ..area }.intersection(area), buf);
        x = x.saturating_add(width);
        let gap = Rect { x, width: 2, ..area }.intersection(area);
        Line::from(span(" │", cx.theme.tone(Tone::Faint))).render(gap, buf);
        x = x.saturating_add(2);
    }
    tabs::draw(tabs, labels, Rect { x, width: area.right().saturating_sub(x), ..area }, buf, cx);
}

fn labels(tabs: &[Tab], form: Form) -> Vec<String> {
    let label = |tab: &Tab| match form {
        Form::Whole => format!(" {} ", tab.title),
        Form::Short => format!(" {} ", tab.short_title()),
        Form::Current if tab.is_current => format!(" {} ", tab.title),
        Form::Current => String::new(),
    };
    tabs.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command_id::CommandId, cx::fixture::Fixture};

    const TITLES: [&str; 6] = ["Overview", "Runs", "Deployments", "Logs", "Trucks", "Source"];

    fn drawn(width: u16, current: &str) -> String {
        let tabs = TITLES.map(|title| Tab { title, command: CommandId(title), is_current: title == current });
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let fixture = Fixture::new();
        draw("Component hello-server", &tabs, buf.area, &mut buf, &fixture.cx());
        buf.content.iter().map(ratatui::buffer::Cell::symbol).collect()
    }

    #[test]
    fn the_name_goes_first_and_the_current_tab_never() {
        let whole = " Overview  Runs  Deployments  Logs  Trucks  Source ";
        for (width, line) in [
            (120, format!(" Component hello-server │{whole}")),
            (80, format!(" Component hello-server │{whole}")),
            (70, format!(" Component hello… │{whole}")),
            (60, format!(" {whole}")),
            (44, "  Over  Runs  Deployments  Logs  Truc  Sour ".to_owned()),
            (16, "  Deployments   ".to_owned()),
            (10, "  Deployme".to_owned()),
        ] {
            let drawn = drawn(width, "Deployments");
            assert_eq!(drawn.trim_end(), line.trim_end(), "{width}");
        }
    }
}
