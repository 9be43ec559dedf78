//! Drives the parsers of one crate with seeded cases. `examples/*-parsers.rs` of each crate include this file.
//!
//! A case is a file of the parser's corpus, corrupted in a few places. A parser may refuse it, but must not panic,
//! and its text must not contain a character that controls a terminal. The same seed gives the same cases.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the report of a program that tests run")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Mutex, PoisonError},
};

/// A parser: its name, which is that of its corpus and its fuzz target, and a function that returns the text shown for some
/// bytes.
pub(crate) type Parser = (&'static str, fn(&[u8]) -> String);

/// The current case, for the report of a panic.
static CASE: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Reads the seed and the number of cases from the command line, and divides them among the parsers.
///
/// # Errors
///
/// When the arguments are invalid. The error is the usage.
pub(crate) fn run(parsers: &[Parser]) -> Result<ExitCode, String> {
    let numbers: Option<Vec<u64>> = env::args().skip(1).map(|word| word.parse().ok()).collect();
    let [seed, count] = *numbers.unwrap_or_default() else {
        return Err("usage: parsers SEED CASES".to_owned());
    };
    print_the_case_on_panic();
    let share = count.div_ceil(parsers.len() as u64);
    for (name, read) in parsers {
        let corpus = corpus(name)?;
        let mut random = Random(seed ^ name.bytes().fold(0, |sum, byte| sum << 5 ^ sum ^ u64::from(byte)));
        for _ in 0..share {
            let case = case(&corpus, &mut random);
            CASE.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&case);
            if let Some(raw) = read(&case).chars().find(|c| is_control(*c)) {
                eprintln!("{name}: U+{:04X} is shown raw for {}", u32::from(raw), case.escape_ascii());
                return Ok(ExitCode::FAILURE);
            }
        }
        println!("{name}: {share} cases");
    }
    Ok(ExitCode::SUCCESS)
}

/// Reports whether a character controls a terminal, reorders the text after it, or displays nothing.
///
/// This list is deliberately separate from the product's list, so that each checks the other.
fn is_control(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

/// Prints the case before the panic's own message, so that it can be added to the corpus.
fn print_the_case_on_panic() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let case = CASE.lock().unwrap_or_else(PoisonError::into_inner).escape_ascii().to_string();
        eprintln!("a case panicked: {case}");
        usual(panic);
    }));
}

fn corpus(name: &str) -> Result<Vec<Vec<u8>>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // Sorted by name, because a folder has no order of its own.
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let read = |file: &PathBuf| fs::read(file).map_err(|error| format!("{}: {error}", file.display()));
    let corpus = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    if corpus.is_empty() { Err(format!("{} holds no case", folder.display())) } else { Ok(corpus) }
}

/// Fragments that are inserted into a case: delimiters, brackets, limits of numbers, and characters that control a terminal.
const FRAGMENTS: &[&str] = &[
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    "\n",
    "\r",
    "\t",
    " ",
    "-",
    "*",
    "&",
    "%",
    "..",
    "//",
    "null",
    "true",
    "0",
    "-1",
    "1e309",
    "9223372036854775808",
    "18446744073709551616",
    "NaN",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{9b}2J",
    "\u{61c}",
    "\u{200b}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{feff}",
    "\u{e0041}",
    "\u{fe0f}",
    "\u{301}",
    "\u{1f69a}",
    "\\u001b",
    "\\u009b",
    "\\ud800",
    "\\u202e",
    "&#27;",
    "&#x202e;",
    "---\n",
];

fn case(corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut case = corpus[random.below(corpus.len())].clone();
    for _ in 0..random.below(6) {
        let (from, to) = (random.below(case.len() + 1), random.below(case.len() + 1));
        let (from, to) = (from.min(to), from.max(to));
        match random.below(6) {
            0 => drop(case.drain(from..to.min(from + 8))),
            1 => case.truncate(to),
            2 => case.insert(from, random.byte()),
            3 => {
                let copy = case[from..to.min(from + 256)].to_vec();
                case.splice(from..from, copy);
            }
            4 => {
                let other = &corpus[random.below(corpus.len())];
                let begin = random.below(other.len() + 1);
                case.splice(from..from, other[begin..].iter().take(256).copied().collect::<Vec<_>>());
            }
            _ => {
                let piece = FRAGMENTS[random.below(FRAGMENTS.len())].as_bytes();
                case.splice(from..from, piece.iter().copied());
            }
        }
    }
    case
}

/// `SplitMix64`: small, and good enough for choosing positions.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}
