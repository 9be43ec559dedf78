//! Describes a mistake in the settings file: its location and the error, but no values, because any value may be a
//! secret.

/// Describes a mistake by line, column, key and the parser's message.
pub(super) fn describe(error: &toml::de::Error, text: &str) -> String {
    let message = without_values(error.message());
    let Some(span) = error.span() else { return message };
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    match text.lines().nth(line - 1).and_then(key) {
        Some(key) => format!("line {line}, column {column}, `{key}`: {message}"),
        None => format!("line {line}, column {column}: {message}"),
    }
}

/// Returns the key in a line `key = value`.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    Some(key.trim()).filter(|key| is_bare(key))
}

/// Reports whether a text looks like one of our keys. A quoted key may contain anything.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// Removes values quoted by the parser, as in `invalid type: string "…", expected a sequence`. A number may be a secret
/// as well.
fn without_values(message: &str) -> String {
    if let Some((before, rest)) = message.split_once(": ")
        && matches!(before, "invalid type" | "invalid value")
        && let Some((found, expected)) = rest.rsplit_once(", expected ")
    {
        let kind = found.split(['`', '"']).next().unwrap_or_default().trim_end();
        return format!("{before}: {kind}, expected {expected}");
    }
    match message.split_once("unknown field `").and_then(|(_, rest)| rest.split_once('`')) {
        Some((field, after)) if !is_bare(field) => format!("unknown field{after}"),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Contents, mistake::describe};

    fn told(text: &str) -> String {
        describe(&toml::from_str::<Contents>(text).unwrap_err(), text)
    }

    #[test]
    fn a_mistake_has_its_line_and_key() {
        assert_eq!(
            told("[contexts.a]\ncatalog = \"x\"\n"),
            "line 2, column 11, `catalog`: invalid type: string, expected a sequence"
        );
    }

    #[test]
    fn no_value_is_quoted_whatever_is_wrong() {
        for line in [
            "catalog = \"https://me:secret@host/?token=secret\"",
            "catalog = [\"https://me:secret@host\", 5]",
            "catalog = [{url = \"https://me:secret@host\"}]",
            "trucks-url = [\"https://me:secret@host\"]",
            "trucks-url = 'https://me:secret@host",
            "trucks-url = https://me:secret@host",
            "trucks-url = \"https://me:secret@host\" secret",
            "trucks-token-command = {secret = \"secret\"}",
            "read-only = \"say \\\"secret\\\" now\"",
            "read-only = \"secret\"",
            "sandbox = secret",
            "https://me:secret@host",
            "\"https://me:secret@host\" = 1",
            "region = \"\\q secret\"",
            "region = \"secret\nsecret\"",
            "region = \"secret\"\nregion = \"secret\"",
            "region = \"\"\"secret\"\n",
            "region = secret = secret",
            "read-only = \"secret, expected a secret, expected secret\"",
            "region = 31415926535",
            "region = 31415926535.5",
            "region = 0x31415926535",
            "region = 31415926535_",
            "region = 99931415926535999999999999999999",
            "region = 3141-59-26535",
            "trucks-url = 31415926535",
            "read-only = 31415926535",
            "catalog = 31415926535",
            "catalog = [31415926535]",
            "trucks-token-command = 31415926535",
            "trucks-token-command = [31415926535]",
            "read-only = [\"secret\"]",
            "region = {secret = \"secret\"}",
            "\"secret secret\" = 1",
        ] {
            let told = told(&format!("[contexts.a]\n{line}\n"));
            assert!(told.starts_with("line "), "{told}");
            assert!(!told.contains("secret") && !told.contains("31415926535"), "{line}: {told}");
        }
    }
}
