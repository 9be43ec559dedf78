//! Users and organizations, as they appear inside other objects.

use serde_json::{Map, Value, json};

/// Writes a user or organization with all its URLs.
pub(super) fn account(origin: &str, login: &str, id: u64, kind: &str) -> Map<String, Value> {
    let url = format!("{origin}/users/{login}");
    let mut account = Map::new();
    let mut put = |name: &str, value: Value| account.insert(name.to_owned(), value);
    put("login", json!(login));
    put("id", json!(id));
    put("node_id", json!(format!("U_kgDO{id:x}")));
    put("avatar_url", json!(format!("https://avatars.githubusercontent.com/u/{id}?v=4")));
    put("gravatar_id", json!(""));
    put("html_url", json!(format!("https://github.com/{login}")));
    put("followers_url", json!(format!("{url}/followers")));
    put("following_url", json!(format!("{url}/following{{/other_user}}")));
    put("gists_url", json!(format!("{url}/gists{{/gist_id}}")));
    put("starred_url", json!(format!("{url}/starred{{/owner}}{{/repo}}")));
    put("subscriptions_url", json!(format!("{url}/subscriptions")));
    put("organizations_url", json!(format!("{url}/orgs")));
    put("repos_url", json!(format!("{url}/repos")));
    put("events_url", json!(format!("{url}/events{{/privacy}}")));
    put("received_events_url", json!(format!("{url}/received_events")));
    put("url", json!(url));
    put("type", json!(kind));
    put("user_view_type", json!("public"));
    put("site_admin", json!(false));
    account
}
