//! Reads the metadata that every entity has: title, description, labels, annotations, tags, links.

use std::collections::BTreeMap;

use hello_yaml::{MapEntry, Node, shortened};

use super::{
    diagnostics::Diagnostics,
    message::Message,
    rules::{self, Rule},
    value_hint::Expected,
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

pub(super) fn read(metadata: &Node, diagnostics: &mut Diagnostics) -> Metadata {
    for output in ["uid", "etag"] {
        diagnostics.text_of("metadata", metadata, output, rules::NOT_EMPTY);
    }
    let annotations = pairs(metadata, "annotations", rules::ANY, diagnostics);
    warn_of_useless(metadata, diagnostics);
    Metadata {
        title: diagnostics.text_of("metadata", metadata, "title", rules::NOT_EMPTY),
        description: diagnostics.text_of("metadata", metadata, "description", rules::ANY),
        labels: pairs(metadata, "labels", rules::LABEL_VALUE, diagnostics),
        annotations,
        tags: tags(metadata, diagnostics),
        links: links(metadata, diagnostics),
    }
}

fn pairs(metadata: &Node, name: &str, rule: Rule, diagnostics: &mut Diagnostics) -> BTreeMap<String, String> {
    let Some(entry) = metadata.get(name) else { return BTreeMap::new() };
    let mut read = BTreeMap::new();
    for MapEntry { key, at, value } in diagnostics.pairs(format_args!("metadata.{name}"), entry) {
        if !(rules::KEY.holds)(key) {
            let field = format!("metadata.{name}.{}", shortened(key));
            let rule = format!(
                "\"{field}\" is not valid; expected {} but found \"{}\"",
                rules::KEY.expects,
                shortened(key)
            );
            let message = Message::new(rule).with_hint(rules::KEY.accepted(key));
            diagnostics.error(*at, Some(&field), message);
        }
        if let Some(text) =
            diagnostics.text(*at, format_args!("metadata.{name}.{}", shortened(key)), value, rule)
        {
            read.insert(key.to_string(), text);
        }
    }
    read
}

/// Warns about annotations that Backstage accepts but the console cannot use.
fn warn_of_useless(metadata: &Node, diagnostics: &mut Diagnostics) {
    let Some(annotations) = metadata.get("annotations") else { return };
    for entry in annotations.value.entries().unwrap_or_default() {
        let Some((rule, text)) = diagnostics.annotation_rule(&entry.key).zip(entry.value.text()) else {
            continue;
        };
        if let Err(why) = (rule.check)(text) {
            let field = format!("metadata.annotations.{}", entry.key);
            let message = Message::new(format!("\"{field}\" cannot be used: {why}"))
                .with_hint(Some("correct the annotation, or remove it".to_owned()));
            diagnostics.warn(entry.at, Some(&field), message, None);
        }
    }
}

fn tags(metadata: &Node, diagnostics: &mut Diagnostics) -> Vec<String> {
    let Some(entry) = metadata.get("tags") else { return Vec::new() };
    let items = diagnostics.items("metadata.tags", entry);
    let mut tags = Vec::new();
    for (index, item) in items.iter().enumerate() {
        tags.extend(diagnostics.text(item.at, format_args!("metadata.tags.{index}"), item, rules::TAG));
    }
    tags
}

fn links(metadata: &Node, diagnostics: &mut Diagnostics) -> Vec<Link> {
    let Some(entry) = metadata.get("links") else { return Vec::new() };
    let items = diagnostics.items("metadata.links", entry);
    let mut links = Vec::new();
    for (index, item) in items.iter().enumerate() {
        links.extend(link(item, index, diagnostics));
    }
    links
}

fn link(item: &Node, index: usize, diagnostics: &mut Diagnostics) -> Option<Link> {
    let path = format_args!("metadata.links.{index}");
    if item.entries().is_none() {
        diagnostics.wrong(item.at, path, Expected::Object, item);
        return None;
    }
    if item.get("url").is_none() {
        diagnostics.missing(item.at, item, &path.to_string(), "url");
    }
    diagnostics.text_of(path, item, "icon", rules::NOT_BLANK);
    diagnostics.text_of(path, item, "type", rules::NOT_EMPTY);
    let title = diagnostics.text_of(path, item, "title", rules::NOT_BLANK);
    let url = diagnostics.text_of(path, item, "url", rules::URL)?;
    Some(Link { url, title })
}
