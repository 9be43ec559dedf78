//! Builds the node tree of one YAML document from the parser's events.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::node::{At, Entry, Node, Value};

/// The maximum nesting depth, aliases expanded. The parser's own limit does not count nesting inside aliases.
const DEEPEST: usize = 256;

/// The maximum number of times aliases may repeat the leaves below one anchor: the limit of Backstage's reader.
const MOST_ALIASES: usize = 100;

/// The reason why a document cannot be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Broken {
    pub at: At,
    pub rule: String,
}

/// The capacity left for all documents together.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    pub nodes: usize,
    /// Bytes of text, including text repeated by aliases.
    pub text: usize,
}

impl Room {
    pub(super) fn is_full(&self) -> bool {
        self.nodes == 0 || self.text == 0
    }
}

/// A document under construction.
pub(super) struct Builder<'a> {
    /// The collections that are still open, outermost first.
    open: Vec<Open>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchored>,
    room: &'a mut Room,
}

struct Open {
    at: At,
    anchor: usize,
    measure: Measure,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, keys: HashSet<String>, key: Option<(String, At)> },
}

/// The depth of a node, the number of leaves that aliases added to it, and the bytes of text it holds.
#[derive(Clone, Copy, Default)]
struct Measure {
    depth: usize,
    aliases: usize,
    text: usize,
}

struct Anchored {
    node: Node,
    measure: Measure,
    uses: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(room: &'a mut Room) -> Self {
        Self { open: Vec::new(), root: None, anchors: HashMap::new(), room }
    }

    /// Returns the finished document, or null if it is empty.
    pub(super) fn root(self, at: At) -> Node {
        self.root.unwrap_or(Node { at, value: Value::Null })
    }

    /// Adds a scalar.
    pub(super) fn leaf(&mut self, node: Node, anchor: usize) -> Result<(), Broken> {
        let text = match &node.value {
            Value::Text(text) | Value::Number(text) => text.len(),
            _ => 0,
        };
        reserve(self.room, node.at, text)?;
        self.finish(node, anchor, Measure { depth: 0, aliases: 1, text })
    }

    pub(super) fn open_list(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        self.begin(at, anchor, Content::List(Vec::new()))
    }

    pub(super) fn open_map(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        let content = Content::Map { entries: Vec::new(), keys: HashSet::new(), key: None };
        self.begin(at, anchor, content)
    }

    /// Closes the innermost collection.
    pub(super) fn close(&mut self) -> Result<(), Broken> {
        let Some(Open { at, anchor, measure, content }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(items) => Value::List(Rc::from(items)),
            Content::Map { entries, .. } => Value::Map(Rc::from(entries)),
        };
        self.finish(Node { at, value }, anchor, measure)
    }

    /// Inserts a copy of the anchored node, located where the alias is written.
    pub(super) fn alias(&mut self, at: At, anchor: usize) -> Result<(), Broken> {
        let anchored = self
            .anchors
            .get_mut(&anchor)
            .ok_or_else(|| Broken { at, rule: "an alias must not lie inside its own anchor".to_owned() })?;
        anchored.uses += 1;
        let aliases = anchored.uses.saturating_mul(anchored.measure.aliases);
        if aliases > MOST_ALIASES {
            let rule = format!("Excessive alias count: more than {MOST_ALIASES} uses of one anchor");
            return Err(Broken { at, rule });
        }
        let measure = Measure { aliases, ..anchored.measure };
        // Each use copies the text, so its size is reserved before the copy is made.
        reserve(self.room, at, measure.text)?;
        let node = Node { at, value: anchored.node.value.clone() };
        self.place(node, measure)
    }

    fn begin(&mut self, at: At, anchor: usize, content: Content) -> Result<(), Broken> {
        reserve(self.room, at, 0)?;
        self.open.push(Open { at, anchor, measure: Measure::default(), content });
        Ok(())
    }

    fn finish(&mut self, node: Node, anchor: usize, measure: Measure) -> Result<(), Broken> {
        if anchor != 0 {
            // The anchored node itself counts as its first use.
            self.anchors.insert(anchor, Anchored { node: node.clone(), measure, uses: 1 });
        }
        self.place(node, measure)
    }

    fn place(&mut self, node: Node, measure: Measure) -> Result<(), Broken> {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.measure.depth = parent.measure.depth.max(measure.depth + 1);
        parent.measure.aliases = parent.measure.aliases.max(measure.aliases);
        parent.measure.text = parent.measure.text.saturating_add(measure.text);
        if parent.measure.depth > DEEPEST {
            return Err(Broken { at: node.at, rule: format!("is nested deeper than {DEEPEST} levels") });
        }
        parent.content.place(node)
    }
}

/// Reserves capacity for one more node with `text` bytes of text.
fn reserve(room: &mut Room, at: At, text: usize) -> Result<(), Broken> {
    room.nodes = room.nodes.saturating_sub(1);
    room.text = room.text.saturating_sub(text);
    match (room.nodes, room.text) {
        (0, _) => Err(Broken { at, rule: "holds more values than a catalog may have".to_owned() }),
        (_, 0) => Err(Broken { at, rule: "holds more text than a catalog may have".to_owned() }),
        _ => Ok(()),
    }
}

impl Content {
    fn place(&mut self, node: Node) -> Result<(), Broken> {
        match self {
            Self::List(items) => items.push(node),
            Self::Map { entries, key: slot @ Some(_), .. } => {
                if let Some((key, at)) = slot.take() {
                    entries.push(Entry { key, at, value: node });
                }
            }
            Self::Map { keys, key, .. } => {
                let name = key_of(&node);
                if node.items().is_none() && node.entries().is_none() && !keys.insert(name.clone()) {
                    let rule = format!("Map keys must be unique: {} is there already", node.found());
                    return Err(Broken { at: node.at, rule });
                }
                *key = Some((name, node.at));
            }
        }
        Ok(())
    }
}

/// Returns the field name for a key. A collection as a key, as in `{{ template }}`, is written `[…]` or `{…}`.
fn key_of(node: &Node) -> String {
    match &node.value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) | Value::Text(text) => text.clone(),
        Value::List(_) => "[…]".to_owned(),
        Value::Map(_) => "{…}".to_owned(),
    }
}
