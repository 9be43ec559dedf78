//! Sources to catalog: the one way in.

use std::collections::HashMap;

use super::{
    Catalog, Problem, Source,
    document::{self, Draft},
    findings::Findings,
    node::At,
    parse, relate, unique,
};

/// Reads all sources. Every good entity is kept, whatever stands beside it; what is wrong is told with its place.
pub fn read(sources: &[Source]) -> Catalog {
    let mut drafts = Vec::new();
    let mut problems = Vec::new();
    for source in sources {
        let mut findings = Findings::new(&source.name);
        drafts.extend(descriptors(&source.text, &mut findings));
        problems.extend(findings.into_problems());
    }
    let mut drafts = unique::unique(drafts, &mut problems);
    let targets = drafts.iter_mut().flat_map(|draft| std::mem::take(&mut draft.targets)).collect();
    let entities = relate::relate(drafts, &mut problems);
    sort(&mut problems, sources);
    Catalog { entities, problems, targets }
}

/// Reads the entities of one source.
fn descriptors(text: &[u8], findings: &mut Findings) -> Vec<Draft> {
    if let Some(rule) = unreadable(text) {
        findings.error(At::START, None, rule);
        return Vec::new();
    }
    let text = String::from_utf8_lossy(text);
    if text.contains('\r') && !text.contains('\n') {
        findings.error(At::START, None, "has lines that end with CR alone; write LF or CR LF");
    }
    let errors = findings.errors();
    let mut drafts = Vec::new();
    for document in parse::documents(&text) {
        match document {
            Ok(root) => drafts.extend(document::read(&root, findings)),
            Err(parse::Broken { at, rule }) => {
                findings.about(None, super::findings::FILE_LOST);
                findings.error(at, None, rule);
            }
        }
    }
    if drafts.is_empty() && findings.errors() == errors {
        findings.about(None, super::findings::FILE_LOST);
        findings.warn(At::START, None, "describes no entity", None);
    }
    drafts
}

/// Says why the bytes are no text that can be read.
fn unreadable(text: &[u8]) -> Option<String> {
    if text.len() > parse::LARGEST {
        return Some(format!("is larger than {} MiB", parse::LARGEST / 1024 / 1024));
    }
    let utf16 = text.starts_with(&[0xff, 0xfe]) || text.starts_with(&[0xfe, 0xff]);
    utf16.then(|| "is written in UTF-16; descriptors are UTF-8".to_owned())
}

/// Puts the problems in the order of the sources and their lines.
fn sort(problems: &mut [Problem], sources: &[Source]) {
    let places: HashMap<&str, usize> =
        sources.iter().enumerate().map(|(index, source)| (source.name.as_str(), index)).collect();
    problems
        .sort_by_key(|problem| (places.get(problem.source.as_str()).copied(), problem.line, problem.column));
}
