use std::time::Duration;

use tokio::time;

use super::*;

fn url(folder: &tempfile::TempDir) -> String {
    format!("sqlite://{}/trucks.db", folder.path().display())
}

async fn take(url: &str) -> Result<DatabaseFile, StoreError> {
    match DatabaseFile::open_locked(url).await {
        Ok(file) => Ok(file.expect("a file")),
        Err(Refusal::Refused(error)) => Err(error),
        Err(Refusal::Unopened(error)) => panic!("{error}"),
    }
}

#[test]
fn the_lock_lies_beside_the_file() {
    let lock = |url| name_of(url).map(|name| lock_of(&name));
    assert_eq!(lock("sqlite:///data/trucks.db?mode=rwc"), Some("/data/trucks.db-lock".into()));
    assert_eq!(lock("sqlite://hello-trucks.db"), Some("hello-trucks.db-lock".into()));
    assert_eq!(lock("sqlite::memory:"), None);
}

#[tokio::test(start_paused = true)]
async fn the_second_waits_and_is_refused_in_the_end() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = url(&folder);
    let first = take(&url).await.unwrap();
    let refusal = take(&url).await.unwrap_err();
    assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");

    let (second, ()) = tokio::join!(take(&url), async {
        time::sleep(Duration::from_secs(5)).await;
        first.release();
    });
    second.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_replaced_during_the_wait_is_the_one_that_is_taken() {
    let folder = tempfile::TempDir::new().unwrap();
    let (url, path) = (url(&folder), folder.path().join("trucks.db"));
    let first = take(&url).await.unwrap();
    // Without it, the second waits for the database file itself.
    std::fs::remove_file(folder.path().join("trucks.db-lock")).unwrap();
    let (second, ()) = tokio::join!(take(&url), async {
        time::sleep(Duration::from_secs(5)).await;
        let restored = folder.path().join("restored.db");
        std::fs::copy(&path, &restored).unwrap();
        std::fs::rename(&restored, &path).unwrap();
        first.release();
    });
    second.unwrap().check().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_of_an_earlier_version_holds_the_lock_file_alone() {
    let folder = tempfile::TempDir::new().unwrap();
    let url = url(&folder);
    let lock = hello_files::open_lock(&folder.path().join("trucks.db-lock")).unwrap();
    lock.lock().unwrap();
    let refusal = take(&url).await.unwrap_err();
    assert!(matches!(refusal, StoreError::InUse { .. }), "{refusal}");
    lock.unlock().unwrap();
    take(&url).await.unwrap();
}

#[tokio::test]
async fn a_file_that_can_only_be_read_is_taken_too() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("trucks.db"), "").unwrap();
    take(&format!("{}?mode=ro", url(&folder))).await.unwrap();
    let missing = format!("sqlite://{}/none.db?mode=ro", folder.path().display());
    assert!(matches!(DatabaseFile::open_locked(&missing).await, Err(Refusal::Unopened(_))));
    assert!(!folder.path().join("none.db").exists(), "what is only read is not created");
}

#[tokio::test]
async fn a_replaced_file_is_noticed_until_it_is_back() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = take(&url(&folder)).await.unwrap();
    let (path, aside) = (folder.path().join("trucks.db"), folder.path().join("aside.db"));
    file.check().unwrap();
    std::fs::rename(&path, &aside).unwrap();
    assert!(matches!(file.check(), Err(StoreError::FileGone { .. })), "it was renamed");
    std::fs::copy(&aside, &path).unwrap();
    assert!(matches!(file.check(), Err(StoreError::FileGone { .. })), "a copy is another file");
    std::fs::rename(&aside, &path).unwrap();
    file.check().unwrap();
}
