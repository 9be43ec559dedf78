//! The ids of writes.

/// Makes ids for the writes of a screen that no other write has.
#[derive(Debug, Default)]
pub(super) struct WriteIds {
    prefix: String,
    made: u64,
}

impl WriteIds {
    /// Begins each id with `prefix`, which no other instance of a screen has.
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), made: 0 }
    }

    pub(super) fn next(&mut self) -> String {
        self.made += 1;
        format!("{}-{}", self.prefix, self.made)
    }
}
