//! The text of a source, and its lines.

use std::borrow::Cow;

/// The size limit of a source, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Returns the text of a source. Bytes that are not UTF-8 become U+FFFD.
///
/// # Errors
///
/// The reason why the bytes are not read: they are UTF-16, or more than [`MAX_BYTES`].
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!("this file is larger than {} MiB", MAX_BYTES / 1024 / 1024));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("this file is written in UTF-16; it must be UTF-8".to_owned());
    }
    Ok(String::from_utf8_lossy(bytes))
}

/// Splits a text into lines where YAML does: at LF, CR LF and CR. A byte order mark at the start is left out.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split_inclusive('\n').flat_map(|line| {
        let end = line.strip_suffix("\r\n").or_else(|| line.strip_suffix('\n'));
        end.unwrap_or(line).split('\r')
    })
}
