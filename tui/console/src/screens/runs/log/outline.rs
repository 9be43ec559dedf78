//! What is to be seen of a log: steps and groups that are folded or open.

use std::{collections::HashMap, ops::Range};

use hello_model::{
    job_log::{JobLog, LineKind, StepLines},
    run::Step,
};

/// What the cursor can be at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// The heading of a step, by its place in the list of steps.
    Step(usize),
    /// A line, by its number. That of a group is the heading of its lines.
    Line(usize),
}

/// What the user has folded and opened. Everything else is as it is at first.
#[derive(Debug, Clone, Default)]
pub(super) struct Folds {
    /// Steps by their places, groups by their lines.
    opened: HashMap<Entry, bool>,
    /// What was said last of all steps and groups.
    all: Option<bool>,
}

/// What of a log is shown, from top to bottom.
#[derive(Debug, Default)]
pub(super) struct Outline {
    blocks: Vec<Block>,
    len: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// How many entries stand above it.
    first: usize,
    part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Heading { entry: Entry, is_open: bool, lines: Range<usize> },
    Lines { lines: Range<usize>, is_in_group: bool },
}

/// An entry as it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) entry: Entry,
    /// Whether it is open, and how many lines it has, if it is a heading.
    pub(super) heading: Option<(bool, usize)>,
    pub(super) is_in_group: bool,
}

impl std::hash::Hash for Entry {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Step(step) => (0, step).hash(state),
            Self::Line(line) => (1, line).hash(state),
        }
    }
}

impl Folds {
    /// Folds or opens everything.
    pub(super) fn set_all(&mut self, is_open: bool) {
        *self = Self { opened: HashMap::new(), all: Some(is_open) };
    }

    pub(super) fn set(&mut self, entry: Entry, is_open: bool) {
        self.opened.insert(entry, is_open);
    }

    fn is_open(&self, entry: Entry, at_first: impl FnOnce() -> bool) -> bool {
        self.opened.get(&entry).copied().or(self.all).unwrap_or_else(at_first)
    }
}

impl Outline {
    /// Makes the outline of a log. At first, these steps are open, and groups with an error.
    pub(super) fn new(log: &JobLog, sections: &[StepLines], folds: &Folds, open_steps: &[usize]) -> Self {
        let mut outline = Self::default();
        if sections.is_empty() {
            outline.add_lines(log, 0..log.len(), folds);
        }
        for StepLines { step, lines } in sections {
            let entry = Entry::Step(*step);
            let is_open = !lines.is_empty() && folds.is_open(entry, || open_steps.contains(step));
            outline.push(Part::Heading { entry, is_open, lines: lines.clone() });
            if is_open {
                outline.add_lines(log, lines.clone(), folds);
            }
        }
        outline
    }

    /// Adds the lines of a step: groups, and what stands between them. The lines that end a group are not shown.
    fn add_lines(&mut self, log: &JobLog, lines: Range<usize>, folds: &Folds) {
        let (mut group, mut from) = (None, lines.start);
        let marks = log.marks(lines.clone()).map(|(line, kind)| (line, Some(kind)));
        for (line, kind) in marks.chain([(lines.end, None)]) {
            if matches!(kind, Some(LineKind::Error | LineKind::Warning | LineKind::Notice)) {
                continue;
            }
            self.add_group(log, group, from..line, folds);
            group = (kind == Some(LineKind::Group)).then_some(line);
            from = line + 1;
        }
    }

    /// Adds lines, under the line of their group if they have one.
    fn add_group(&mut self, log: &JobLog, group: Option<usize>, lines: Range<usize>, folds: &Folds) {
        if let Some(line) = group {
            let has_error = || log.marks(lines.clone()).any(|(_, kind)| kind == LineKind::Error);
            let entry = Entry::Line(line);
            let is_open = folds.is_open(entry, has_error) && !lines.is_empty();
            self.push(Part::Heading { entry, is_open, lines: lines.clone() });
            if !is_open {
                return;
            }
        }
        if !lines.is_empty() {
            self.push(Part::Lines { lines, is_in_group: group.is_some() });
        }
    }

    fn push(&mut self, part: Part) {
        let first = self.len;
        self.len += match &part {
            Part::Heading { .. } => 1,
            Part::Lines { lines, .. } => lines.len(),
        };
        self.blocks.push(Block { first, part });
    }

    /// Counts the entries.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Returns the entry at a place.
    pub(super) fn at(&self, place: usize) -> Option<Shown> {
        let block =
            self.blocks.get(self.blocks.partition_point(|block| block.first <= place).checked_sub(1)?)?;
        let within = place - block.first;
        match &block.part {
            Part::Heading { entry, is_open, lines } if within == 0 => {
                Some(Shown { entry: *entry, heading: Some((*is_open, lines.len())), is_in_group: false })
            }
            Part::Lines { lines, is_in_group } if within < lines.len() => {
                let entry = Entry::Line(lines.start + within);
                Some(Shown { entry, heading: None, is_in_group: *is_in_group })
            }
            _ => None,
        }
    }

    /// Returns the place of an entry; of a line that is folded away, that of the innermost heading over it.
    pub(super) fn place(&self, entry: Entry) -> Option<usize> {
        let mut over = None;
        for Block { first, part } in &self.blocks {
            match (part, entry) {
                (Part::Heading { entry: heading, .. }, entry) if *heading == entry => return Some(*first),
                (Part::Lines { lines, .. }, Entry::Line(line)) if lines.contains(&line) => {
                    return Some(first + line - lines.start);
                }
                (Part::Heading { lines, .. }, Entry::Line(line)) if lines.contains(&line) => {
                    over = Some(*first);
                }
                _ => {}
            }
        }
        over
    }

    /// Returns the headings over a line, those of open ones included.
    pub(super) fn headings_over(&self, line: usize) -> Vec<Entry> {
        let over = self.blocks.iter().filter_map(|block| match &block.part {
            Part::Heading { entry, lines, .. } if lines.contains(&line) => Some(*entry),
            _ => None,
        });
        over.collect()
    }
}

/// Returns the line of the group that a line is in.
pub(super) fn group_of(log: &JobLog, within: Range<usize>, line: usize) -> Option<usize> {
    let mut before = log.marks(within.start..line).rev();
    let (line, kind) = before.find(|(_, kind)| matches!(kind, LineKind::Group | LineKind::EndGroup))?;
    (kind == LineKind::Group).then_some(line)
}

/// Returns the steps that are open at first: the one that has failed and the one that was asked for, or the only one.
pub(super) fn open_at_first(
    steps: &[Step],
    sections: &[StepLines],
    failed: Option<usize>,
    wanted: Option<u64>,
) -> Vec<usize> {
    let wanted = wanted.and_then(|number| steps.iter().position(|step| step.number == number));
    let mut with_lines = sections.iter().filter(|section| !section.lines.is_empty());
    let only = match (with_lines.next(), with_lines.next()) {
        (Some(section), None) => Some(section.step),
        _ => None,
    };
    failed.into_iter().chain(wanted).chain(only).collect()
}

#[cfg(test)]
mod tests {
    use hello_model::job_log::LogWriter;

    use super::*;

    fn log(text: &str) -> JobLog {
        let (mut writer, mut log) = (LogWriter::default(), JobLog::default());
        writer.push(text.as_bytes()).into_iter().for_each(|segment| log.push(segment));
        writer.finish().into_iter().for_each(|segment| log.push(segment));
        log
    }

    /// Writes an outline: `+` before what is folded, `-` before what is open.
    fn shown(outline: &Outline) -> String {
        let write = |shown: Shown| {
            let sign = shown.heading.map_or("", |(is_open, _)| if is_open { "-" } else { "+" });
            let entry = match shown.entry {
                Entry::Step(step) => format!("step {step}"),
                Entry::Line(line) => line.to_string(),
            };
            format!("{sign}{entry}")
        };
        let entries = (0..outline.len()).map(|place| outline.at(place).map(write).unwrap_or_default());
        entries.collect::<Vec<_>>().join(" ")
    }

    const TEXT: &str = "a\n##[group]one\nb\n##[group]two\n##[error]c\n##[endgroup]\n##[endgroup]\nd\n";

    #[test]
    fn groups_fold_and_one_with_an_error_is_open() {
        let (log, mut folds) = (log(TEXT), Folds::default());
        let outline = |folds: &Folds| Outline::new(&log, &[], folds, &[]);
        assert_eq!(shown(&outline(&folds)), "0 +1 -3 4 7");
        folds.set(Entry::Line(1), true);
        folds.set(Entry::Line(3), false);
        assert_eq!(shown(&outline(&folds)), "0 -1 2 +3 7");
        folds.set_all(true);
        assert_eq!(shown(&outline(&folds)), "0 -1 2 -3 4 7");
        assert_eq!(outline(&Folds::default()).place(Entry::Line(2)), Some(1), "it is folded away");
        assert_eq!((group_of(&log, 0..8, 4), group_of(&log, 0..8, 7)), (Some(3), None));
    }

    #[test]
    fn a_step_without_lines_is_a_heading() {
        let log = log(TEXT);
        let section = |step, lines| StepLines { step, lines };
        let sections = [section(0, 0..3), section(1, 8..8), section(2, 3..8)];
        let outline = Outline::new(&log, &sections, &Folds::default(), &[1, 2]);
        assert_eq!(shown(&outline), "+step 0 +step 1 -step 2 -3 4 7");
        assert_eq!(outline.place(Entry::Line(7)), Some(5));
        assert_eq!(outline.headings_over(4), [Entry::Step(2), Entry::Line(3)]);
        assert_eq!(outline.at(6), None);
    }
}
