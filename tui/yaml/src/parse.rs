//! Splits text into documents. Each result is a tree of [`Node`]s or the reason why the document is broken.
//!
//! Size, number of nodes, depth and aliases are limited, so that no file can make the reader hang or exhaust memory.
//! After a broken document, reading continues at the next `---`.

use std::{borrow::Cow, fmt};

use serde_yaml::granit_parser::{
    Event, Marker, Parser, ScalarStyle, StrInput, Tag, YamlVersion, options as parser_options,
};

use super::{
    builder::{Broken, Builder, Room},
    hint,
    node::{At, Node, Value},
    scalar::Dialect,
};

/// The number of parser events between two calls of `must_stop`.
const EVENTS_BETWEEN_CHECKS: u32 = 1_024;

/// The maximum number of broken documents reported individually for one source.
const MAX_BROKEN: usize = 50;

/// How to read.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The maximum number of times aliases may repeat the leaves below one anchor.
    pub max_aliases: usize,
    /// Reading ends early once this returns true.
    pub must_stop: &'a dyn Fn() -> bool,
}

impl fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("max_aliases", &self.max_aliases).finish_non_exhaustive()
    }
}

/// Reads every document of a source, in order. A broken document does not affect the valid ones.
///
/// Ends early if `options.must_stop` returns true or the capacity in `room` is used up.
pub fn documents<'t>(text: &'t str, room: &mut Room, options: Options<'_>) -> Vec<Result<Node<'t>, Broken>> {
    // A byte order mark at the start gives the encoding and is not content.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Indentation is not strict: closing braces without indentation are common, and most readers accept them.
    let parser_options = parser_options! { emit_comments: false };
    let mut reading = Reading {
        text,
        parser: Parser::new_from_str_with_options(text, parser_options),
        dialect: Dialect::default(),
        room,
        options,
        events: 0,
    };
    let mut documents = Vec::new();
    let mut broken = 0;
    while let Some(document) = reading.document().transpose() {
        let failed = document.is_err();
        documents.push(document);
        if failed {
            broken += 1;
            if broken == MAX_BROKEN || reading.room.is_full() || !reading.skip_to_next() {
                break;
            }
        }
    }
    documents
}

struct Reading<'a, 't> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    /// Kept across documents, because most readers apply `%YAML 1.1` to all documents that follow.
    dialect: Dialect,
    room: &'a mut Room,
    options: Options<'a>,
    events: u32,
}

impl<'t> Reading<'_, 't> {
    /// Reads the next document, or returns `None` at the end.
    fn document(&mut self) -> Result<Option<Node<'t>>, Broken> {
        let mut builder = Builder::new(self.room, self.options.max_aliases);
        for next in self.parser.by_ref() {
            self.events = self.events.wrapping_add(1);
            if self.events.is_multiple_of(EVENTS_BETWEEN_CHECKS) && (self.options.must_stop)() {
                return Ok(None);
            }
            let (event, span) = next.map_err(|error| {
                let at = place(error.marker());
                let rule = format!("this document is not valid YAML: {}", error.info());
                Broken { at, rule, hint: hint::hint(self.text, at) }
            })?;
            let at = place(&span.start);
            let anchor = event.anchor_id().unwrap_or_default();
            match event {
                Event::DocumentStart(_, version) => self.dialect = dialect(self.dialect, version),
                Event::Scalar(text, style, _, tag) => {
                    let value = scalar(self.dialect, text, style, tag.as_deref());
                    builder.leaf(Node { at, value }, anchor)?;
                }
                Event::SequenceStart(..) => builder.open_list(at, anchor)?,
                Event::MappingStart(..) => builder.open_map(at, anchor)?,
                Event::SequenceEnd | Event::MappingEnd => builder.close()?,
                Event::Alias(anchor) => builder.alias(at, anchor)?,
                Event::DocumentEnd => return Ok(Some(builder.root(at))),
                Event::StreamEnd => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    /// Skips the rest of a broken document. Reports whether another document follows.
    fn skip_to_next(&mut self) -> bool {
        self.parser.proceed_next_document().unwrap_or(false)
    }
}

fn place(marker: &Marker) -> At {
    At { line: marker.line().max(1), column: marker.col() + 1 }
}

fn dialect(current: Dialect, version: Option<YamlVersion>) -> Dialect {
    match version {
        Some(version) if version.minor <= 1 => Dialect::Yaml11,
        Some(_) => Dialect::Core,
        None => current,
    }
}

fn scalar<'t>(dialect: Dialect, text: Cow<'t, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value<'t> {
    match (tag, style) {
        (Some(tag), _) => dialect.tagged(text, tag),
        (None, ScalarStyle::Plain) => dialect.plain(text),
        (None, _) => Value::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::MAX_BYTES;

    const NEVER_STOPS: Options<'_> = Options { max_aliases: 100, must_stop: &|| false };

    fn read(text: &str) -> Vec<Result<Node<'_>, Broken>> {
        documents(text, &mut Room { nodes: 500_000, text: MAX_BYTES }, NEVER_STOPS)
    }

    #[test]
    fn every_value_knows_where_its_key_was_written() {
        let documents = read("a: 1\nb:\n  c: [x,\n    y]\n");
        let root = documents[0].as_ref().unwrap();
        let inner = root.get("b").unwrap();
        let list = inner.value.get("c").unwrap();
        assert_eq!((inner.at, list.at), (At { line: 2, column: 1 }, At { line: 3, column: 3 }));
        assert_eq!(list.value.items().unwrap()[1].at, At { line: 4, column: 5 });
    }

    #[test]
    fn documents_around_a_broken_document_are_read() {
        let documents = read("a: 1\n---\nb: [1, 2\n---\nc: 3\n");
        assert_eq!(documents.iter().map(Result::is_ok).collect::<Vec<_>>(), [true, false, true]);
        assert_eq!(documents[2].as_ref().unwrap().entries().unwrap()[0].at.line, 5);
    }

    #[test]
    fn a_repeated_key_is_an_error_at_its_second_place() {
        let documents = read("a: 1\na: 2\n---\nb: 1\n");
        let broken = documents[0].as_ref().unwrap_err();
        assert_eq!((broken.at.line, documents.len()), (2, 2), "{broken:?}");
    }

    #[test]
    fn a_repeated_key_is_found_in_large_maps() {
        for count in [1, 15, 16, 17, 100] {
            let lines: Vec<String> = (0..count).map(|key| format!("k{key}: 1\n")).collect();
            let keys = lines.concat();
            assert!(read(&keys)[0].is_ok());
            for key in [0, count - 1] {
                let text = format!("{keys}k{key}: 2\n");
                let documents = read(&text);
                assert_eq!(documents[0].as_ref().unwrap_err().at.line, count + 1, "k{key} of {count}");
            }
        }
    }

    #[test]
    fn merge_keys_are_ordinary_keys() {
        let documents = read("base: &b {x: 1}\nuse:\n  <<: *b\n");
        let used = &documents[0].as_ref().unwrap().get("use").unwrap().value;
        assert_eq!(used.entries().unwrap()[0].key, "<<");
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut bomb = vec!["a0: &a0 [x, x, x, x, x, x, x, x, x]".to_owned()];
        for level in 1..=20 {
            let inner = vec![format!("*a{}", level - 1); 9].join(", ");
            bomb.push(format!("a{level}: &a{level} [{inner}]"));
        }
        assert!(read(&bomb.join("\n"))[0].as_ref().unwrap_err().rule.contains("Excessive alias count"));
    }

    #[test]
    fn an_alias_cannot_deepen_the_tree_without_end() {
        let mut chain = vec!["- &a0 []".to_owned()];
        for level in 1..2_000 {
            chain.push(format!("- &a{level} [*a{}]", level - 1));
        }
        assert!(read(&chain.join("\n"))[0].as_ref().unwrap_err().rule.contains("deeper"));
    }

    #[test]
    fn twenty_thousand_levels_are_refused() {
        let flow = "[".repeat(20_000);
        let block: String = (0..2_000).map(|level| " ".repeat(level) + "a:\n").collect();
        assert!(read(&flow)[0].is_err() && read(&block)[0].is_err());
    }

    #[test]
    fn unknown_and_circular_aliases_are_refused() {
        assert!(read("a: *nowhere")[0].is_err());
        assert!(read("&a [*a]")[0].is_err());
    }

    #[test]
    fn a_version_directive_holds_until_the_next() {
        let documents = read("%YAML 1.1\n---\na: yes\n---\na: yes\n...\n%YAML 1.2\n---\na: yes\n");
        let values: Vec<_> =
            documents.iter().map(|root| root.as_ref().unwrap().get("a").unwrap().value.found()).collect();
        assert_eq!(values, ["the boolean true", "the boolean true", "\"yes\""]);
    }

    #[test]
    fn too_many_values_are_refused() {
        let text = format!("[{}]", "a,".repeat(2_000));
        let room = &mut Room { nodes: 1_000, text: MAX_BYTES };
        let documents = documents(&text, room, NEVER_STOPS);
        assert!(documents[0].as_ref().unwrap_err().rule.contains("more values"));
    }

    #[test]
    fn text_that_aliases_repeat_is_counted() {
        let uses = "- *long\n".repeat(50);
        let text = format!("- &long {}\n{uses}", "x".repeat(MAX_BYTES / 40));
        assert!(read(&text)[0].as_ref().unwrap_err().rule.contains("more text"));
        let list = format!("- &long [{}]\n{uses}", "x".repeat(MAX_BYTES / 40));
        assert!(read(&list)[0].as_ref().unwrap_err().rule.contains("more text"));
    }

    #[test]
    fn reading_stops_on_request() {
        let text = "a: 1\n---\n".repeat(10_000);
        let room = &mut Room { nodes: 500_000, text: MAX_BYTES };
        assert!(documents(&text, room, Options { must_stop: &|| true, ..NEVER_STOPS }).len() < 1_000);
    }
}
