//! Builds the node tree of one YAML document from the parser's events.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::node::{At, MapEntry, Node, Value};

/// The maximum nesting depth, aliases expanded. The parser's own limit does not count nesting inside aliases.
const MAX_DEPTH: usize = 256;

/// The reason why a document cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The location that the parser stopped at.
    pub at: At,
    /// What is wrong, as a sentence.
    pub rule: String,
    /// What to do about it, as an instruction.
    pub hint: Option<String>,
}

impl Broken {
    pub(super) fn new(at: At, rule: impl Into<String>) -> Self {
        Self { at, rule: rule.into(), hint: None }
    }
}

/// The capacity left for all documents together, what aliases repeat included.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// The number of values.
    pub nodes: usize,
    /// Bytes of text.
    pub text: usize,
}

impl Room {
    /// Reports whether nothing more can be read.
    pub fn is_full(&self) -> bool {
        self.nodes == 0 || self.text == 0
    }
}

/// A document under construction.
pub(super) struct Builder<'a, 't> {
    /// The collections that are still open, outermost first.
    open: Vec<Open<'t>>,
    root: Option<Node<'t>>,
    anchors: HashMap<usize, Anchored<'t>>,
    room: &'a mut Room,
    max_aliases: usize,
}

struct Open<'t> {
    at: At,
    anchor: usize,
    measure: Measure,
    content: Content<'t>,
}

enum Content<'t> {
    List(Vec<Node<'t>>),
    Map { entries: Vec<MapEntry<'t>>, keys: Keys, key: Option<(Cow<'t, str>, At)> },
}

/// The depth of a node, the number of leaves that aliases added to it, and the values and bytes of text it holds.
#[derive(Clone, Copy, Default)]
struct Measure {
    depth: usize,
    aliases: usize,
    nodes: usize,
    text: usize,
}

struct Anchored<'t> {
    node: Node<'t>,
    measure: Measure,
    uses: usize,
}

impl<'a, 't> Builder<'a, 't> {
    pub(super) fn new(room: &'a mut Room, max_aliases: usize) -> Self {
        Self { open: Vec::new(), root: None, anchors: HashMap::new(), room, max_aliases }
    }

    /// Returns the finished document, or null if it is empty.
    pub(super) fn root(self, at: At) -> Node<'t> {
        self.root.unwrap_or(Node { at, value: Value::Null })
    }

    /// Adds a scalar.
    pub(super) fn leaf(&mut self, node: Node<'t>, anchor: usize) -> Result<(), Broken> {
        let text = match &node.value {
            Value::Text(text) | Value::Number(text) => text.len(),
            _ => 0,
        };
        reserve(self.room, node.at, 1, text)?;
        self.finish(node, anchor, Measure { depth: 0, aliases: 1, nodes: 1, text })
    }

    pub(super) fn open_list(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        self.begin(at, anchor, Content::List(Vec::new()))
    }

    pub(super) fn open_map(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        let content = Content::Map { entries: Vec::new(), keys: Keys::default(), key: None };
        self.begin(at, anchor, content)
    }

    /// Closes the innermost collection.
    pub(super) fn close(&mut self) -> Result<(), Broken> {
        let Some(Open { at, anchor, measure, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(items) => Value::List(Rc::new(items)),
            Content::Map { entries, .. } => Value::Map(Rc::new(entries)),
        };
        self.finish(Node { at, value }, anchor, measure)
    }

    /// Inserts a copy of the anchored node, located where the alias is written.
    pub(super) fn alias(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        let anchored = self
            .anchors
            .get_mut(&anchor)
            .ok_or_else(|| Broken::new(at, "an alias must not lie inside its own anchor"))?;
        anchored.uses += 1;
        let aliases = anchored.uses.saturating_mul(anchored.measure.aliases);
        if aliases > self.max_aliases {
            let rule = format!("Excessive alias count: more than {} uses of one anchor", self.max_aliases);
            return Err(Broken::new(at, rule));
        }
        let measure = Measure { aliases, ..anchored.measure };
        // Each use repeats the values and may copy the text, so both are reserved before that.
        reserve(self.room, at, measure.nodes, measure.text)?;
        let node = Node { at, value: anchored.node.value.clone() };
        self.place(node, measure)
    }

    fn begin(&mut self, at: At, anchor: usize, content: Content<'t>) -> Result<(), Broken> {
        reserve(self.room, at, 1, 0)?;
        self.open.push(Open { at, anchor, measure: Measure { nodes: 1, ..Measure::default() }, content });
        Ok(())
    }

    fn finish(&mut self, node: Node<'t>, anchor: usize, measure: Measure) -> Result<(), Broken> {
        if anchor != 0 {
            // The anchored node itself counts as its first use.
            self.anchors.insert(anchor, Anchored { node: node.clone(), measure, uses: 1 });
        }
        self.place(node, measure)
    }

    fn place(&mut self, node: Node<'t>, measure: Measure) -> Result<(), Broken> {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.measure.depth = parent.measure.depth.max(measure.depth + 1);
        parent.measure.aliases = parent.measure.aliases.max(measure.aliases);
        parent.measure.nodes = parent.measure.nodes.saturating_add(measure.nodes);
        parent.measure.text = parent.measure.text.saturating_add(measure.text);
        if parent.measure.depth > MAX_DEPTH {
            return Err(Broken::new(
                node.at,
                format!("this document is nested deeper than {MAX_DEPTH} levels"),
            ));
        }
        parent.content.place(node)
    }
}

/// Reserves capacity for `nodes` more nodes with `text` bytes of text.
fn reserve(room: &mut Room, at: At, nodes: usize, text: usize) -> Result<(), Broken> {
    room.nodes = room.nodes.saturating_sub(nodes);
    room.text = room.text.saturating_sub(text);
    match (room.nodes, room.text) {
        (0, _) => Err(Broken::new(at, "this document holds more values than the limit allows")),
        (_, 0) => Err(Broken::new(at, "this document holds more text than the limit allows")),
        _ => Ok(()),
    }
}

impl<'t> Content<'t> {
    fn place(&mut self, node: Node<'t>) -> Result<(), Broken> {
        match self {
            Self::List(items) => items.push(node),
            Self::Map { entries, key: slot @ Some(_), .. } => {
                if let Some((key, at)) = slot.take() {
                    entries.push(MapEntry { key, at, value: node });
                }
            }
            Self::Map { entries, keys, key } => {
                let is_scalar = node.items().is_none() && node.entries().is_none();
                let found = is_scalar && keys.contain(entries, key_of(&node));
                if found {
                    let rule = format!("Map keys must be unique: {} is there already", node.found());
                    let hint = Some("remove one of the two, or rename it".to_owned());
                    return Err(Broken { at: node.at, rule, hint });
                }
                let at = node.at;
                *key = Some((into_key(node), at));
            }
        }
        Ok(())
    }
}

/// The scalar keys of a map. A map of few keys is searched entry by entry; a set is made only for more.
#[derive(Default)]
struct Keys(Option<HashSet<String>>);

impl Keys {
    /// The number of keys up to which searching them costs less than a set.
    const FEW: usize = 16;

    /// Reports whether one of the entries has this key; the entry of a new key comes next.
    fn contain(&mut self, entries: &[MapEntry], key: &str) -> bool {
        if entries.len() < Self::FEW {
            return entries.iter().any(|entry| entry.key == key && key != LIST_KEY && key != MAP_KEY);
        }
        let known = || entries.iter().map(|entry| entry.key.to_string()).collect();
        !self.0.get_or_insert_with(known).insert(key.to_owned())
    }
}

/// The field name for a list as a key. Any number of them may be in one map.
pub const LIST_KEY: &str = "[…]";

/// The field name for a map as a key, as in `{{ template }}`. Any number of them may be in one map.
pub const MAP_KEY: &str = "{…}";

/// Returns the field name for a key.
fn key_of<'n>(node: &'n Node<'_>) -> &'n str {
    match &node.value {
        Value::Null => "",
        Value::Bool(true, _) => "true",
        Value::Bool(false, _) => "false",
        Value::Number(text) | Value::Text(text) => text,
        Value::List(_) => LIST_KEY,
        Value::Map(_) => MAP_KEY,
    }
}

fn into_key(node: Node<'_>) -> Cow<'_, str> {
    match node.value {
        Value::Number(text) | Value::Text(text) => text,
        _ => Cow::Owned(key_of(&node).to_owned()),
    }
}
