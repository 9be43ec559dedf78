//! Lists of runs: filters, pages, and the limit of a filtered list.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{REPO, id, stepped};

#[tokio::test]
async fn every_filter_selects_by_its_field() {
    let sandbox = stepped().await;
    let all = sandbox.runs("").await;
    let run = all.iter().find(|run| run["event"] == "pull_request").unwrap();
    let text = |field: &str| run[field].as_str().unwrap().to_owned();
    let filters = [
        format!("actor={}", run["actor"]["login"].as_str().unwrap()),
        format!("branch={}", text("head_branch").replace('/', "%2F")),
        format!("head_sha={}", text("head_sha")),
        format!("created={}", text("created_at")),
        "event=pull_request".to_owned(),
        format!("status={}", text("status")),
    ];
    for filter in &filters {
        let found = sandbox.runs(filter).await;
        assert!(found.iter().any(|found| id(found) == id(run)), "{filter}");
        assert!(found.len() < 90, "{filter} selects all");
    }
    let together = sandbox.runs(&filters.join("&")).await;
    assert_eq!(together.iter().map(id).collect::<Vec<_>>(), [id(run)]);
    assert!(sandbox.runs("status=completed&event=unheard_of").await.is_empty());
}

#[tokio::test]
async fn a_workflow_lists_its_own_runs_by_id_and_by_file() {
    let sandbox = stepped().await;
    for workflow in sandbox.github("/actions/workflows").await["workflows"].as_array().unwrap() {
        let file = workflow["path"].as_str().unwrap().rsplit('/').next().unwrap();
        let by_file = sandbox.github(&format!("/actions/workflows/{file}/runs?per_page=100")).await;
        let by_id = sandbox.github(&format!("/actions/workflows/{}/runs?per_page=100", workflow["id"])).await;
        assert_eq!(by_file["total_count"], by_id["total_count"]);
        for run in by_file["workflow_runs"].as_array().unwrap() {
            assert_eq!((&run["workflow_id"], &run["path"]), (&workflow["id"], &workflow["path"]));
            for field in ["head_commit", "head_repository", "triggering_actor"] {
                assert!(run[field].is_object(), "{field}");
            }
        }
    }
}

#[tokio::test]
async fn a_filtered_list_ends_at_a_thousand_runs() {
    let sandbox = stepped().await;
    let set = sandbox.request(Method::POST, "/_sandbox/github", Some(json!({"past_runs": 10_000}))).await;
    assert_eq!(set.status(), 204);
    let page = async |query: &str| {
        let path = format!("{REPO}/actions/runs?per_page=100&{query}");
        let response = sandbox.request(Method::GET, &path, None).await;
        let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        (response.json::<Value>().await.unwrap(), link.unwrap_or_default())
    };
    let (last, _) = page("page=101").await;
    let total = last["total_count"].as_u64().unwrap();
    let oldest = &last["workflow_runs"][usize::try_from((total - 1) % 100).unwrap()];
    assert!(total > 10_080 && oldest["id"].is_u64(), "{total}");
    assert_eq!(sandbox.run(id(oldest)).await["id"], oldest["id"]);
    let jobs = sandbox.github(&format!("/actions/runs/{}/jobs", oldest["id"])).await;
    assert_eq!(jobs["total_count"], 2);

    let (filtered, link) = page("status=success").await;
    assert!(filtered["total_count"].as_u64().unwrap() > 10_000);
    assert!(link.contains("page=10>; rel=\"last\""), "{link}");
    assert_eq!(page("status=success&page=11").await.0["workflow_runs"], json!([]));
    let refused = sandbox.request(Method::POST, "/_sandbox/github", Some(json!({"past_runs": 20_001}))).await;
    assert_eq!(refused.status(), 422);
}

#[tokio::test]
async fn the_runs_of_a_push_appear_after_a_while() {
    let sandbox = stepped().await;
    let sha = "0123456789abcdef0123456789abcdef01234567";
    let push = json!({"branch": "feature/mine", "sha": sha, "after_seconds": 20});
    let pushed = sandbox.request(Method::POST, "/_sandbox/push", Some(push)).await;
    assert_eq!(pushed.json::<Value>().await.unwrap()["sha"], sha);
    let found = async || sandbox.runs(&format!("head_sha={sha}")).await;
    assert!(found().await.is_empty());
    sandbox.advance(20);
    let names = found().await.iter().map(|run| run["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(names.len(), 2, "two workflows run: {names:?}");
    sandbox.advance(300);
    assert!(found().await.iter().all(|run| run["conclusion"] == "success"));

    let main = sandbox.request(Method::POST, "/_sandbox/push", Some(json!({"branch": "main"}))).await;
    let main = main.json::<Value>().await.unwrap()["sha"].clone();
    assert_eq!(sandbox.github("/branches").await[0]["commit"]["sha"], main);
    let refused = json!({"branch": "main", "sha": "short"});
    assert_eq!(sandbox.request(Method::POST, "/_sandbox/push", Some(refused)).await.status(), 422);
}

#[tokio::test]
async fn a_dispatched_run_may_be_unknown_for_some_seconds() {
    let sandbox = stepped().await;
    sandbox.request(Method::POST, "/_sandbox/github", Some(json!({"hidden_seconds": 4}))).await;
    let body = json!({"ref": "main", "return_run_details": true});
    let details = sandbox.post("/actions/workflows/docker-deploy.yaml/dispatches", body).await;
    let run = details.json::<Value>().await.unwrap()["workflow_run_id"].as_u64().unwrap();
    let path = format!("{REPO}/actions/runs/{run}");
    assert_eq!(sandbox.request(Method::GET, &path, None).await.status(), 404);
    sandbox.advance(4);
    assert_eq!(sandbox.run(run).await["id"], run);
}
