//! Reads sources into a catalog: the only entry point.

use std::collections::{HashMap, HashSet};

use hello_yaml::{At, Broken, Options, Room};

use super::{
    AnnotationRule, Catalog, LocationTarget, Problem, Severity, Source,
    diagnostics::Diagnostics,
    document::{self, Draft},
    message::Message,
    problems::Problems,
    relate, unique,
};
use crate::entity::EntityRef;

/// The limits of a catalog.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Values and bytes of text in all descriptors, including what aliases repeat.
    room: Room,
    entities: usize,
    /// References between entities plus targets of Locations.
    references: usize,
}

const LIMITS: Limits =
    Limits { room: Room { nodes: 1_000_000, text: 32 * 1024 * 1024 }, entities: 50_000, references: 100_000 };

/// The maximum number of times aliases may repeat the leaves below one anchor: the limit of Backstage's reader.
const MAX_ALIASES: usize = 100;

/// Reads all sources by Backstage's rules. Keeps every valid entity and reports each error as a located [`Problem`].
pub fn read(sources: &[Source]) -> Catalog {
    read_with(sources, &[])
}

/// Reads all sources like [`read`], and also checks annotations with the given rules.
pub fn read_with(sources: &[Source], annotations: &'static [AnnotationRule]) -> Catalog {
    let mut reader = Reader::new(&|| false).with_annotations(annotations);
    for source in sources {
        reader.add(source);
    }
    reader.finish()
}

/// A source that is read, but not related to others yet. See [`parse_source`].
#[derive(Debug)]
pub struct Parsed {
    drafts: Vec<Draft>,
    problems: Vec<Problem>,
    /// The part of the room for all sources that it takes.
    used: Room,
    is_stopped: bool,
}

/// Reads one source by itself, so that several threads can read sources at the same time. A [`Reader`] takes the results.
pub fn parse_source(
    source: &Source,
    annotations: &'static [AnnotationRule],
    must_stop: &dyn Fn() -> bool,
) -> Parsed {
    let mut room = LIMITS.room;
    let mut diagnostics = Diagnostics::new(&source.name, annotations);
    let drafts = descriptors(&source.text, &mut room, must_stop, &mut diagnostics);
    let used = Room { nodes: LIMITS.room.nodes - room.nodes, text: LIMITS.room.text - room.text };
    Parsed { drafts, problems: diagnostics.into_problems(), used, is_stopped: must_stop() }
}

/// Reads sources one by one, within limits that apply to all of them together.
pub struct Reader<'a> {
    must_stop: &'a dyn Fn() -> bool,
    annotations: &'static [AnnotationRule],
    limits: Limits,
    room: Room,
    references_left: usize,
    drafts: Vec<Draft>,
    /// The Locations of earlier sources, which take precedence over those of later ones.
    known: HashSet<EntityRef>,
    targets: Vec<LocationTarget>,
    problems: Problems,
    /// The names of the sources, with their positions.
    order: HashMap<String, usize>,
    is_full: bool,
}

impl<'a> Reader<'a> {
    /// Creates a reader that ends early once `must_stop` returns true.
    pub fn new(must_stop: &'a dyn Fn() -> bool) -> Self {
        Self::with_limits(must_stop, LIMITS)
    }

    fn with_limits(must_stop: &'a dyn Fn() -> bool, limits: Limits) -> Self {
        Self {
            must_stop,
            annotations: &[],
            limits,
            room: limits.room,
            references_left: limits.references,
            drafts: Vec::new(),
            known: HashSet::new(),
            targets: Vec::new(),
            problems: Problems::default(),
            order: HashMap::new(),
            is_full: false,
        }
    }

    /// Also checks annotations with these rules.
    #[must_use]
    pub fn with_annotations(self, annotations: &'static [AnnotationRule]) -> Self {
        Self { annotations, ..self }
    }

    /// Reads a source and returns the targets of its Locations.
    pub fn add(&mut self, source: &Source) -> Vec<LocationTarget> {
        self.order.insert(source.name.clone(), self.order.len());
        if self.is_full {
            self.leave_out(source, "it is full");
            return Vec::new();
        }
        let mut diagnostics = Diagnostics::new(&source.name, self.annotations);
        let drafts = descriptors(&source.text, &mut self.room, self.must_stop, &mut diagnostics);
        self.keep(source, drafts, diagnostics.into_problems())
    }

    /// Takes a source that was [parsed](parse_source) with the same rules for annotations, and returns the targets of its
    /// Locations. The result is that of [`add`](Self::add): what may not fit is read once more.
    pub fn add_parsed(&mut self, source: &Source, parsed: Parsed) -> Vec<LocationTarget> {
        let Parsed { drafts, problems, used, is_stopped } = parsed;
        let fits = used.nodes < self.room.nodes && used.text < self.room.text;
        if self.is_full || is_stopped || !fits {
            return self.add(source);
        }
        self.order.insert(source.name.clone(), self.order.len());
        self.room = Room { nodes: self.room.nodes - used.nodes, text: self.room.text - used.text };
        self.keep(source, drafts, problems)
    }

    fn keep(
        &mut self,
        source: &Source,
        mut drafts: Vec<Draft>,
        problems: Vec<Problem>,
    ) -> Vec<LocationTarget> {
        self.problems.extend(problems);
        self.bound(source, &mut drafts);
        let targets = self.targets_of(&mut drafts);
        let locations = drafts.iter().map(|draft| &draft.entity).filter(|entity| entity.is("Location"));
        self.known.extend(locations.map(|entity| entity.reference.clone()));
        self.drafts.append(&mut drafts);
        targets
    }

    /// Adds a problem found outside the descriptors.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Resolves the references between the entities and returns the catalog.
    pub fn finish(mut self) -> Catalog {
        let drafts = unique::unique(self.drafts, &mut self.problems);
        let entities = relate::relate(drafts, &mut self.problems);
        let mut problems = self.problems.into_list();
        sort(&mut problems, &self.order);
        Catalog { entities, problems, targets: self.targets }
    }

    /// Keeps the drafts that fit within the limits and reports the rest as left out.
    fn bound(&mut self, source: &Source, drafts: &mut Vec<Draft>) {
        let mut kept = 0;
        for draft in drafts.iter() {
            let references = draft.references.len() + draft.targets.len();
            if self.drafts.len() + kept == self.limits.entities || references > self.references_left {
                break;
            }
            self.references_left -= references;
            kept += 1;
        }
        if kept < drafts.len() {
            drafts.truncate(kept);
            self.leave_out(source, "the rest exceeds the limits");
        }
        self.is_full |= self.room.is_full();
    }

    fn leave_out(&mut self, source: &Source, why: &str) {
        self.is_full = true;
        let Limits { room, entities, references } = self.limits;
        let rule = format!(
            "this file is left out of the catalog, at least in part, because {why}: it holds at most {entities} entities, \
             {references} references and {} MiB of text",
            room.text / 1024 / 1024
        );
        self.problems.push(Problem::of_source(source.name.clone(), rule, Severity::Error));
    }

    /// Takes the targets of the Locations that are kept: the last one of a name within a source, the first one across
    /// sources.
    fn targets_of(&mut self, drafts: &mut [Draft]) -> Vec<LocationTarget> {
        let mut last = HashMap::new();
        for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.entity.is("Location")) {
            last.insert(draft.entity.reference.clone(), index);
        }
        let mut targets = Vec::new();
        for (index, draft) in drafts.iter_mut().enumerate() {
            let reference = &draft.entity.reference;
            if last.get(reference) == Some(&index) && !self.known.contains(reference) {
                targets.append(&mut draft.targets);
            }
        }
        self.targets.extend(targets.iter().cloned());
        targets
    }
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("sources", &self.order.len()).finish_non_exhaustive()
    }
}

/// Reads the entities of one source.
fn descriptors(
    text: &[u8],
    room: &mut Room,
    must_stop: &dyn Fn() -> bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Draft> {
    let text = match hello_yaml::decode(text) {
        Ok(text) => text,
        Err(rule) => {
            diagnostics.error(At::START, None, rule);
            return Vec::new();
        }
    };
    if text.contains('\r') && !text.contains('\n') {
        let hint = Some("end lines with LF or CR LF".to_owned());
        diagnostics.error(
            At::START,
            None,
            Message::new("this file has lines that end with CR alone").with_hint(hint),
        );
    }
    let errors = diagnostics.errors();
    let mut drafts = Vec::new();
    for document in hello_yaml::documents(&text, room, Options { max_aliases: MAX_ALIASES, must_stop }) {
        match document {
            Ok(document) => drafts.extend(document::read(&document, diagnostics)),
            Err(Broken { at, rule, hint }) => {
                diagnostics.about(None, super::diagnostics::FILE_LOST);
                diagnostics.error(at, None, Message::new(rule).with_hint(hint));
            }
        }
    }
    if drafts.is_empty() && diagnostics.errors() == errors && !must_stop() {
        diagnostics.about(None, super::diagnostics::FILE_LOST);
        let hint = Some("an entity begins with apiVersion, kind and metadata".to_owned());
        diagnostics.warn(
            At::START,
            None,
            Message::new("this file describes no entity").with_hint(hint),
            None,
        );
    }
    drafts
}

/// Sorts the problems by source order, then by location.
fn sort(problems: &mut [Problem], order: &HashMap<String, usize>) {
    problems
        .sort_by_key(|problem| (order.get(problem.source.as_str()).copied(), problem.line, problem.column));
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Limits = Limits { room: Room { nodes: 1_000, text: 10_000 }, entities: 10, references: 20 };

    fn told(texts: &[String]) -> (usize, String) {
        let mut reader = Reader::with_limits(&|| false, SMALL);
        for (number, text) in texts.iter().enumerate() {
            reader.add(&Source { name: format!("{number}.yaml"), text: text.clone().into_bytes() });
        }
        let catalog = reader.finish();
        let errors = catalog.problems.iter().filter(|problem| problem.severity == Severity::Error);
        let lines: Vec<String> = errors.map(ToString::to_string).collect();
        (catalog.entities.len(), lines.join("\n"))
    }

    fn user(name: usize, groups: usize) -> String {
        let groups = (0..groups).map(|group| format!("g{group}")).collect::<Vec<_>>().join(",");
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata: {{name: u{name}}}\nspec: {{memberOf: [{groups}]}}\n---\n"
        )
    }

    #[test]
    fn files_over_the_limits_are_left_out_alone() {
        let late = user(99, 0);
        let many: String = (0..15).map(|name| user(name, 0)).collect();
        let (entities, told) = self::told(&[many, late.clone()]);
        assert_eq!((entities, told.lines().count()), (10, 2), "{told}");
        assert!(
            told.contains("0.yaml:1:1: error: this file is left out") && told.contains("at most 10 entities"),
            "{told}"
        );
        let (entities, told) = self::told(&[user(1, 15), user(2, 15), late.clone()]);
        assert_eq!(
            (entities, told.contains("1.yaml:1:1: error: this file is left out")),
            (1, true),
            "{told}"
        );
        let (entities, told) = self::told(&[late.clone(), "- a\n".repeat(2_000), user(1, 0)]);
        assert_eq!((entities, told.contains("more values than")), (1, true), "{told}");
        let (entities, told) = self::told(&[late, format!("'{}'", "x".repeat(20_000)), user(1, 0)]);
        assert_eq!((entities, told.contains("more text than")), (1, true), "{told}");
    }

    #[test]
    fn sources_parsed_on_their_own_make_the_same_catalog() {
        let large = "- a\n".repeat(400);
        let texts =
            [user(1, 3), "kind: [".to_owned(), large.clone(), user(2, 1), large.clone(), large, user(3, 0)];
        let sources = (0..).zip(texts).map(|(number, text): (usize, String)| Source {
            name: format!("{number}.yaml"),
            text: text.into_bytes(),
        });
        let mut readers = [(); 2].map(|()| Reader::with_limits(&|| false, SMALL));
        for source in sources {
            readers[0].add(&source);
            readers[1].add_parsed(&source, parse_source(&source, &[], &|| false));
        }
        let [one, other] = readers.map(Reader::finish);
        assert_eq!(one, other);
        assert_eq!(
            one.entities.len(),
            2,
            "the third large source does not fit, and what follows is left out"
        );
    }

    #[test]
    fn problems_are_bounded_and_counted() {
        let many = "- a\n---\n".repeat(200);
        let mut reader = Reader::new(&|| false);
        for number in 0..60 {
            reader.add(&Source { name: format!("{number}.yaml"), text: many.clone().into_bytes() });
        }
        let catalog = reader.finish();
        assert_eq!(catalog.problems.len(), 10_001);
        assert!(catalog.problems.iter().any(|problem| problem.rule == "this catalog has 2000 more problems"));
    }
}
