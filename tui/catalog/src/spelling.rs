//! Accepted spellings of values that do not match their format.

/// The maximum length of a name, in characters.
pub(super) const MAX_NAME: usize = 63;

/// Returns a text as a tag: `.net` becomes `dotnet`, `Node.js` becomes `node-js`.
pub(super) fn tag(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let text = match text.strip_prefix('.') {
        Some(rest) => format!("dot{rest}"),
        None => text,
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ":+#".contains(c);
    words(&text, fits)
}

/// Returns a text as a name: `my service!` becomes `my-service`.
pub(super) fn name(text: &str) -> String {
    let joined = words(text, |c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let edges = |c: char| !c.is_ascii_alphanumeric();
    let short: String = joined.trim_matches(edges).chars().take(MAX_NAME).collect();
    short.trim_end_matches(edges).to_owned()
}

/// Returns a text as a namespace: `My_Team` becomes `my-team`.
pub(super) fn namespace(text: &str) -> String {
    words(&text.to_lowercase(), |c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Returns a text as a kind: `My-Kind` becomes `MyKind`.
pub(super) fn kind(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Returns a text as the key of a label or an annotation: `Example.com/team name` becomes `example.com/team-name`.
pub(super) fn key(text: &str) -> String {
    match text.split_once('/') {
        Some((prefix, suffix)) => {
            let parts: Vec<String> = prefix.split('.').map(namespace).collect();
            format!("{}/{}", parts.join("."), name(suffix))
        }
        None => name(text),
    }
}

/// Returns an address with the scheme that it lacks: `example.com/docs` becomes `https://example.com/docs`.
pub(super) fn url(text: &str) -> String {
    let host = text.split('/').next().unwrap_or_default();
    let is_host = host.contains('.') && !host.starts_with('.') && !text.contains(char::is_whitespace);
    if is_host && !text.contains(':') { format!("https://{text}") } else { String::new() }
}

/// Returns the runs of fitting characters, joined by `-` and cut to the length of a name.
fn words(text: &str, fits: impl Fn(char) -> bool) -> String {
    let runs: Vec<&str> = text.split(|c| !fits(c)).filter(|run| !run.is_empty()).collect();
    let short: String = runs.join("-").chars().take(MAX_NAME).collect();
    short.trim_end_matches('-').to_owned()
}
