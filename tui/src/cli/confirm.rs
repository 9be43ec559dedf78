//! Asks the user before a write is executed.

use std::io::{self, IsTerminal, stdin};

use hello_model::{
    failure::{Failure, Kind},
    text::visible,
    write::{Risk, Write},
};

use super::{Error, options::When, writer::Writer};

/// Asks on a terminal whether to execute a write, unless `--yes` has answered already. `facts` are lines about the
/// write, shown before the question.
///
/// Every write of the command line is asked about, and the riskiest ones want the target's name. Fails without a
/// terminal, because then `--yes` is required.
pub(super) fn confirm(write: &Write, facts: &[String], is_yes: bool) -> Result<(), Error> {
    if is_yes {
        return Ok(());
    }
    let question = write.question();
    if !can_ask() {
        let why = "this changes something, and there is no terminal to ask on";
        return Err(Failure::new(Kind::NotConfigured, question.trim_end_matches('?'), why)
            .hint("add --yes to confirm")
            .into());
    }
    let is_confirmed = match write.risk(false) {
        Risk::Safe | Risk::Confirm => is_answered_with_yes(&question, facts),
        Risk::TypeName => is_answered_with(&write.target(), &question, facts),
    };
    if is_confirmed.map_err(|error| Failure::new(Kind::Unexpected, "asking", error.to_string()))? {
        return Ok(());
    }
    Err(Error::Declined)
}

/// Reports whether the user can answer a question.
pub(super) fn can_ask() -> bool {
    stdin().is_terminal()
}

/// Asks a question whose answer is yes or no.
pub(super) fn is_answered_with_yes(question: &str, facts: &[String]) -> io::Result<bool> {
    let answer = ask(&format!("{question} [y/N] "), facts)?;
    note_if_declined(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Asks for the name of what is changed. Blanks around the name do not matter.
fn is_answered_with(name: &str, question: &str, facts: &[String]) -> io::Result<bool> {
    let name = visible(name);
    let answer = ask(&format!("{question} Type {} to confirm: ", name.trim()), facts)?;
    note_if_declined(!name.trim().is_empty() && answer.trim() == name.trim())
}

/// Asks a question on standard error and reads the answer from standard input.
fn ask(question: &str, facts: &[String]) -> io::Result<String> {
    let mut out = Writer::errors(When::Auto);
    for fact in facts {
        out.line(&format!("  {fact}"))?;
    }
    out.text(question)?;
    out.finish()?;
    let mut answer = String::new();
    stdin().read_line(&mut answer)?;
    Ok(answer)
}

/// Tells the user when the answer is no.
fn note_if_declined(is_confirmed: bool) -> io::Result<bool> {
    if !is_confirmed {
        let mut out = Writer::errors(When::Auto);
        out.line("Nothing was changed.")?;
        out.finish()?;
    }
    Ok(is_confirmed)
}
