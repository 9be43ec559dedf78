//! Parses the text of a stream of server-sent events, as the HTML standard defines it.
//!
//! The crates for it keep a line of any length, so a broken service could fill the memory.

/// The maximum size of one event in bytes: far above that of a truck.
const MAX_EVENT_BYTES: usize = 64 * 1024;

/// An event as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct EventText {
    /// The id of the last event that had one.
    pub(super) id: Option<String>,
    pub(super) kind: String,
    pub(super) data: String,
}

/// The text has an event that is too large, or is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stream has an event that cannot be read")]
pub(super) struct Unreadable;

/// Reads events from pieces of text.
#[derive(Debug, Default)]
pub(super) struct EventReader {
    /// A line without its end.
    line: Vec<u8>,
    is_after_return: bool,
    event: EventText,
    has_data: bool,
}

impl EventReader {
    /// Returns the events that end in the next bytes.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<Vec<EventText>, Unreadable> {
        let mut events = Vec::new();
        for byte in bytes {
            // A line ends with `\n`, `\r` or both.
            let is_second = std::mem::take(&mut self.is_after_return) && *byte == b'\n';
            match byte {
                b'\n' if is_second => {}
                b'\n' | b'\r' => {
                    self.is_after_return = *byte == b'\r';
                    events.extend(self.end_line()?);
                }
                byte => self.line.push(*byte),
            }
            if self.line.len() + self.event.data.len() > MAX_EVENT_BYTES {
                return Err(Unreadable);
            }
        }
        Ok(events)
    }

    /// Takes a line in. An empty one ends the event; one without data is none.
    fn end_line(&mut self) -> Result<Option<EventText>, Unreadable> {
        let line = std::mem::take(&mut self.line);
        let line = str::from_utf8(&line).map_err(|_| Unreadable)?;
        if line.is_empty() {
            let next = EventText { id: self.event.id.clone(), ..EventText::default() };
            let event = std::mem::replace(&mut self.event, next);
            return Ok(std::mem::take(&mut self.has_data).then_some(event));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.kind),
            "id" if !value.contains('\0') => self.event.id = Some(value.to_owned()),
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
                self.has_data = true;
            }
            // A comment, which keeps the connection alive, or a field without a meaning here.
            _ => {}
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, kind: &str, data: &str) -> EventText {
        EventText { id: Some(id.to_owned()), kind: kind.to_owned(), data: data.to_owned() }
    }

    #[test]
    fn events_are_read_from_pieces_of_any_size() {
        let text =
            "id: 7\nevent: created\ndata: {\ndata:}\n\n:\n\nevent: x\n\nid:8\r\ndata: ö\r\n\r\ndata\n\n";
        let events = [event("7", "created", "{\n}"), event("8", "", "ö"), event("8", "", "")];
        for size in 1..text.len() {
            let mut reader = EventReader::default();
            let read: Vec<_> =
                text.as_bytes().chunks(size).flat_map(|piece| reader.read(piece).unwrap()).collect();
            assert_eq!(read, events, "in pieces of {size}");
        }
    }

    #[test]
    fn an_endless_event_is_refused() {
        for piece in ["data: x", "data: x\n"] {
            let mut reader = EventReader::default();
            let pieces = MAX_EVENT_BYTES / 2;
            assert!((0..pieces).any(|_| reader.read(piece.as_bytes()).is_err()), "{piece}");
        }
        assert_eq!(EventReader::default().read(b"data: \xff\n\n"), Err(Unreadable));
    }
}
