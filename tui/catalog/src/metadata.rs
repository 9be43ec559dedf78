//! Reads the metadata that every entity has: title, description, labels, annotations, tags, links.

use std::collections::BTreeMap;

use super::{
    findings::Findings,
    node::{Entry, Node, shortened},
    rules::{self, Rule},
};
use crate::entity::Link;

/// The metadata of one entity, without its name.
#[derive(Debug)]
pub(super) struct Metadata {
    pub title: Option<String>,
    pub description: Option<String>,
    pub labels: BTreeMap<String, String>,
    pub annotations: BTreeMap<String, String>,
    pub tags: Vec<String>,
    pub links: Vec<Link>,
}

pub(super) fn read(metadata: &Node, findings: &mut Findings) -> Metadata {
    for output in ["uid", "etag"] {
        findings.text_of("metadata", metadata, output, rules::NOT_EMPTY);
    }
    let annotations = pairs(metadata, "annotations", rules::ANY, findings);
    warn_of_useless(metadata, findings);
    Metadata {
        title: findings.text_of("metadata", metadata, "title", rules::NOT_EMPTY),
        description: findings.text_of("metadata", metadata, "description", rules::ANY),
        labels: pairs(metadata, "labels", rules::LABEL_VALUE, findings),
        annotations,
        tags: tags(metadata, findings),
        links: links(metadata, findings),
    }
}

fn pairs(metadata: &Node, name: &str, rule: Rule, findings: &mut Findings) -> BTreeMap<String, String> {
    let Some(entry) = metadata.get(name) else { return BTreeMap::new() };
    let mut read = BTreeMap::new();
    for Entry { key, at, value } in findings.pairs(format_args!("metadata.{name}"), entry) {
        if !(rules::KEY.holds)(key) {
            let field = format!("metadata.{name}.{}", shortened(key));
            let rule = format!(
                "\"{field}\" is not valid; expected {} but found \"{}\"",
                rules::KEY.expects,
                shortened(key)
            );
            findings.error(*at, Some(&field), rule);
        }
        if let Some(text) =
            findings.text(*at, format_args!("metadata.{name}.{}", shortened(key)), value, rule)
        {
            read.insert(key.to_string(), text);
        }
    }
    read
}

/// Warns about annotations that Backstage accepts but the console cannot use.
fn warn_of_useless(metadata: &Node, findings: &mut Findings) {
    let Some(annotations) = metadata.get("annotations") else { return };
    for entry in annotations.value.entries().unwrap_or_default() {
        let Some((rule, text)) = findings.annotation_rule(&entry.key).zip(entry.value.text()) else {
            continue;
        };
        if let Err(why) = (rule.check)(text) {
            let field = format!("metadata.annotations.{}", entry.key);
            findings.warn(entry.at, Some(&field), format!("\"{field}\" leads nowhere: {why}"), None);
        }
    }
}

fn tags(metadata: &Node, findings: &mut Findings) -> Vec<String> {
    let Some(entry) = metadata.get("tags") else { return Vec::new() };
    let items = findings.items("metadata.tags", entry);
    let mut tags = Vec::new();
    for (index, item) in items.iter().enumerate() {
        tags.extend(findings.text(item.at, format_args!("metadata.tags.{index}"), item, rules::TAG));
    }
    tags
}

fn links(metadata: &Node, findings: &mut Findings) -> Vec<Link> {
    let Some(entry) = metadata.get("links") else { return Vec::new() };
    let items = findings.items("metadata.links", entry);
    let mut links = Vec::new();
    for (index, item) in items.iter().enumerate() {
        links.extend(link(item, index, findings));
    }
    links
}

fn link(item: &Node, index: usize, findings: &mut Findings) -> Option<Link> {
    let path = format_args!("metadata.links.{index}");
    if item.entries().is_none() {
        findings.wrong(item.at, path, "an object", item);
        return None;
    }
    if item.get("url").is_none() {
        findings.missing(item.at, &path.to_string(), "url");
    }
    findings.text_of(path, item, "icon", rules::NOT_BLANK);
    findings.text_of(path, item, "type", rules::NOT_EMPTY);
    let title = findings.text_of(path, item, "title", rules::NOT_BLANK);
    let url = findings.text_of(path, item, "url", rules::URL)?;
    Some(Link { url, title })
}
