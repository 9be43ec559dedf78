//! The log of the dashboard: `hello-tui.log` in the state folder, because the dashboard occupies the terminal.

use std::{
    fs::File,
    io::{self, Write},
    sync::Mutex,
};

use hello_model::text::marked;

use crate::config::state_folder;

/// The maximum length of a line, in bytes. A warning may quote a response of any length.
const LINE_LIMIT: usize = 16 * 1024;

/// Sends warnings and errors to the log file. Without a state folder, there is no log.
pub(super) fn keep() {
    let Some(folder) = state_folder() else { return };
    if let Ok(file) = hello_files::append(&folder.join("hello-tui.log")) {
        tracing_subscriber::fmt()
            .with_ansi(false)
            .with_max_level(tracing::Level::WARN)
            .with_writer(Mutex::new(Lines(file)))
            .init();
    }
}

/// Writes each event as one line that is safe to view in a terminal.
#[derive(Debug)]
struct Lines<W = File>(W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.trim_end_matches('\n');
        let end = text.floor_char_boundary(LINE_LIMIT);
        let mut line = marked(&text[..end]).into_owned();
        line.push_str(if end < text.len() { "…\n" } else { "\n" });
        self.0.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_without_escapes() {
        let mut log = Lines(Vec::new());
        log.write_all("WARN \u{1b}[31m\u{202e}a\nb\n".as_bytes()).unwrap();
        log.write_all("next\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(log.0).unwrap(), "WARN ␛[31m\u{fffd}a␊b\nnext\n");
    }

    #[test]
    fn a_long_event_is_cut() {
        let mut log = Lines(Vec::new());
        log.write_all("ü".repeat(LINE_LIMIT).as_bytes()).unwrap();
        assert!(log.0.len() < LINE_LIMIT + 8 && log.0.ends_with("…\n".as_bytes()), "{}", log.0.len());
    }
}
