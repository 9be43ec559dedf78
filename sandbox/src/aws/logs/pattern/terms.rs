//! Terms: words that a line must, must not, or may contain.

/// A list of terms; matching is case-sensitive and anywhere in the line.
#[derive(Debug, Default)]
pub(in crate::aws::logs) struct Terms {
    all: Vec<String>,
    any: Vec<String>,
    none: Vec<String>,
}

impl Terms {
    /// Parses terms; returns `None` if a quotation mark is not closed.
    pub(in crate::aws::logs) fn parse(text: &str) -> Option<Self> {
        let mut terms = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (list, after) = match (rest.strip_prefix('-'), rest.strip_prefix('?')) {
                (Some(after), _) => (&mut terms.none, after),
                (_, Some(after)) => (&mut terms.any, after),
                _ => (&mut terms.all, rest),
            };
            let (term, after) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            list.push(term.to_owned());
            rest = after.trim_start();
        }
        Some(terms)
    }

    pub(in crate::aws::logs) fn match_line(&self, line: &str) -> bool {
        let has = |term: &String| line.contains(term.as_str());
        // With a required term, optional terms have no effect, according to AWS's documentation.
        let any = self.any.is_empty() || !self.all.is_empty() || self.any.iter().any(has);
        any && self.all.iter().all(has) && !self.none.iter().any(has)
    }
}
