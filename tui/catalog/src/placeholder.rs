//! Placeholders: values that stand for the content of a file, as in `$text: ./file`.

use std::fmt::Display;

use hello_yaml::{At, Node, shortened};
use url::Url;

use super::message::Message;

/// The keys of placeholders, and the module that Backstage needs for them.
pub(super) const PLACEHOLDERS: [(&str, Option<&str>); 5] = [
    ("$text", None),
    ("$json", None),
    ("$yaml", None),
    ("$openapi", Some("@backstage/plugin-catalog-backend-module-openapi")),
    ("$asyncapi", Some("@backstage/plugin-catalog-backend-module-openapi")),
];

/// Returns the key of a value that looks like a placeholder, but is of none that Backstage knows.
pub(super) fn unknown<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    match node.entries()? {
        [only] if only.key.starts_with('$') && !PLACEHOLDERS.iter().any(|(key, _)| only.key == *key) => {
            Some(&only.key)
        }
        _ => None,
    }
}

/// Returns a short description of a value for messages. Unlike [`Node::found`], it knows what a placeholder is.
pub(super) fn found(node: &Node) -> String {
    match unknown(node) {
        Some(key) => format!("the unknown placeholder \"{}\"", shortened(key)),
        None => node.found(),
    }
}

/// A placeholder that Backstage replaces by the content of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placeholder<'n> {
    pub key: &'n str,
    pub at: At,
    pub target: &'n str,
    module: Option<&'static str>,
}

impl<'n> Placeholder<'n> {
    /// Returns the placeholder that a value is, if it is one.
    pub(super) fn of(node: &'n Node<'_>) -> Option<Self> {
        let [only] = node.entries()? else { return None };
        let (_, module) = PLACEHOLDERS.iter().find(|(key, _)| only.key == *key)?;
        Some(Self { key: &only.key, at: only.at, target: only.value.text()?, module: *module })
    }

    /// Returns what a Backstage without the needed module does, if a module is needed.
    pub(super) fn consequence(&self) -> Option<String> {
        self.module.map(|module| format!("Backstage leaves this entity out unless it has {module}"))
    }

    /// Returns an error if the target is a URL outside the entity's own repositories.
    pub(super) fn leaves(&self, own: &[String], field: impl Display) -> Option<Message> {
        let target = repository(self.target)?;
        // The annotation of GitHub names a repository without its host.
        if own.iter().any(|own| target == *own || target.ends_with(&format!("/{own}"))) {
            return None;
        }
        let rule = format!(
            "\"{field}\" reads from the repository {}; since its catalog backend 4.0.3, Backstage reads a \
             placeholder only from the entity's own repository",
            shortened(&target)
        );
        let hint = "copy the file into this repository, and name it relative to this descriptor";
        Some(Message::new(rule).with_hint(Some(hint.to_owned())))
    }
}

/// Returns the repository of a URL of a code host, `host/owner/name` in lower case.
pub(super) fn repository(url: &str) -> Option<String> {
    let url = url.strip_prefix("url:").unwrap_or(url);
    // Most sources and targets are paths, and parsing takes longer than this comparison.
    if !["http:", "https:"].iter().any(|scheme| starts_with(url, scheme)) {
        return None;
    }
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    // The host of GitHub's raw files names the same repositories.
    let host = if host == "raw.githubusercontent.com" { "github.com" } else { host };
    let path: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).take(2).collect();
    Some(format!("{host}/{}", path.join("/")).to_ascii_lowercase())
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Returns the repositories that an entity belongs to, as far as its source and its annotations say.
pub(super) fn own_repositories(source: &str, metadata: &Node) -> Vec<String> {
    let annotations = metadata.get("annotations").map(|entry| &entry.value);
    let annotation = |key| annotations.and_then(|annotations| annotations.text_at(key));
    let located = ["backstage.io/source-location", "backstage.io/managed-by-location"];
    let urls = located.into_iter().filter_map(annotation).chain([source]).filter_map(repository);
    let slug = annotation("github.com/project-slug").map(str::to_ascii_lowercase);
    urls.chain(slug.filter(|slug| slug.contains('/'))).collect()
}
