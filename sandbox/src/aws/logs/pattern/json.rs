//! Comparisons of JSON fields, joined by `&&`, `||` and parentheses.

use serde_json::Value;

/// A condition on a JSON line.
#[derive(Debug)]
pub(in crate::aws::logs) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Compare(Vec<String>, Comparison),
}

#[derive(Debug)]
pub(in crate::aws::logs) enum Comparison {
    Text { pattern: String, equal: bool },
    Number { operator: String, bound: f64 },
    Is(Value),
    Absent,
}

/// The maximum nesting depth, because patterns are untrusted input.
const MAX_DEPTH: usize = 16;

impl Expression {
    /// Parses the text between the braces; returns `None` if it is invalid.
    pub(in crate::aws::logs) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text.trim() };
        let expression = reader.any(0)?;
        reader.rest.is_empty().then_some(expression)
    }

    pub(in crate::aws::logs) fn holds(&self, line: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(line)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(line)),
            Self::Compare(path, comparison) => comparison.holds(find(line, path)),
        }
    }
}

fn find<'a>(line: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(line, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        value => value.get(step),
    })
}

impl Comparison {
    fn holds(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Absent, value) => value.is_none(),
            (_, None) => false,
            (Self::Is(wanted), Some(value)) => value == wanted,
            (Self::Text { pattern, equal }, Some(value)) => {
                let text = value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
                wildcard(pattern, &text) == *equal
            }
            (Self::Number { operator, bound }, Some(value)) => {
                value.as_f64().is_some_and(|number| compare(number, operator, *bound))
            }
        }
    }
}

fn compare(number: f64, operator: &str, bound: f64) -> bool {
    let equal = (number - bound).abs() < f64::EPSILON;
    match operator {
        "=" => equal,
        "!=" => !equal,
        "<" => number < bound,
        ">" => number > bound,
        "<=" => number <= bound,
        _ => number >= bound,
    }
}

/// Treats `*` at the start, the end or both as a wildcard; elsewhere it is literal.
fn wildcard(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(end), Some(_)) => text.contains(end.strip_suffix('*').unwrap_or(end)),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == pattern,
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Option<Expression> {
        let mut parts = vec![self.all(depth)?];
        while self.skip("||") {
            parts.push(self.all(depth)?);
        }
        Some(Expression::Any(parts))
    }

    fn all(&mut self, depth: usize) -> Option<Expression> {
        let mut parts = vec![self.one(depth)?];
        while self.skip("&&") {
            parts.push(self.one(depth)?);
        }
        Some(Expression::All(parts))
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        if depth < MAX_DEPTH && self.skip("(") {
            let inner = self.any(depth + 1)?;
            return self.skip(")").then_some(inner);
        }
        let path = self.path()?;
        for (words, comparison) in [
            ("NOT EXISTS", Comparison::Absent),
            ("IS NULL", Comparison::Is(Value::Null)),
            ("IS TRUE", Comparison::Is(Value::Bool(true))),
            ("IS FALSE", Comparison::Is(Value::Bool(false))),
        ] {
            if self.skip(words) {
                return Some(Expression::Compare(path, comparison));
            }
        }
        let operator = ["!=", ">=", "<=", "=", ">", "<"].into_iter().find(|operator| self.skip(operator))?;
        let comparison = self.operand(operator)?;
        Some(Expression::Compare(path, comparison))
    }

    /// Parses a path such as `$.a.b[0]['c.d']`.
    fn path(&mut self) -> Option<Vec<String>> {
        let mut rest = self.rest.strip_prefix('$')?;
        let mut path = Vec::new();
        loop {
            if let Some(after) = rest.strip_prefix("['") {
                let (name, after) = after.split_once("']")?;
                path.push(name.to_owned());
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']')?;
                path.push(index.to_owned());
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                let end =
                    after.find(|c: char| !(c.is_alphanumeric() || "_-@".contains(c))).unwrap_or(after.len());
                path.push(after[..end].to_owned());
                rest = &after[end..];
            } else {
                break;
            }
        }
        self.rest = rest.trim_start();
        (!path.is_empty()).then_some(path)
    }

    fn operand(&mut self, operator: &str) -> Option<Comparison> {
        let equal = operator == "=";
        if let Some(quoted) = self.rest.strip_prefix('"') {
            let (text, after) = quoted.split_once('"')?;
            self.rest = after.trim_start();
            let known = matches!(operator, "=" | "!=");
            return known.then(|| Comparison::Text { pattern: text.to_owned(), equal });
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || ")&|".contains(c)).unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at(end);
        self.rest = after.trim_start();
        match word.parse() {
            Ok(bound) => Some(Comparison::Number { operator: operator.to_owned(), bound }),
            Err(_) if word.is_empty() || !matches!(operator, "=" | "!=") => None,
            Err(_) => Some(Comparison::Text { pattern: word.to_owned(), equal }),
        }
    }

    fn skip(&mut self, word: &str) -> bool {
        let Some(after) = self.rest.strip_prefix(word) else { return false };
        self.rest = after.trim_start();
        true
    }
}
