mod search;
mod steps;

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{segment::MAX_SEGMENT, *};

/// Makes a log of a text that arrives in chunks of this size.
fn log_in_chunks(text: &[u8], size: usize) -> JobLog {
    let (mut writer, mut log) = (LogWriter::default(), JobLog::default());
    for chunk in text.chunks(size) {
        writer.push(chunk).into_iter().for_each(|segment| log.push(segment));
    }
    writer.finish().into_iter().for_each(|segment| log.push(segment));
    log
}

fn log(text: &str) -> JobLog {
    log_in_chunks(text.as_bytes(), 7)
}

/// Writes each line as `second kind text`.
fn shown(log: &JobLog) -> Vec<String> {
    shown_lines(log, 0..log.len())
}

fn shown_lines(log: &JobLog, lines: Range<usize>) -> Vec<String> {
    let second = |time: Option<Timestamp>| time.map_or("-".to_owned(), |at| at.strftime("%S%.f").to_string());
    let write = |line: JobLogLine<'_>| format!("{} {:?} {}", second(line.time), line.kind, line.text);
    log.lines(lines).map(write).collect()
}

#[test]
fn the_text_after_the_last_carriage_return_wins() {
    let log = log(
        "2026-09-10T08:00:00.0000000Z Unpacking  5%\r2026-09-10T08:00:01.5000000Z Unpacking 50%\rUnpacking 100%\r\n\
         2026-09-10T08:00:02.0000000Z ready\r\n\
         2026-09-10T08:00:03.0000000Z \u{1b}[2K\u{1b}[1G⠙ waiting\r\u{1b}[2K\u{1b}[1Gcomplete\n\
         2026-09-10T08:00:04.0000000Z 10%\r2026-09-10T08:00:05.0000000Z 90%",
    );
    assert_eq!(
        shown(&log),
        ["01.5 Text Unpacking 100%", "02 Text ready", "03 Text complete", "05 Text 90%"],
        "the last time in a line is its time"
    );
}

#[test]
fn messages_are_decoded_and_groups_do_not_nest() {
    let log = log("\u{feff}2026-09-10T08:00:00.0000000Z ##[error]one%0Atwo, 5%25 left%0D%0Athree\n\
         2026-09-10T08:00:01.0000000Z ##[warning]k:v,x%3Ay\n\
         2026-09-10T08:00:02.0000000Z ##[group]first\n\
         2026-09-10T08:00:03.0000000Z ##[group]second\n\
         2026-09-10T08:00:04.0000000Z ##[endgroup]\n\
         2026-09-10T08:00:05.0000000Z ##[endgroup]\n\
         2026-09-10T08:00:06.0000000Z ##[command]/bin/true ##[error] is an argument\n\
         2026-09-10T08:00:07.0000000Z ::error file=src/a.rs,line=3::bad\n\
         thread 'main' panicked\n    at src/a.rs:3\n");
    assert_eq!(
        shown(&log),
        [
            "00 Error one\ntwo, 5% left\nthree",
            "01 Warning k:v,x%3Ay",
            "02 Group first",
            "03 Group second",
            "04 EndGroup ",
            "05 EndGroup ",
            "06 Command /bin/true ##[error] is an argument",
            "07 Error src/a.rs:3: bad",
            "07 Text thread 'main' panicked",
            "07 Text     at src/a.rs:3",
        ]
    );
    assert_eq!(log.line(0).unwrap().rows().collect::<Vec<_>>(), ["one", "two, 5% left", "three"]);
    assert_eq!((log.errors(), log.warnings()), (2, 1));
    let errors: Vec<_> = log.marks(1..8).rev().filter(|(_, kind)| *kind == LineKind::Error).collect();
    assert_eq!(errors, [(7, LineKind::Error)]);
}

#[test]
fn a_huge_line_is_bounded_where_it_is_shown() {
    let text = format!("2026-09-10T08:00:00.0000000Z {}\nnext\n", "é".repeat(400_000));
    let log = log_in_chunks(text.as_bytes(), 9_001);
    let line = log.line(0).unwrap();
    assert!(line.is_cut && line.text.len() <= MAX_SHOWN && line.text.chars().all(|c| c == 'é'));
    let whole = log.whole_lines(0..1).next().unwrap();
    assert!(!whole.is_cut && whole.text.len() == 800_000);
    assert_eq!(log.line(1).unwrap().text, "next");
}

#[test]
fn a_line_larger_than_a_segment_is_broken_between_characters() {
    let text = format!("##[error]{}\n##[error]next", "é".repeat(2 * MAX_SEGMENT));
    let log = log_in_chunks(text.as_bytes(), 65_537);
    let kinds: Vec<_> = log.lines(0..log.len()).map(|line| line.kind).collect();
    assert!(kinds.len() > 4 && log.segments().all(|(_, segment)| segment.bytes().len() <= MAX_SEGMENT));
    let (first, last) = (kinds[0], kinds[kinds.len() - 1]);
    assert_eq!((first, last), (LineKind::Error, LineKind::Error));
    assert!(kinds[1..kinds.len() - 1].iter().all(|kind| *kind == LineKind::Text));
    assert!(log.whole_lines(0..log.len()).all(|line| !line.text.contains('\u{fffd}')));
    assert_eq!(log.errors(), 2);
}

#[test]
fn memory_stays_below_two_times_the_log() {
    for line in ["\n", "a\n", "##[error]\n", "##[group]\n", "2026-09-10T08:00:00.0000000Z some output\n"] {
        let text = line.repeat(MAX_SEGMENT / line.len() + 100);
        let log = log_in_chunks(text.as_bytes(), 50_000);
        assert_eq!((log.bytes(), log.len()), (text.len(), text.len() / line.len()));
        assert!(log.size() < 2 * text.len(), "{line:?}: {} of {}", log.size(), text.len());
    }
}

#[test]
fn lines_are_found_by_their_time_across_segments() {
    let mut text = String::new();
    for second in 0..40_000 {
        let at = Timestamp::from_second(1_800_000_000 + second).unwrap();
        let _ = writeln!(text, "{at:.7} one\nthe rest of it, which has no time of its own");
    }
    let log = log_in_chunks(text.as_bytes(), 60_000);
    assert!(log.segments().len() > 2, "several segments");
    for second in [0, 1, 9_999, 25_000, 39_999] {
        let at = Timestamp::from_second(1_800_000_000 + second).unwrap();
        let line = usize::try_from(second).unwrap() * 2;
        assert_eq!(log.first_at(at), line);
        assert_eq!(log.line(line + 1).unwrap().time, Some(at), "it keeps the time of the line above");
    }
    assert_eq!(log.first_at(Timestamp::MAX), log.len());
}

#[test]
fn an_arriving_line_is_shown_when_it_is_whole() {
    let mut writer = LogWriter::default();
    assert!(writer.push(b"one\ntw").is_empty());
    let segment = writer.flush().unwrap();
    assert_eq!((segment.lines(), segment.bytes()), (1, &b"one\n"[..]));
    assert!(writer.flush().is_none());
    writer.push(b"o");
    assert_eq!(writer.finish().unwrap().bytes(), b"two");
}

proptest! {
    #[test]
    fn chunks_cut_anywhere_give_the_same_log(
        lines in prop::collection::vec("(\u{feff})?(2026-09-10T08:00:0[0-9].0000000Z )?(##\\[(error|group|endgroup)\\]|::error::)?[aé%0A\\r\u{1b}\\[K ]{0,12}", 0..40),
        end in "(\n|\r\n)?",
        size in 1_usize..50,
    ) {
        let text = format!("{}{end}", lines.join("\n"));
        let (whole, cut) = (log_in_chunks(text.as_bytes(), usize::MAX), log_in_chunks(text.as_bytes(), size));
        prop_assert_eq!(&whole, &cut);
        let all = shown(&whole);
        prop_assert_eq!(all.len(), text.lines().count());
        for (number, line) in all.iter().enumerate() {
            prop_assert_eq!(line, &shown_lines(&whole, number..number + 1)[0]);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), size in 1_usize..50) {
        let log = log_in_chunks(&bytes, size);
        let mut raw = Vec::new();
        for number in 0..log.len() {
            raw.extend_from_slice(log.raw(number).unwrap());
            raw.push(b'\n');
            let is_clean = !log.line(number).unwrap().text.contains('\u{1b}');
            prop_assert!(is_clean);
        }
        if bytes.last() != Some(&b'\n') { raw.pop(); }
        prop_assert_eq!(raw, bytes);
    }
}
