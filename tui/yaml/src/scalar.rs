//! Resolves unquoted YAML scalars to values.

use std::borrow::Cow;

use serde_yaml::granit_parser::Tag;

use super::node::Value;

/// The YAML version of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Dialect {
    /// The default: `yes` is text and `0777` a number.
    #[default]
    Core,
    /// After `%YAML 1.1`: `yes` is true and `1_000` a number.
    Yaml11,
}

impl Dialect {
    /// Returns the value of an untagged scalar.
    pub(super) fn plain(self, text: Cow<'_, str>) -> Value<'_> {
        if is_null(&text) {
            Value::Null
        } else if let Some(value) = self.boolean(&text) {
            Value::Bool(value, text)
        } else if self.is_number(&text) {
            Value::Number(text)
        } else {
            Value::Text(text)
        }
    }

    /// Returns the value of a tagged scalar. It is text if the tag is unknown or does not fit the value.
    pub(super) fn tagged<'t>(self, text: Cow<'t, str>, tag: &Tag) -> Value<'t> {
        match (tag.core_suffix(), self.boolean(&text)) {
            (Some("null"), _) if is_null(&text) => Value::Null,
            (Some("bool"), Some(value)) => Value::Bool(value, text),
            (Some("int" | "float"), _) if self.is_number(&text) => Value::Number(text),
            _ => Value::Text(text),
        }
    }

    fn boolean(self, text: &str) -> Option<bool> {
        match text {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ if self == Self::Core => None,
            "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
            "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
            _ => None,
        }
    }

    fn is_number(self, text: &str) -> bool {
        match self {
            Self::Core => is_number(text),
            Self::Yaml11 => text.starts_with(|c: char| c != '_') && is_number(&text.replace('_', "")),
        }
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn is_number(text: &str) -> bool {
    let all = |digits: &str, fits: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| fits(&b));
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| (b'0'..=b'7').contains(b));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || is_decimal(unsigned)
}

/// Accepts `12`, `12.`, `.5` and `1.5`, each with an optional exponent.
fn is_decimal(unsigned: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => (!whole.is_empty() || !part.is_empty()) && digits(whole) && digits(part),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    mantissa_fits && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_yaml_1_1_are_text() {
        for word in ["yes", "no", "on", "2024-01-02", "1_000", "0b1", "12:30", "v1", "1.2.3", "e5", ".", "+"]
        {
            assert_eq!(Dialect::Core.plain(word.into()), Value::Text(word.into()));
        }
    }

    #[test]
    fn numbers_booleans_and_null_are_no_strings() {
        for number in ["0", "-12", "0777", "0x1F", "0o17", "1.", ".5", "1e3", "6.02E+23", "-.inf", ".NaN"] {
            assert_eq!(Dialect::Core.plain(number.into()), Value::Number(number.into()));
        }
        assert_eq!(Dialect::Core.plain("True".into()), Value::Bool(true, "True".into()));
        assert_eq!(Dialect::Core.plain("~".into()), Value::Null);
    }

    #[test]
    fn yaml_1_1_reads_yes_as_true() {
        assert_eq!(Dialect::Yaml11.plain("yes".into()), Value::Bool(true, "yes".into()));
        assert_eq!(Dialect::Yaml11.plain("1_000".into()), Value::Number("1_000".into()));
    }
}
