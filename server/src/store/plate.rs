//! Equality of number plates.

use hello_shared::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// Returns the key by which number plates are compared: plates with equal keys are the same plate.
///
/// The key ignores case, the encoding of a letter (composed or decomposed, full or half width), and invisible
/// characters, which trucks stored by an earlier version may contain.
pub(super) fn key(plate: &str) -> String {
    if plate.is_ascii() {
        return plate.to_ascii_uppercase();
    }
    let visible = plate.chars().filter(|character| !is_invisible(*character));
    // Conversion to upper case may decompose letters again.
    visible.nfkc().collect::<String>().to_uppercase().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plates_that_look_the_same_are_the_same() {
        for (one, other) in [
            ("a 1", "A 1"),
            ("GÖ-TR 42", "go\u{308}-tr 42"),
            ("GÖ-TR 42", "ＧÖ－ＴＲ\u{3000}４２"),
            ("A\u{200B}1\u{FEFF}", "A1"),
            ("straße", "STRASSE"),
            ("ﬁ 1", "FI 1"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
        }
        for (one, other) in [("A 1", "A1"), ("Ö", "O"), ("0", "O")] {
            assert_ne!(key(one), key(other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(plate in any::<String>()) {
            prop_assert_eq!(key(&key(&plate)), key(&plate));
        }

        #[test]
        fn case_and_composition_do_not_count(plate in "\\PC{0,20}") {
            prop_assert_eq!(key(&plate.nfd().collect::<String>()), key(&plate));
            prop_assert_eq!(key(&plate.to_uppercase()), key(&plate));
        }
    }
}
