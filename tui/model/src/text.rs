//! Makes untrusted text safe to show.
//!
//! A log line or a branch name may contain escape sequences, characters that reorder a line, and invisible characters
//! that hide data. [`needs_escape`] is the single list of these characters: none of them is ever written raw to a
//! terminal. Text for users passes through [`visible`], documents through [`super::document`].

use std::borrow::Cow;

pub use hello_shared::is_invisible;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The replacement for a character that must not be shown, and for a grapheme cluster that is too large for a cell.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The maximum size of a grapheme cluster, in characters. Real clusters, including those of Indic scripts, are smaller.
/// A run of combining marks of any length is also one cluster and would fill a single cell.
const CLUSTER_LIMIT: usize = 16;

/// Reports whether `c` must never be written raw to a terminal.
///
/// These are the control characters (C0, DEL, C1), line and paragraph separators, characters that change the text
/// direction, interlinear annotations, and the characters without a glyph that Unicode calls default ignorable:
/// joiners, variation selectors, tags, fillers.
pub fn needs_escape(c: char) -> bool {
    matches!(
        c,
        '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Returns `text` as one line that is safe in terminal cells: as in [`marked`], and in addition each grapheme cluster
/// is at least one column wide and within the size limit of a cell.
pub fn visible(text: &str) -> Cow<'_, str> {
    let marked = marked(text);
    if marked.is_ascii() || marked.graphemes(true).all(fits_a_cell) {
        return marked;
    }
    let mut shown = String::with_capacity(marked.len());
    for cluster in marked.graphemes(true) {
        if fits_a_cell(cluster) {
            shown.push_str(cluster);
            continue;
        }
        let end = cluster.char_indices().nth(CLUSTER_LIMIT).map_or(cluster.len(), |(at, _)| at);
        if fits_a_cell(&cluster[..end]) {
            shown.push_str(&cluster[..end]);
        }
        shown.push(REPLACEMENT);
    }
    Cow::Owned(shown)
}

/// Returns `text` as one line without any character of [`needs_escape`], for a pipe or a file that may later be viewed
/// in a terminal. The length of the text is not limited.
///
/// Those characters are replaced, so that the user sees that something unusual was there. The only ones removed are
/// joiners and emoji variation selectors in valid positions, as between two emoji: the emoji are then shown side by
/// side, with a width on which all terminals agree.
pub fn marked(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut marked = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut previous = None;
    while let Some(c) = chars.next() {
        if !previous.is_some_and(|previous| belongs_between(previous, c, chars.peek().copied())) {
            marked.push(stand_in(c));
        }
        previous = Some(c);
    }
    Cow::Owned(marked)
}

/// Returns the character that represents `c` when it is shown on its own.
pub fn stand_in(c: char) -> char {
    match c {
        '\t' => ' ',
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or(REPLACEMENT),
        '\u{7f}' => '\u{2421}',
        c if needs_escape(c) => REPLACEMENT,
        c => c,
    }
}

/// Returns the number of terminal columns that `text` occupies.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(UnicodeWidthStr::width).sum() }
}

/// Cuts `text`, a result of [`visible`], to at most `columns` columns. The last column of a cut text is `…`.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    let mut taken = 0;
    let mut end = 0;
    for (at, cluster) in text.grapheme_indices(true) {
        taken += cluster.width();
        if taken > columns {
            return Cow::Owned(format!("{}…", &text[..end]));
        }
        if taken < columns {
            end = at + cluster.len();
        }
    }
    Cow::Borrowed(text)
}

fn fits_a_cell(cluster: &str) -> bool {
    cluster.chars().nth(CLUSTER_LIMIT).is_none() && cluster.width() > 0
}

/// Reports whether `c` is a joiner or a variation selector in a position where the script needs it.
fn belongs_between(previous: char, c: char, next: Option<char>) -> bool {
    let before = |fits: fn(char) -> bool| next.is_some_and(fits);
    match c {
        '\u{fe0e}' | '\u{fe0f}' => {
            is_pictograph(previous) || (is_keycap(previous) && before(|next| next == '\u{20e3}'))
        }
        '\u{200d}' if is_pictograph(previous) || previous == '\u{fe0f}' => before(is_pictograph),
        '\u{200c}' | '\u{200d}' => has_joining_script(previous) && before(has_joining_script),
        _ => false,
    }
}

/// Reports whether `c` is in a block that contains emoji.
fn is_pictograph(c: char) -> bool {
    matches!(
        c,
        '©' | '®'
            | '\u{203c}'
            | '\u{2049}'
            | '\u{2122}'
            | '\u{2139}'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2300}'..='\u{23ff}'
            | '\u{24c2}'
            | '\u{25a0}'..='\u{27bf}'
            | '\u{2934}'
            | '\u{2935}'
            | '\u{2b00}'..='\u{2bff}'
            | '\u{3030}'
            | '\u{303d}'
            | '\u{3297}'
            | '\u{3299}'
            | '\u{1f000}'..='\u{1faff}'
    )
}

fn is_keycap(c: char) -> bool {
    matches!(c, '0'..='9' | '#' | '*')
}

/// Reports whether `c` belongs to a script that uses joiners: Arabic and related scripts, and the Brahmic scripts.
fn has_joining_script(c: char) -> bool {
    let is_of_block = matches!(
        c,
        '\u{600}'..='\u{dff}'
            | '\u{f00}'..='\u{109f}'
            | '\u{1780}'..='\u{18af}'
            | '\u{a840}'..='\u{a87f}'
            | '\u{a8e0}'..='\u{a8ff}'
            | '\u{fb50}'..='\u{fdff}'
            | '\u{fe70}'..='\u{fefc}'
            | '\u{11000}'..='\u{11fff}'
    );
    is_of_block && !needs_escape(c)
}

#[cfg(test)]
mod tests;
