//! The environment variables that point tools at a sandbox.

use std::net::SocketAddr;

use crate::names::Names;

/// Returns names and values; the credentials are fake and belong to no account.
pub fn of(addr: SocketAddr, names: &Names) -> Vec<(&'static str, String)> {
    let url = format!("http://{addr}");
    vec![
        ("AWS_ENDPOINT_URL", url.clone()),
        ("AWS_ACCESS_KEY_ID", "AKIASANDBOX000000000".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "sandbox".to_owned()),
        ("AWS_REGION", names.region.clone()),
        ("AWS_DEFAULT_REGION", names.region.clone()),
        ("GITHUB_API_URL", url.clone()),
        ("GH_TOKEN", "sandbox".to_owned()),
        ("HELLO_TRUCKS_URL", url),
    ]
}

/// Returns one line of a shell script that sets a variable; the value is quoted, so any text is safe.
pub fn export(name: &str, value: &str) -> String {
    format!("export {name}='{}'", value.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_back_what_was_written() {
        assert_eq!(export("REGION", "us-east-1"), "export REGION='us-east-1'");
        assert_eq!(export("ODD", "it's"), r"export ODD='it'\''s'");
    }
}
