//! The replies of a terminal to a program's queries, and the frames that a program announces.

use vt100::Screen;

/// Replies to a program's terminal queries; programs wait up to several seconds for them.
#[derive(Default)]
pub(super) struct Replies {
    /// What is to be sent.
    pub(super) sent: Vec<u8>,
    /// The number of synchronized updates that have begun.
    pub(super) synchronized: u64,
}

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
            (Some(b'?'), 'h', [[2026]]) => self.synchronized += 1,
            // Device attributes: the terminal is a VT220.
            (None, 'c', _) => self.sent.extend(b"\x1b[?62c"),
            // Keyboard protocol flags: none are enabled.
            (Some(b'?'), 'u', _) => self.sent.extend(b"\x1b[?0u"),
            // Cursor position.
            (None, 'n', [[6]]) => {
                let (row, column) = screen.cursor_position();
                self.sent.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
            }
            _ => {}
        }
    }
}
