use proptest::prelude::*;
use regex_syntax::hir::{Class, HirKind};

use super::*;

/// Returns texts that consist mostly of problematic characters.
fn hostile_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        '\u{1b}',
        '\n',
        '\u{9b}',
        '\u{200d}',
        '\u{200c}',
        '\u{fe0f}',
        '\u{301}',
        '\u{20e3}',
        '\u{1f469}',
        '\u{1f3fd}',
        '\u{1f1e9}',
        '\u{600}',
        '\u{644}',
        '\u{627}',
        '\u{915}',
        '\u{94d}',
        '\u{1100}',
        '\u{1161}',
        '\u{11a8}',
        '\u{e0041}',
        '\u{ff9e}',
        '7',
        'x',
        '中',
    ]);
    prop::collection::vec(prop_oneof![4 => odd, 1 => any::<char>()], 0..80)
        .prop_map(|chars| chars.into_iter().collect())
}

fn all_characters() -> impl Iterator<Item = char> {
    '\u{0}'..=char::MAX
}

#[test]
fn an_escape_sequence_is_shown_as_text() {
    assert_eq!(visible("\u{1b}[31mred\u{7}"), "␛[31mred␇");
}

#[test]
fn plain_text_is_not_copied() {
    for text in ["Scania V8 – ü 🚚", "plain", ""] {
        assert!(matches!(visible(text), Cow::Borrowed(_)));
    }
}

#[test]
fn text_that_would_reorder_or_hide_is_marked() {
    for odd in
        "\u{202e}\u{61c}\u{200f}\u{2066}\u{200b}\u{ad}\u{3164}\u{2028}\u{e0041}\u{e0100}\u{fffa}".chars()
    {
        assert_eq!(visible(&format!("a{odd}b")), "a\u{fffd}b", "{odd:?}");
    }
}

#[test]
fn the_list_has_all_invisible_and_control_characters() {
    let invisible = r"[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\u{fff9}-\u{fffb}]";
    let class = regex_syntax::parse(invisible).unwrap().into_kind();
    let HirKind::Class(Class::Unicode(class)) = class else { panic!("{class:?}") };
    for c in class.iter().flat_map(|range| range.start()..=range.end()) {
        assert!(needs_escape(c), "U+{:04X} is not on the list", u32::from(c));
    }
}

#[test]
fn the_list_holds_no_letter_and_no_emoji() {
    for c in "aßж中あ한عक🚚©–…\u{301}".chars() {
        assert!(!needs_escape(c), "{c}");
    }
}

#[test]
fn no_character_of_the_list_is_shown() {
    for c in all_characters().filter(|c| needs_escape(*c)) {
        for around in ["", "a", "🚚", "ع", "क", "7"] {
            let text = format!("{around}{c}{around}\u{20e3}");
            assert!(!visible(&text).contains(needs_escape), "{text:?}");
        }
    }
    assert!(!all_characters().map(stand_in).any(needs_escape));
}

#[test]
fn joined_emoji_are_shown_side_by_side() {
    assert_eq!(visible("👩\u{200d}🚀 ❤\u{fe0f}\u{200d}🔥 7\u{fe0f}\u{20e3}"), "👩🚀 ❤🔥 7\u{20e3}");
    assert_eq!(width(&visible("👩\u{200d}🚀")), 4);
}

#[test]
fn joiners_in_arabic_and_indic_words_are_left_out() {
    assert_eq!(visible("می\u{200c}خواهم"), "میخواهم");
    assert_eq!(visible("क्\u{200d}ष"), "क्ष");
}

#[test]
fn a_joiner_out_of_place_is_marked() {
    for text in ["a\u{200d}b", "👩\u{200d}x", "ع\u{200c}x", "\u{200d}", "7\u{fe0f}7", "x\u{fe0f}"] {
        assert!(visible(text).contains(REPLACEMENT), "{text:?}");
    }
}

#[test]
fn combining_marks_are_cut_to_one_small_cell() {
    let shown = visible(&format!("a{}b", "\u{301}".repeat(50_000))).into_owned();
    assert_eq!(width(&shown), 3, "a letter, a replacement, a letter");
    assert!(shown.len() < 64, "{} bytes", shown.len());
    let lone = "\u{301}".repeat(50_000);
    assert_eq!(visible(&lone), "\u{fffd}");
}

#[test]
fn long_clusters_of_real_writing_stay_whole() {
    for text in ["र्त्स्न्यां", "e\u{301}\u{302}\u{323}", "각", "👩🏽", "🇩🇪"]
    {
        assert_eq!(visible(text), text);
    }
}

#[test]
fn text_is_cut_at_its_columns_with_an_ellipsis() {
    assert_eq!(cut("Scania", 6), "Scania");
    assert_eq!(cut("Scania", 5), "Scan…");
    assert_eq!(cut("中中中", 6), "中中中");
    assert_eq!(cut("中中中", 5), "中中…");
    assert_eq!(cut("中中中", 4), "中…");
    assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
}

proptest! {
    #[test]
    fn every_cluster_that_is_shown_fits_a_cell(text in hostile_text()) {
        let shown = visible(&text);
        prop_assert!(!shown.contains(needs_escape), "{:?}", shown);
        for cluster in shown.graphemes(true) {
            prop_assert!(cluster.width() > 0, "{:?} has no width in {:?}", cluster, shown);
            prop_assert!(cluster.chars().count() <= CLUSTER_LIMIT + 1, "{:?}", cluster);
        }
        prop_assert_eq!(visible(&shown), shown.as_ref());
    }

    #[test]
    fn cut_text_has_the_requested_width(text in hostile_text(), columns in 1_usize..40) {
        let shown = visible(&text);
        let short = cut(&shown, columns);
        prop_assert!(width(&short) <= columns);
        prop_assert!(short == shown || short.ends_with('…'));
    }
}
