//! The values of a dispatch: what is refused before it is sent, and what is sent.

use hello_yaml::{closest, shortened};

use crate::{
    MAX_PAYLOAD,
    workflow::{Dispatch, Input, InputKind},
};

/// A value that GitHub would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// The name of the input, unless the problem concerns all of them together.
    pub input: Option<String>,
    /// What is wrong, as a sentence.
    pub rule: String,
    /// What to do about it, as an instruction.
    pub hint: Option<String>,
}

impl InputProblem {
    fn new(input: &str, rule: String, hint: impl Into<String>) -> Self {
        Self { input: Some(input.to_owned()), rule, hint: Some(hint.into()) }
    }
}

/// Returns what is wrong with values for the inputs of a form: first by input, in the order of the file.
///
/// `values` are pairs of name and value. An absent or empty value is that of an empty field.
pub fn validate(dispatch: &Dispatch, values: &[(String, String)]) -> Vec<InputProblem> {
    let mut problems = Vec::new();
    for input in &dispatch.inputs {
        problems.extend(problem(input, value_of(&input.name, values).unwrap_or_default()));
    }
    for (index, (name, _)) in values.iter().enumerate() {
        if dispatch.input(name).is_none() {
            problems.push(unknown(dispatch, name));
        } else if values[..index].iter().any(|(other, _)| other == name) {
            let rule = format!("{} is given twice", shortened(name));
            problems.push(InputProblem::new(name, rule, "give it once"));
        }
    }
    let length = payload_length(&payload(dispatch, values));
    if length > MAX_PAYLOAD {
        let rule = format!("the inputs have {length} characters together, GitHub allows {MAX_PAYLOAD}");
        problems.push(InputProblem { input: None, rule, hint: Some("shorten the longest value".to_owned()) });
    }
    problems
}

/// Returns the inputs to send, in the order of the file, each as a string.
///
/// An empty value is left out, so GitHub uses the default, if there is one. Only an empty text in place of a default is
/// sent, because it says that the default is not wanted.
pub fn payload(dispatch: &Dispatch, values: &[(String, String)]) -> Vec<(String, String)> {
    let sent = |input: &Input| {
        let value = value_of(&input.name, values)?;
        let replaces_default = input.kind == InputKind::String && input.default.is_some();
        (!value.is_empty() || replaces_default).then(|| (input.name.clone(), value.to_owned()))
    };
    dispatch.inputs.iter().filter_map(sent).collect()
}

fn value_of<'v>(name: &str, values: &'v [(String, String)]) -> Option<&'v str> {
    values.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
}

fn unknown(dispatch: &Dispatch, name: &str) -> InputProblem {
    let names: Vec<&str> = dispatch.inputs.iter().map(|input| input.name.as_str()).collect();
    let rule = format!("this workflow has no input {}", shortened(name));
    let hint = match closest(name, names.iter().copied()) {
        Some(near) => format!("did you mean {}?", shortened(near)),
        None if names.is_empty() => "it has no inputs".to_owned(),
        None => format!("its inputs are {}", shortened(&names.join(", "))),
    };
    InputProblem::new(name, rule, hint)
}

/// Returns what is wrong with the value of one input.
fn problem(input: &Input, value: &str) -> Option<InputProblem> {
    let (name, shown) = (shortened(&input.name), shortened(value));
    let of = |rule, hint: String| Some(InputProblem::new(&input.name, rule, hint));
    match &input.kind {
        _ if value.is_empty() => {
            let is_missing = input.required && input.default.as_deref().is_none_or(str::is_empty);
            // A boolean without a value is false.
            let is_missing = is_missing && input.kind != InputKind::Boolean;
            is_missing
                .then(|| InputProblem::new(&input.name, format!("{name} is required"), "give it a value"))
        }
        InputKind::Choice(options) if !options.iter().any(|option| option == value) => {
            let hint = match closest(value, options.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {}?", shortened(near)),
                None => format!("choose one of {}", shortened(&options.join(", "))),
            };
            of(format!("{shown} is not one of the options of {name}"), hint)
        }
        InputKind::Boolean if !matches!(value, "true" | "false") => {
            of(format!("{shown} is no value of {name}"), "write true or false".to_owned())
        }
        InputKind::Number if !is_number(value) => {
            of(format!("{shown} is no number, as {name} is"), "write digits, as in 1.5".to_owned())
        }
        _ => None,
    }
}

/// Reports whether a text is a decimal number.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Returns the number of characters of the inputs as a JSON object.
fn payload_length(inputs: &[(String, String)]) -> usize {
    // Each pair has a colon, and a comma or, for the last one, a brace.
    let pairs: usize = inputs.iter().map(|(name, value)| json_length(name) + json_length(value) + 2).sum();
    pairs + if inputs.is_empty() { 2 } else { 1 }
}

fn json_length(text: &str) -> usize {
    let escaped = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => 1,
    };
    text.chars().map(escaped).sum::<usize>() + 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_the_json() {
        for pairs in [vec![], vec![("a", "1")], vec![("a", "é\"\\\n\u{1}"), ("b", "名前")]] {
            let pairs: Vec<(String, String)> =
                pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let object: serde_json::Map<_, _> =
                pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
            let json = serde_json::to_string(&object).unwrap();
            assert_eq!(payload_length(&pairs), json.chars().count(), "{json}");
        }
    }

    #[test]
    fn a_number_is_decimal() {
        for number in ["0", "-1", "+2", "1.50", ".5", "1e3"] {
            assert!(is_number(number), "{number}");
        }
        for text in ["", "-", "inf", "NaN", "-inf", "1,5", "1 ", "0x10", "1e999", "one"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
