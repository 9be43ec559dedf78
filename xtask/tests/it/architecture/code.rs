//! Rust text to tokens: without comments, without literals, and without tests.

/// A word or a mark of the code, and the line it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) line: usize,
}

impl Token<'_> {
    pub(super) fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c == '_' || c.is_alphabetic())
    }
}

/// Blanks comments and literals; everything else stays where it was.
pub(super) fn blanked(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let after_word = code.ends_with(|c: char| c == '_' || c.is_alphanumeric());
        if let Some(length) = comment(rest).or_else(|| literal(rest, after_word)) {
            let (gone, left) = rest.split_at(length);
            code.extend(gone.chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = left;
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    code
}

/// Returns the length of the comment that `rest` begins with.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(mark) = rest.as_bytes().get(at..at + 2) {
        match mark {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" if depth == 1 => return Some(at + 2),
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    Some(rest.len())
}

/// Returns the length of the string or character that `rest` begins with.
fn literal(rest: &str, after_word: bool) -> Option<usize> {
    if rest.starts_with('\'') {
        return character(rest);
    }
    let opening = rest.find('"')?;
    let (prefix, content) = rest.split_at(opening);
    let kind = prefix.trim_end_matches('#');
    let raw = kind.ends_with('r');
    if !matches!(kind, "" | "b" | "c" | "r" | "br" | "cr") || (after_word && !kind.is_empty()) {
        return None;
    }
    if !raw {
        return (kind.len() == prefix.len()).then(|| opening + quoted(content, '"'));
    }
    let closing = format!("\"{}", "#".repeat(prefix.len() - kind.len()));
    let length = content[1..].find(&closing).map_or(content.len(), |at| 1 + at + closing.len());
    Some(opening + length)
}

/// A quote begins a character, or else a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut inside = rest[1..].chars();
    let first = inside.next()?;
    (first == '\\' || inside.next() == Some('\'')).then(|| quoted(rest, '\''))
}

/// Returns the length up to and with the closing quote; a quote behind a backslash closes nothing.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Splits code into words, `::`, and single marks.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c == '_' || c.is_alphanumeric();
            let length = match first {
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            tokens.push(Token { text: &rest[..length], line: index + 1 });
            rest = rest[length..].trim_start();
        }
    }
    tokens
}

/// Leaves out each item that `#[cfg(test)]` stands before.
pub(super) fn outside_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut outside = Vec::new();
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        if rest.len() >= MARK.len() && rest.iter().zip(MARK).all(|(token, mark)| token.text == mark) {
            rest = after_item(&rest[MARK.len()..]);
        } else {
            outside.push(*first);
            rest = &rest[1..];
        }
    }
    outside
}

/// An item ends with its `;`, or with the brace that closes its body.
fn after_item<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(token.text, ";" | "}") {
            return &tokens[index + 1..];
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let code = blanked(text);
        outside_tests(&tokens(&code)).iter().filter(|t| t.is_word()).map(|t| t.text.to_owned()).collect()
    }

    #[test]
    fn comments_are_no_code() {
        assert_eq!(words("a // b\n/* c /* d */ e */ f /// g\n"), ["a", "f"]);
    }

    #[test]
    fn literals_are_no_code() {
        assert_eq!(
            words(r##"a "b \" c" d br#"e " f"# g b"h" i 'j' k '\'' l"##),
            ["a", "d", "g", "i", "k", "l"]
        );
    }

    #[test]
    fn a_lifetime_and_a_word_that_ends_in_r_begin_no_literal() {
        assert_eq!(words("fn f<'a>(x: &'a str) r#type"), ["fn", "f", "a", "x", "a", "str", "r", "type"]);
        assert_eq!(words("for\"b\" c"), ["for", "c"]);
    }

    #[test]
    fn tests_are_left_out_and_what_follows_them_is_not() {
        let text = "a\n#[cfg(test)]\nmod tests;\nb\n#[cfg(test)]\n#[x(y)]\nmod tests { fn c() { d } }\ne";
        assert_eq!(words(text), ["a", "b", "e"]);
        assert_eq!(words("#[cfg(test)]\nconst A: [u8; 2] = [1, 2];\nb"), ["b"]);
        assert_eq!(words("#[cfg(not(test))]\nmod a {}").last().unwrap(), "a");
    }

    #[test]
    fn a_token_knows_its_line() {
        let code = blanked("a\n\"\n\"\nb::c");
        let lines: Vec<_> = tokens(&code).iter().map(|token| (token.text.to_owned(), token.line)).collect();
        assert_eq!(lines, [("a".into(), 1), ("b".into(), 4), ("::".into(), 4), ("c".into(), 4)]);
    }
}
