//! The room of a list and of what is opened in it.

use ratatui::layout::{Constraint, Layout, Rect};

/// From this width on, what is opened stands beside the list. On narrower screens it takes the place of the list.
pub(super) const SIDE_BY_SIDE: u16 = 120;

/// The least width of a list beside what is opened: its main columns have room.
const LIST_WIDTH: u16 = 62;

/// Where a list and what is opened are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Split {
    pub list: Option<Rect>,
    pub opened: Option<Rect>,
}

/// Divides an area.
pub(super) fn split(area: Rect, is_open: bool) -> Split {
    if !is_open {
        return Split { list: Some(area), opened: None };
    }
    if area.width < SIDE_BY_SIDE {
        return Split { list: None, opened: Some(area) };
    }
    let width = (area.width / 2).max(LIST_WIDTH);
    let [list, opened] = Layout::horizontal([Constraint::Length(width), Constraint::Min(0)]).areas(area);
    Split { list: Some(list), opened: Some(opened) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_where_there_is_room() {
        let wide = Rect::new(0, 0, 120, 30);
        assert_eq!(split(wide, false), Split { list: Some(wide), opened: None });
        let Split { list: Some(list), opened: Some(opened) } = split(wide, true) else { panic!("two panes") };
        assert_eq!((list.width, opened.width, opened.x), (62, 58, list.right()));
        let narrow = Rect::new(0, 0, 119, 30);
        assert_eq!(split(narrow, true), Split { list: None, opened: Some(narrow) });
    }
}
