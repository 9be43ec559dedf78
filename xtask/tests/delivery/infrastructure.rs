//! The templates as data. Short forms lose their name (`!Ref X` reads as `X`, `!If [A, b, c]` as that list), which is
//! enough for what is asked here: who may do what, and what belongs to which resource.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde_json::{Map, Value};

use crate::strangers::{entries, read, root};

/// A template of CloudFormation.
pub(crate) struct Template {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    document: Value,
}

/// One statement of a policy.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) actions: BTreeSet<String>,
    /// What the actions may be done to; short forms as their argument.
    pub(crate) resources: Vec<String>,
}

impl Template {
    /// Reads a template of the folder `infrastructure/`.
    pub(crate) fn named(name: &str) -> Self {
        Self::read(folder().join(name))
    }

    /// Reads every template that there is.
    pub(crate) fn all() -> Vec<Self> {
        let mut paths = entries(&folder());
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        assert!(!paths.is_empty(), "infrastructure/ has no template");
        paths.into_iter().map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Self {
        let text = read(&path);
        let document =
            serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text, document }
    }

    pub(crate) fn name(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Returns a copy with another resource, as it would be written in the template.
    pub(crate) fn with(&self, resource: &str) -> Self {
        self.replacing("\nResources:\n", &format!("\nResources:\n{resource}"))
    }

    /// Returns a copy with something else in one place.
    pub(crate) fn replacing(&self, what: &str, by: &str) -> Self {
        assert!(self.text.contains(what), "{} has no `{what}`", self.name());
        let text = self.text.replacen(what, by, 1);
        let document = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{by}: {error}"));
        Self { path: self.path.clone(), text, document }
    }

    pub(crate) fn resources(&self) -> &Map<String, Value> {
        self.document["Resources"].as_object().expect("a template has resources")
    }

    /// Returns a parameter as it is declared.
    pub(crate) fn parameter(&self, name: &str) -> &Value {
        let parameter = &self.document["Parameters"][name];
        assert!(parameter.is_object(), "{} has no parameter {name}", self.name());
        parameter
    }

    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.resources().iter().filter(move |(_, resource)| resource["Type"] == kind);
        resources.map(|(name, resource)| (name.as_str(), resource))
    }

    /// Returns the statements of every resource that has some, by its name.
    pub(crate) fn statements(&self) -> BTreeMap<&str, Vec<Statement>> {
        let of = |resource: &Value| {
            let mut found = Vec::new();
            collect(&resource["Properties"], &mut found);
            found
        };
        let all = self.resources().iter().map(|(name, resource)| (name.as_str(), of(resource)));
        all.filter(|(_, statements)| !statements.is_empty()).collect()
    }
}

/// Statements stand in policies, which stand in lists, or in a choice between one and none.
fn collect(value: &Value, found: &mut Vec<Statement>) {
    match value {
        Value::Object(map) if map.contains_key("Resource") && value["Effect"] == "Allow" => {
            let actions = texts(&map["Action"]).into_iter().collect();
            found.push(Statement { actions, resources: texts(&map["Resource"]) });
        }
        Value::Object(map) => map.values().for_each(|value| collect(value, found)),
        Value::Array(list) => list.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Returns the text, or all texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn folder() -> PathBuf {
    root().join("infrastructure")
}
