//! The device flow: a code, a user's decision, and a token with its scopes.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Stepped, stepped};

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn begin(sandbox: &Stepped) -> Value {
    post(sandbox, "/login/device/code", "client_id=hello&scope=repo+read:org").await
}

async fn post(sandbox: &Stepped, path: &str, form: &str) -> Value {
    let request = sandbox.client.post(format!("{}{path}", sandbox.sandbox.url()));
    let request = request.header("accept", "application/json");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.body(form.to_owned()).send().await.unwrap().json().await.unwrap()
}

/// Polls for the token, `seconds` after the request before.
async fn poll(sandbox: &Stepped, code: &Value, seconds: u64) -> Value {
    sandbox.advance(seconds);
    let code = code["device_code"].as_str().unwrap();
    let form = format!("client_id=hello&device_code={code}&grant_type={GRANT}");
    post(sandbox, "/login/oauth/access_token", &form).await
}

#[tokio::test]
async fn a_user_enters_the_code_and_the_client_gets_a_token() {
    let sandbox = stepped().await;
    let code = begin(&sandbox).await;
    assert_eq!((&code["expires_in"], &code["interval"]), (&json!(900), &json!(5)));
    let page = code["verification_uri"].as_str().unwrap();
    assert!(sandbox.client.get(page).send().await.unwrap().text().await.unwrap().contains("user_code"));
    assert_eq!(poll(&sandbox, &code, 5).await["error"], "authorization_pending");
    let early = poll(&sandbox, &code, 1).await;
    assert_eq!((&early["error"], &early["interval"]), (&json!("slow_down"), &json!(10)));

    let typed = code["user_code"].as_str().unwrap().to_lowercase();
    let form = format!("user_code={typed}&decision=approve");
    let entered = sandbox.client.post(page).body(form).send().await.unwrap();
    assert_eq!(entered.status(), StatusCode::OK);
    let issued = poll(&sandbox, &code, 10).await;
    assert_eq!((&issued["token_type"], &issued["scope"]), (&json!("bearer"), &json!("repo,read:org")));

    let token = issued["access_token"].as_str().unwrap();
    let user = sandbox.client.get(format!("{}/user", sandbox.sandbox.url())).bearer_auth(token);
    let user = user.send().await.unwrap();
    assert_eq!(user.headers()["x-oauth-scopes"], "repo, read:org");
    assert_eq!(user.json::<Value>().await.unwrap()["login"], "noor-operator");
    assert_eq!(poll(&sandbox, &code, 10).await["error"], "incorrect_device_code", "it is used");
}

#[tokio::test]
async fn denied_expired_and_wrong_codes_have_their_errors() {
    let sandbox = stepped().await;
    let (denied, expired) = (begin(&sandbox).await, begin(&sandbox).await);
    let decision = json!({"user_code": denied["user_code"], "approve": false});
    let answer = sandbox.request(Method::POST, "/_sandbox/device", Some(decision.clone())).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let again = sandbox.request(Method::POST, "/_sandbox/device", Some(decision)).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND, "it is decided");
    assert_eq!(poll(&sandbox, &denied, 5).await["error"], "access_denied");
    assert_eq!(poll(&sandbox, &expired, 900).await["error"], "expired_token");
    assert_eq!(poll(&sandbox, &json!({"device_code": "x"}), 5).await["error"], "incorrect_device_code");
    let client = post(&sandbox, "/login/device/code", "scope=repo").await;
    assert_eq!(client["error"], "incorrect_client_credentials");
    let grant = post(&sandbox, "/login/oauth/access_token", "client_id=hello").await;
    assert_eq!(grant["error"], "unsupported_grant_type");
}
