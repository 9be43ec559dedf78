//! From bytes as they arrive to segments.

use std::{mem, sync::Arc};

use memchr::memrchr;

use super::segment::{LogSegment, MAX_SEGMENT};
use crate::time::Timestamp;

/// Collects the bytes of a log, cut anywhere, into segments of whole lines.
#[derive(Debug, Default)]
pub struct LogWriter {
    buffer: Vec<u8>,
    /// The last time in the segments so far.
    time: Option<Timestamp>,
    /// Whether the buffer begins with the rest of a line.
    is_inside_line: bool,
}

impl LogWriter {
    /// Takes bytes in. Returns the segments that are full now.
    pub fn push(&mut self, mut bytes: &[u8]) -> Vec<Arc<LogSegment>> {
        let mut full = Vec::new();
        while !bytes.is_empty() {
            let room = MAX_SEGMENT - self.buffer.len();
            let (taken, rest) = bytes.split_at(room.min(bytes.len()));
            self.reserve(taken.len());
            self.buffer.extend_from_slice(taken);
            bytes = rest;
            if self.buffer.len() == MAX_SEGMENT {
                let whole = memrchr(b'\n', &self.buffer).map(|at| at + 1);
                full.extend(self.seal(whole.unwrap_or_else(|| end_of_part(&self.buffer)), whole.is_none()));
            }
        }
        full
    }

    /// Returns the whole lines that have arrived and are in no segment yet.
    pub fn flush(&mut self) -> Option<Arc<LogSegment>> {
        let end = memrchr(b'\n', &self.buffer)? + 1;
        self.seal(end, false)
    }

    /// Returns what is left when the log has ended, also a line without a line feed.
    pub fn finish(mut self) -> Option<Arc<LogSegment>> {
        self.seal(self.buffer.len(), false)
    }

    /// Grows the buffer to the size of a segment at once when it is no small log.
    fn reserve(&mut self, more: usize) {
        const SMALL: usize = 64 * 1024;
        if self.buffer.len() + more > SMALL && self.buffer.capacity() < MAX_SEGMENT {
            self.buffer.reserve_exact(MAX_SEGMENT - self.buffer.len());
        }
    }

    fn seal(&mut self, end: usize, is_inside_line: bool) -> Option<Arc<LogSegment>> {
        let rest = self.buffer.split_off(end);
        let bytes = mem::replace(&mut self.buffer, rest);
        if bytes.is_empty() {
            return None;
        }
        let begins_inside = mem::replace(&mut self.is_inside_line, is_inside_line);
        let segment = LogSegment::new(bytes, self.time, begins_inside);
        self.time = segment.last_time();
        Some(Arc::new(segment))
    }
}

/// Returns where a line that is too long is broken: at its end, but not inside a character or before a line feed.
fn end_of_part(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(4);
    let begins_character = |at: &usize| bytes[*at] & 0xc0 != 0x80;
    match (tail..bytes.len()).rev().find(begins_character) {
        Some(at) if bytes[at] == b'\r' => at,
        // It may go on with the next bytes.
        Some(at) if std::str::from_utf8(&bytes[at..]).is_err() => at,
        _ => bytes.len(),
    }
}
