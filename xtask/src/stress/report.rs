//! The table that a round prints.

use std::process::ExitCode;

use super::{
    classes,
    judgement::{Bounded, Judgement},
};
use crate::failure::Failure;

/// The number of printed rows, and the exceeded bounds.
#[derive(Debug)]
pub(super) struct Report {
    broken: Vec<(&'static str, String)>,
    rows: usize,
}

impl Report {
    pub(super) fn begin() -> Self {
        println!(
            "{:<22} {:<60} {:>12} {:>12} {:>6} {:>7}  verdict",
            "class", "what was done", "memory MiB", "answer ms", "files", "threads"
        );
        Self { broken: Vec::new(), rows: 0 }
    }

    /// Prints the row of a class. A failure to run it counts as an exceeded bound.
    pub(super) fn add(&mut self, name: &'static str, judged: Result<Judgement, Failure>) {
        self.rows += 1;
        let judgement = judged.unwrap_or_else(|failure| Judgement {
            broken: vec![failure.to_string()],
            ..Judgement::of("not carried out")
        });
        let verdict = match judgement.broken.len() {
            0 => "ok".to_owned(),
            1 => "BROKEN".to_owned(),
            count => format!("BROKEN ({count})"),
        };
        println!(
            "{name:<22} {:<60} {:>12} {:>12} {:>6} {:>7}  {verdict}",
            judgement.done,
            shown(judgement.memory),
            shown(judgement.probe),
            some(judgement.files),
            some(judgement.threads)
        );
        self.broken.extend(judgement.broken.into_iter().map(|why| (name, why)));
    }

    /// Prints every exceeded bound with its figures.
    pub(super) fn end(self) -> ExitCode {
        if self.broken.is_empty() {
            println!("\n{} classes, all within their bounds", self.rows);
            return ExitCode::SUCCESS;
        }
        println!();
        for (name, why) in &self.broken {
            println!("BROKEN {name}: {why}");
        }
        ExitCode::FAILURE
    }
}

/// Prints the classes.
pub(super) fn list() {
    for class in classes::ALL {
        println!("{:<22} {}", class.name, class.does);
    }
}

fn shown(figure: Option<Bounded>) -> String {
    figure.map_or_else(String::new, |figure| format!("{} / {}", figure.worst, figure.bound))
}

fn some(count: usize) -> String {
    if count == 0 { String::new() } else { count.to_string() }
}
