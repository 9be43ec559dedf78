//! What GitHub, or the storage host that it names, answers instead of a log or an artifact.

use http::StatusCode;

/// Why it does not arrive.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The address was valid for a minute.
    LinkExpired,
    /// It was just made.
    NotStored,
    /// GitHub has deleted it.
    Expired,
    /// GitHub knows none, for example of a job that runs.
    Missing,
    /// Another error of the storage host, by its code.
    Storage(String),
    /// An error of the API.
    Other,
}

/// Reads a response that is not successful. The storage host writes XML with a code.
pub(super) fn refusal(status: StatusCode, body: &[u8]) -> Refusal {
    match (status, code(body)) {
        (_, Some("BlobNotFound")) => Refusal::NotStored,
        (StatusCode::FORBIDDEN, Some("AuthenticationFailed")) => Refusal::LinkExpired,
        (_, Some(code)) => Refusal::Storage(code.to_owned()),
        (StatusCode::GONE, None) => Refusal::Expired,
        (StatusCode::NOT_FOUND, None) => Refusal::Missing,
        (_, None) => Refusal::Other,
    }
}

/// Returns the code of an error of the storage host.
fn code(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?;
    let rest = text.split_once("<Error>")?.1.split_once("<Code>")?.1;
    let code = rest.split_once("</Code>")?.0.trim();
    let is_name = (1..=64).contains(&code.len()) && code.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_storage_host_and_the_api_are_told_apart() {
        let xml = |code: &str| {
            let head = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>";
            format!("{head}<Error><Code>{code}</Code><Message>x</Message></Error>")
        };
        let read = |status: u16, body: &str| refusal(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        let unfit = xml("InvalidAuthenticationInfo");
        for (status, body, refusal) in [
            (403, xml("AuthenticationFailed").as_str(), Refusal::LinkExpired),
            (404, &xml("BlobNotFound"), Refusal::NotStored),
            (401, &unfit, Refusal::Storage("InvalidAuthenticationInfo".to_owned())),
            (404, &xml("<b>"), Refusal::Missing),
            (404, r#"{"message": "Not Found"}"#, Refusal::Missing),
            (410, r#"{"message": "Server Error"}"#, Refusal::Expired),
            (403, r#"{"message": "Must have admin rights"}"#, Refusal::Other),
            (502, "<html>", Refusal::Other),
        ] {
            assert_eq!(read(status, body), refusal, "{status} {body}");
        }
    }
}
