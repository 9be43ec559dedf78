//! Writes untrusted text as JSON and YAML without characters that a terminal would interpret or hide.
//!
//! The characters of [`needs_escape`] are written as escapes, which a parser turns back into the same text.

mod ordered;

use std::fmt::Write;

use serde::Serialize;

use super::text::needs_escape;

/// The reason why a value cannot be written.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Returns `value` as multi-line JSON.
pub fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    Ok(escaped(&serde_json::to_string_pretty(value)?))
}

/// Returns `value` as single-line JSON.
pub fn json_line<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    Ok(escaped(&serde_json::to_string(value)?))
}

/// Returns `value` as YAML.
pub fn yaml<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    let document: ordered::Value = serde_json::from_str(&marked(&serde_json::to_string(value)?))?;
    // A block scalar, which the writer uses for long texts, would contain raw tabs.
    let options = serde_yaml::ser_options! { prefer_block_scalars: false };
    Ok(unmarked(&serde_yaml::to_string_with_options(&document, options)?))
}

/// Escapes characters in a JSON text. The serializer already escapes line breaks inside strings; those outside stay.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !needs_escape(c) {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string never fails.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

/// Delimits the code of an escaped character. YAML does not allow a raw U+FFFE, so a string that contains one is
/// written in double quotes, with the mark as an escape that [`unmarked`] finds again.
const MARK: &str = "\\ufffe";
/// The mark as the YAML writer escapes it.
const YAML_MARK: &str = "\\uFFFE";

/// Replaces characters in a JSON text by marks: those of [`needs_escape`], U+FFFE itself, and the backslash. Every
/// backslash in the YAML text then begins an escape.
fn marked(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut chars = json.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('\\') => mark(&mut text, '\\'),
                escaped => text.extend(['\\'].into_iter().chain(escaped)),
            },
            c if needs_escape(c) || c == '\u{fffe}' => mark(&mut text, c),
            c => text.push(c),
        }
    }
    text
}

fn mark(text: &mut String, c: char) {
    let _ = write!(text, "{MARK}{:X}{MARK}", u32::from(c));
}

/// Turns the marks in a YAML text into escapes.
fn unmarked(yaml: &str) -> String {
    let mut text = String::with_capacity(yaml.len());
    let mut parts = yaml.split(YAML_MARK);
    text.extend(parts.next());
    while let (Some(number), Some(plain)) = (parts.next(), parts.next()) {
        let _ = match number.len() {
            0..=2 => write!(text, "\\x{number:0>2}"),
            3..=4 => write!(text, "\\u{number:0>4}"),
            _ => write!(text, "\\U{number:0>8}"),
        };
        text.push_str(plain);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Texts = BTreeMap<String, Vec<String>>;

    /// Writes the texts in each format, checks for raw characters, and reads them back.
    fn check(texts: &Texts) {
        let is_raw = |c: char| c != '\n' && needs_escape(c);
        for json in [json(texts).unwrap(), json_line(texts).unwrap()] {
            assert!(!json.contains(is_raw), "{json:?}");
            assert_eq!(&serde_json::from_str::<Texts>(&json).unwrap(), texts, "{json}");
        }
        let yaml = yaml(texts).unwrap();
        assert!(!yaml.contains(is_raw), "{yaml:?}");
        assert_eq!(&serde_yaml::from_str::<Texts>(&yaml).unwrap(), texts, "{yaml}");
    }

    fn as_key_and_value(text: &str) -> Texts {
        [(text.to_owned(), vec![text.to_owned()])].into()
    }

    #[test]
    fn every_character_survives_writing_and_reading() {
        // All of the first plane, all that is on the list, and a sample of the rest: the others are only copied.
        let is_tried = |c: &char| needs_escape(*c) || u32::from(*c) < 0x1_0000 || u32::from(*c) % 61 == 0;
        let tried: Vec<char> = ('\u{0}'..=char::MAX).filter(is_tried).collect();
        let texts = tried.chunks(500).map(|chunk| chunk.iter().collect()).collect();
        check(&[("all".to_owned(), texts)].into());
    }

    #[test]
    fn a_character_is_written_safely_by_itself() {
        for c in ('\u{0}'..'\u{10000}').filter(|c| needs_escape(*c) || u32::from(*c) < 0x80) {
            check(&as_key_and_value(&format!("a{c}b")));
            check(&as_key_and_value(&c.to_string()));
        }
    }

    #[test]
    fn a_document_reads_as_usual_and_keeps_its_order() {
        #[derive(Serialize)]
        struct Truck {
            plates: [&'static str; 3],
            make: &'static str,
            owner: Option<u8>,
        }

        let truck = Truck { plates: ["\u{1b}[31m", "B-1", "7"], make: "Vol\u{202e}vo", owner: None };
        insta::assert_snapshot!(yaml(&truck).unwrap(), @r#"
        plates:
        - "\e[31m"
        - B-1
        - "7"
        make: "Vol\u202Evo"
        owner: null
        "#);
        insta::assert_snapshot!(json(&truck).unwrap(), @r#"
        {
          "plates": [
            "\u001b[31m",
            "B-1",
            "7"
          ],
          "make": "Vol\u202evo",
          "owner": null
        }
        "#);
    }

    #[test]
    fn text_that_looks_like_an_escape_stays_text() {
        for text in [
            r"\u202E",
            r"\uFFFE202E\uFFFE",
            r"\ufffe202E\ufffe",
            "\u{fffe}202E\u{fffe}",
            r"\\",
            r#"\""#,
            r"\",
        ] {
            check(&as_key_and_value(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_survives_writing_and_reading(text: String) {
            check(&as_key_and_value(&text));
        }

        #[test]
        fn escapes_and_quotes_are_read_back(
            text in "[a\\\\\"'uxFE0-9:#\\- \n\t\u{fffe}\u{202e}\u{1b}]{0,20}"
        ) {
            check(&as_key_and_value(&text));
        }
    }
}
