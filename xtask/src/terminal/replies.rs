//! The replies of a terminal to a program's queries.

use vt100::Screen;

/// Replies to a program's terminal queries; programs wait up to several seconds for them.
#[derive(Default)]
pub(super) struct Replies(pub(super) Vec<u8>);

impl vt100::Callbacks for Replies {
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        i1: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        c: char,
    ) {
        match (i1, c, params) {
            // Device attributes: the terminal is a VT220.
            (None, 'c', _) => self.0.extend(b"\x1b[?62c"),
            // Keyboard protocol flags: none are enabled.
            (Some(b'?'), 'u', _) => self.0.extend(b"\x1b[?0u"),
            // Cursor position.
            (None, 'n', [[6]]) => {
                let (row, column) = screen.cursor_position();
                self.0.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            _ => {}
        }
    }
}
