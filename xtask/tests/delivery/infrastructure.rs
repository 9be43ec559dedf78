//! The templates as data. Short forms lose their name (`!Ref X` reads as `X`, `!If [A, b, c]` as that list). That is
//! enough for checking the permissions of roles and the properties of resources.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use serde_json::{Map, Value};

use crate::third_party::{entries, read, root};

/// A CloudFormation template.
pub(crate) struct Template {
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    document: Value,
}

/// One statement of a policy.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) actions: BTreeSet<String>,
    /// The resources of the actions; a short form is represented by its argument.
    pub(crate) resources: Vec<String>,
}

impl Template {
    /// Reads a template in the folder `infrastructure/`.
    pub(crate) fn named(name: &str) -> Self {
        Self::read(folder().join(name))
    }

    /// Reads all templates.
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

    /// Returns a copy with an additional resource, given as the template's YAML.
    pub(crate) fn with(&self, resource: &str) -> Self {
        self.replacing("\nResources:\n", &format!("\nResources:\n{resource}"))
    }

    /// Returns a copy with the first occurrence of `what` replaced.
    pub(crate) fn replacing(&self, what: &str, by: &str) -> Self {
        assert!(self.text.contains(what), "{} has no `{what}`", self.name());
        let text = self.text.replacen(what, by, 1);
        let document = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{by}: {error}"));
        Self { path: self.path.clone(), text, document }
    }

    pub(crate) fn resources(&self) -> &Map<String, Value> {
        self.document["Resources"].as_object().expect("a template has resources")
    }

    /// Returns the declaration of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> &Value {
        let parameter = &self.document["Parameters"][name];
        assert!(parameter.is_object(), "{} has no parameter {name}", self.name());
        parameter
    }

    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let resources = self.resources().iter().filter(move |(_, resource)| resource["Type"] == kind);
        resources.map(|(name, resource)| (name.as_str(), resource))
    }

    /// Returns the policy statements of every resource that has some, by the resource's name.
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

/// Collects the policy statements in a value. Policies are in lists, or in a condition that selects one or none.
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

/// Returns a text, or all texts in a list. A text whose names are filled in counts as it is written.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(list) => list.iter().flat_map(texts).collect(),
        Value::Object(map) => map.get("Fn::Sub").map(texts).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn folder() -> PathBuf {
    root().join("infrastructure")
}
