//! Finds the word that was probably meant.

/// Returns the word that differs from `text` only by a slip of typing.
pub fn closest<'w>(text: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let text = text.to_lowercase();
    words
        .into_iter()
        .map(|word| (distance(&text, &word.to_lowercase()), word))
        .filter(|(distance, _)| *distance <= slips(&text))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Returns the number of letters that a word of this length may differ by.
fn slips(text: &str) -> usize {
    match text.len() {
        0..=3 => 0,
        4..=6 => 1,
        _ => 2,
    }
}

fn distance(one: &str, other: &str) -> usize {
    // Words longer than any name are not worth the time.
    if one.len().abs_diff(other.len()) > 2 || one.len() > 128 {
        return usize::MAX;
    }
    strsim::osa_distance(one, other)
}
