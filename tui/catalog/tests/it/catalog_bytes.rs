//! No input makes the reader panic, hang or report a wrong location.

use hello_catalog::{Source, read};
use proptest::{collection::vec, prelude::*, sample::Index};

const GOOD: &str = concat!(
    include_str!("../../../../catalog-info.yaml"),
    "---\n",
    include_str!("fixtures/bad-catalog-info.yaml")
);

/// Text fragments that descriptor parsers most often mishandle.
const BITS: [&str; 22] = [
    "---\n",
    "...\n",
    "\n",
    "\t",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!x ",
    "|\n",
    ">-\n",
    "\"",
    "'",
    "\u{feff}",
    "\r",
    "%YAML 1.1\n",
];

fn assert_sound(text: Vec<u8>) {
    let lines = String::from_utf8_lossy(&text).split(['\n', '\r']).count();
    let catalog = read(&[Source { name: "a.yaml".to_owned(), text }]);
    for problem in &catalog.problems {
        assert!((1..=lines).contains(&problem.line) && problem.column >= 1, "{problem} of {lines} lines");
        assert!(!problem.rule.is_empty());
    }
    for entity in &catalog.entities {
        assert!((1..=lines).contains(&entity.origin.line));
        assert_eq!(catalog.find(&entity.reference), Some(entity));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_read_or_reported(text in vec(any::<u8>(), 0..512)) {
        assert_sound(text);
    }

    #[test]
    fn yaml_words_in_any_order_are_read_or_reported(bits in vec(0..BITS.len(), 0..64)) {
        assert_sound(bits.into_iter().map(|bit| BITS[bit]).collect::<String>().into_bytes());
    }

    #[test]
    fn a_mutated_descriptor_is_read_or_reported(
        changes in vec((any::<Index>(), 0..BITS.len(), 0_usize..24), 1..8),
    ) {
        let mut text = GOOD.as_bytes().to_vec();
        for (place, bit, removed) in changes {
            let start = place.index(text.len());
            let end = (start + removed).min(text.len());
            text.splice(start..end, BITS[bit].bytes());
        }
        assert_sound(text);
    }

    #[test]
    fn a_truncated_descriptor_is_read_or_reported(place in any::<Index>()) {
        assert_sound(GOOD.as_bytes()[..place.index(GOOD.len())].to_vec());
    }
}
