//! What the audit trail says of a write.

use std::path::Path;

use hello_model::write::Write;
use hello_services::{Services, gate::Gate};
use hello_shared::NewTruck;
use serde_json::Value;
use url::Url;

use crate::answering::{closed_port, services};

/// Executes a write at a place that refuses it, and returns the entries.
async fn entries(gate: impl FnOnce(Gate) -> Gate, services: &Services) -> Vec<Value> {
    let home = tempfile::tempdir().unwrap();
    let trail = home.path().join("audit.jsonl");
    let write = Write::CreateTruck { truck: NewTruck::new("Scania", "V8"), key: "key-1".to_owned() };
    let _ = gate(Gate::new(false, Some(trail.clone()))).execute(write, services).await;
    read(&trail)
}

fn read(trail: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(trail).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns a place without a service, and its URL with secrets in it.
async fn secret_place() -> (Url, Url) {
    let plain = closed_port().await;
    let mut secret = plain.join("api?token=pa55word").unwrap();
    secret.set_username("me").unwrap();
    secret.set_password(Some("pa55word")).unwrap();
    (plain, secret)
}

#[tokio::test]
async fn an_entry_names_user_context_and_url() {
    let (plain, secret) = secret_place().await;
    let context = Some("production".to_owned());
    let entries = entries(|gate| gate.in_context(context), &services(&secret)).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    for entry in &entries {
        assert_eq!(entry["context"], "production", "{entry}");
        assert_eq!(entry["url"], format!("{plain}api?token=…"), "{entry}");
        assert!(entry["user"].as_str().is_some_and(|user| !user.is_empty()), "{entry}");
        assert!(entry.get("sandbox").is_none() && !entry.to_string().contains("pa55word"), "{entry}");
        for known in ["at", "id", "what", "target", "result"] {
            assert!(entry[known].is_string(), "{known}: {entry}");
        }
    }
}

#[tokio::test]
async fn a_write_to_a_sandbox_names_no_context() {
    let services = services(&closed_port().await);
    let context = Some("production".to_owned());
    let entries = entries(|gate| gate.in_context(context).in_sandbox(), &services).await;
    for entry in &entries {
        assert!(entry.get("context").is_none(), "{entry}");
        assert_eq!(entry["sandbox"], true, "{entry}");
    }
}
