//! The form in the body of a Query request.

use std::collections::BTreeMap;

/// Names and values of a request.
#[derive(Debug)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn parse(body: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(body).into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns the values of a list, which are sent as `Name.member.1`, `Name.member.2` and so on.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|place| self.get(&format!("{name}.member.{place}"))).collect()
    }
}
