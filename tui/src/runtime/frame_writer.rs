//! One write for one frame, and none for a frame that changes nothing.
//!
//! ratatui writes a frame in several pieces, and writes some bytes even if no cell has changed. A terminal that gets a
//! frame at once shows it at once.

use std::io::{self, Write};

/// The last bytes of a frame: the end of a synchronized update.
const END: &[u8] = b"\x1b[?2026l";

/// The last byte of the sequence that moves the cursor. Cells are written after one; a frame without cells has no such
/// byte.
const MOVES: u8 = b'H';

/// Collects a frame until its synchronized update ends.
#[derive(Debug)]
pub(super) struct FrameWriter<W> {
    out: W,
    frame: Vec<u8>,
}

impl<W> FrameWriter<W> {
    pub(super) fn new(out: W) -> Self {
        Self { out, frame: Vec::new() }
    }
}

impl<W: Write> Write for FrameWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Writes the frame if it is complete. ratatui also flushes in between.
    fn flush(&mut self) -> io::Result<()> {
        if !self.frame.ends_with(END) {
            return Ok(());
        }
        let has_cells = self.frame.contains(&MOVES);
        let written = if has_cells { self.out.write_all(&self.frame) } else { Ok(()) };
        self.frame.clear();
        written.and_then(|()| self.out.flush())
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use crossterm::{
        execute,
        terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
    };
    use ratatui::{
        Terminal, TerminalOptions, Viewport,
        backend::CrosstermBackend,
        layout::Rect,
        style::{Color, Style},
    };

    use super::*;

    /// Keeps each write.
    #[derive(Clone, Default)]
    struct Writes(Rc<RefCell<Vec<Vec<u8>>>>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Draws a row of cells in which one is `changed`.
    fn draw(terminal: &mut Terminal<CrosstermBackend<FrameWriter<Writes>>>, changed: char) {
        execute!(terminal.backend_mut(), BeginSynchronizedUpdate).unwrap();
        let style = Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Rgb(4, 5, 6));
        terminal
            .draw(|frame| {
                for x in 0..100 {
                    let cell = &mut frame.buffer_mut()[(x, 0)];
                    cell.set_char(if x == 50 { changed } else { 'x' }).set_style(style);
                }
            })
            .unwrap();
        execute!(terminal.backend_mut(), EndSynchronizedUpdate).unwrap();
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_none() {
        let writes = Writes::default();
        let viewport = Viewport::Fixed(Rect::new(0, 0, 100, 1));
        let backend = CrosstermBackend::new(FrameWriter::new(writes.clone()));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        draw(&mut terminal, 'a');
        assert_eq!(writes.0.borrow().len(), 1);
        draw(&mut terminal, 'a');
        assert_eq!(writes.0.borrow().len(), 1, "nothing has changed");

        draw(&mut terminal, 'b');
        let written = writes.0.borrow();
        assert_eq!(written.len(), 2);
        let text = String::from_utf8(written[1].clone()).unwrap();
        assert!(text.starts_with("\x1b[?2026h") && text.ends_with("\x1b[?2026l"), "{text:?}");
        assert!(text.len() <= 200, "{} bytes for one cell: {text:?}", text.len());
    }
}
