//! Invisible characters, which the texts of a truck must not contain.
//!
//! With them, two texts that look the same could differ, or a text could look like another. They are control
//! characters, characters without a glyph or a width, and those that change the direction of the text around them.

/// Characters that display nothing: Unicode's `Default_Ignorable_Code_Point`, which includes direction marks; other
/// format characters; line and paragraph separators; and the blank Braille pattern.
const INVISIBLE: [(char, char); 19] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{34F}', '\u{34F}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{115F}', '\u{1160}'),
    ('\u{17B4}', '\u{17B5}'),
    ('\u{180B}', '\u{180F}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{202E}'),
    ('\u{2060}', '\u{206F}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{FE00}', '\u{FE0F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFA0}', '\u{FFA0}'),
    ('\u{FFF0}', '\u{FFFB}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0000}', '\u{E0FFF}'),
];

/// Reports whether a character displays nothing. Blanks and control characters have separate rules.
pub fn is_invisible(character: char) -> bool {
    !character.is_ascii() && INVISIBLE.iter().any(|&(first, last)| (first..=last).contains(&character))
}

/// Returns the invisible characters as ranges for a character class of a regular expression.
pub fn invisible_class() -> String {
    let written = |character: char| match u32::from(character) {
        code @ 0..=0xFFFF => format!("\\u{code:04X}"),
        // The regular expression dialects have no escape for it in common.
        _ => character.to_string(),
    };
    let range = |&(first, last): &(char, char)| {
        if first == last { written(first) } else { format!("{}-{}", written(first), written(last)) }
    };
    INVISIBLE.iter().map(range).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use icu_properties::{
        CodePointMapData, CodePointSetData,
        props::{DefaultIgnorableCodePoint, GeneralCategory, PrependedConcatenationMark},
    };

    use super::*;

    #[test]
    fn what_unicode_calls_ignorable_or_format_is_invisible() {
        let categories = CodePointMapData::<GeneralCategory>::new();
        let of_category = |category| categories.iter_ranges_for_value(category).flatten();
        let visible_marks = CodePointSetData::new::<PrependedConcatenationMark>();
        let format = of_category(GeneralCategory::Format).filter(|code| !visible_marks.contains32(*code));
        let expected: BTreeSet<u32> = format
            .chain(of_category(GeneralCategory::LineSeparator))
            .chain(of_category(GeneralCategory::ParagraphSeparator))
            .chain(CodePointSetData::new::<DefaultIgnorableCodePoint>().iter_ranges().flatten())
            .chain(['\u{2800}'.into()])
            .collect();
        let listed: BTreeSet<u32> =
            INVISIBLE.iter().flat_map(|&(first, last)| u32::from(first)..=u32::from(last)).collect();
        let differing: Vec<_> =
            expected.symmetric_difference(&listed).map(|code| format!("{code:04X}")).collect();
        assert!(differing.is_empty(), "{differing:?}");
        assert!(listed.iter().all(|code| char::from_u32(*code).is_some_and(is_invisible)));
    }

    #[test]
    fn words_of_many_scripts_are_visible() {
        for word in ["Škoda", "卡车", "🚚", "شاحنة", "กระบะ", "ট্রাক", "e\u{301}"]
        {
            assert!(!word.chars().any(is_invisible), "{word}");
        }
    }
}
