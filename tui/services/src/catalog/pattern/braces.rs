//! Brace expansion: `a{b,c}` stands for `ab` and `ac`. Braces may span several folders.

use std::collections::BTreeSet;

/// The maximum number of patterns that one pattern may expand to.
const MAX_PATTERNS: usize = 256;

/// Returns the expanded patterns, sorted and without duplicates.
pub(super) fn expand(text: &str) -> Result<Vec<String>, String> {
    let mut pending = BTreeSet::from([text.to_owned()]);
    let mut expanded = BTreeSet::new();
    while let Some(text) = pending.pop_first() {
        match Braces::find(&text) {
            Some(braces) => pending.extend(braces.alternatives()),
            None => drop(expanded.insert(text)),
        }
        if pending.len() + expanded.len() > MAX_PATTERNS {
            return Err(format!("stands for more than {MAX_PATTERNS} patterns; write fewer braces"));
        }
    }
    Ok(expanded.into_iter().collect())
}

/// The first closed pair of braces that contains a comma. An inner pair comes before the outer pair.
struct Braces<'a> {
    text: &'a str,
    open: usize,
    commas: Vec<usize>,
    close: usize,
}

impl<'a> Braces<'a> {
    fn find(text: &'a str) -> Option<Self> {
        let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
        let mut escaped = false;
        for (at, c) in text.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '{' => open.push((at, Vec::new())),
                ',' => open.iter_mut().next_back().into_iter().for_each(|(_, commas)| commas.push(at)),
                '}' => match open.pop() {
                    Some((open, commas)) if !commas.is_empty() => {
                        return Some(Self { text, open, commas, close: at });
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        None
    }

    fn alternatives(&self) -> Vec<String> {
        let before = &self.text[..self.open];
        let after = &self.text[self.close + 1..];
        let ends = self.commas.iter().copied().chain([self.close]);
        let starts = [self.open].into_iter().chain(self.commas.iter().copied());
        starts
            .zip(ends)
            .map(|(start, end)| format!("{before}{}{after}", &self.text[start + 1..end]))
            .collect()
    }
}
