//! Guarantees of every store.

use std::path::Path;

use hello_server::{Store, StoreError};
use hello_shared::{NewTruck, Truck};
use jiff::Timestamp;
use tempfile::TempDir;
use uuid::Uuid;

async fn open(folder: &Path) -> Store {
    Store::open(&format!("sqlite://{}/trucks.db", folder.display())).await.expect("a store in a file")
}

fn truck(make: &str) -> Truck {
    let now = Timestamp::from_microsecond(1_764_000_000_123_456).expect("a moment");
    NewTruck::new(make, "1").into_truck(Uuid::now_v7().to_string().into(), now)
}

#[tokio::test]
async fn trucks_are_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let (volvo, scania) = (truck("Volvo"), truck("Scania"));

    let store = open(folder.path()).await;
    store.insert(&volvo).await.unwrap();
    store.insert(&scania).await.unwrap();
    store.close().await;

    let store = open(folder.path()).await;
    assert_eq!(store.list().await.unwrap(), [volvo.clone(), scania]);
    assert_eq!(store.find(&volvo.id).await.unwrap(), Some(volvo));
}

#[tokio::test]
async fn an_acknowledged_truck_is_on_disk_without_a_close() {
    let folder = TempDir::new().unwrap();
    let (kept, gone) = (truck("Volvo"), truck("Scania"));

    let store = open(folder.path()).await;
    store.insert(&kept).await.unwrap();
    store.insert(&gone).await.unwrap();
    assert_eq!(store.delete(&gone.id).await.unwrap(), Some(gone));

    // The content of the disk at this moment, as after a power failure.
    let copy = TempDir::new().unwrap();
    for name in ["trucks.db", "trucks.db-wal"] {
        std::fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
    }
    let other = open(copy.path()).await;
    assert_eq!(other.list().await.unwrap(), [kept]);
}

#[tokio::test]
async fn a_successor_waits_until_the_file_is_closed() {
    let folder = TempDir::new().unwrap();
    let first = open(folder.path()).await;
    let second = tokio::spawn({
        let folder = folder.path().to_owned();
        async move { open(&folder).await }
    });
    let kept = truck("Volvo");
    first.insert(&kept).await.unwrap();
    assert!(!second.is_finished());
    first.close().await;
    assert_eq!(second.await.unwrap().list().await.unwrap(), [kept]);
}

#[tokio::test]
async fn concurrent_writers_read_their_writes_at_once() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path()).await;
    let writers = (0..32).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let truck = truck(&format!("make {n}"));
            store.insert(&truck).await.unwrap();
            assert_eq!(store.find(&truck.id).await.unwrap(), Some(truck));
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    assert_eq!(store.list().await.unwrap().len(), 32);
}

#[tokio::test]
async fn stores_in_memory_know_nothing_of_each_other() {
    let (one, other) =
        (Store::open(Store::IN_MEMORY).await.unwrap(), Store::open(Store::IN_MEMORY).await.unwrap());
    one.insert(&truck("Volvo")).await.unwrap();
    assert_eq!(one.list().await.unwrap().len(), 1);
    assert_eq!(other.list().await.unwrap(), []);
}

#[tokio::test]
async fn a_plate_belongs_to_one_truck() {
    let store = Store::open(Store::IN_MEMORY).await.unwrap();
    let plated = |make| Truck { license_plate: Some("A 1".into()), ..truck(make) };
    store.insert(&plated("Volvo")).await.unwrap();
    assert!(matches!(store.insert(&plated("Scania")).await, Err(StoreError::PlateTaken { .. })));
}

#[tokio::test]
async fn an_unknown_store_url_is_refused_without_its_password() {
    let error = Store::open("mysql://root:secret@db/trucks").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "`mysql:` names no store; a URL of trucks is like sqlite://hello-trucks.db"
    );
}

#[tokio::test]
async fn a_missing_folder_is_an_error() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing");
    let error = Store::open(&format!("sqlite://{}/trucks.db", missing.display())).await.unwrap_err();
    assert!(matches!(error, StoreError::Open { .. }), "{error:?}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_unchanged() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("trucks.db");
    std::fs::write(&file, "this is not a database".repeat(100)).unwrap();
    assert!(Store::open(&format!("sqlite://{}", file.display())).await.is_err());
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is not a database"));
}
