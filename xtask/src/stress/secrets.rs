//! The credentials of a round. They are recognizable, so that leaks can be searched for.

use base64::{Engine, engine::general_purpose::STANDARD};
use memchr::memmem;

/// The credentials that the programs get. All of them are fake.
#[derive(Debug)]
pub(super) struct Secrets {
    pub(super) github: String,
    pub(super) aws: String,
    pub(super) trucks: String,
}

impl Secrets {
    pub(super) fn new(seed: u64) -> Self {
        let secret = |kind: &str| format!("stress-{kind}-secret-{seed:016x}");
        Self { github: secret("github"), aws: secret("aws"), trucks: secret("trucks") }
    }

    /// Returns the names of the credentials that the bytes contain.
    pub(super) fn found_in(&self, bytes: &[u8]) -> Vec<&'static str> {
        let all = [("GitHub token", &self.github), ("AWS secret", &self.aws), ("trucks token", &self.trucks)];
        let is_in = |secret: &str| {
            let encoded = base64(secret);
            // Without the last digits, which depend on the bytes that follow.
            let stem = &encoded.as_bytes()[..encoded.len() - 4];
            [secret.as_bytes(), stem].iter().any(|needle| memmem::find(bytes, needle).is_some())
        };
        all.into_iter().filter(|(_, secret)| is_in(secret)).map(|(name, _)| name).collect()
    }
}

/// Encodes text in base64, as basic authentication does.
pub(super) fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_plain_and_in_basic_authentication() {
        let secrets = Secrets::new(7);
        let plain = format!("authorization: Bearer {}\r\n", secrets.github);
        assert_eq!(secrets.found_in(plain.as_bytes()), ["GitHub token"]);
        let basic = format!("Basic {}", base64(&secrets.trucks));
        assert_eq!(secrets.found_in(basic.as_bytes()), ["trucks token"]);
        assert!(secrets.found_in(b"nothing").is_empty());
    }
}
