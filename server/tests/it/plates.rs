//! Number plates stored by an earlier version, which compared them letter by letter.

use hello_server::Store;
use hello_shared::Truck;
use serde_json::{Value, json};
use sqlx::{
    Connection, Executor, SqlSafeStr, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
};
use tempfile::TempDir;

use crate::{api::Api, postgres::Postgres};

/// Returns the migrations of an earlier version.
fn earlier(migrations: [(&'static str, &'static str); 2]) -> Migrator {
    let migrations = (1..).zip(migrations).map(|(version, (name, sql))| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

fn on_sqlite() -> Migrator {
    earlier([
        ("trucks", include_str!("../../migrations/sqlite/0001_trucks.sql")),
        ("fleet", include_str!("../../migrations/sqlite/0002_fleet.sql")),
    ])
}

fn on_postgres() -> Migrator {
    earlier([
        ("trucks", include_str!("../../migrations/postgres/0001_trucks.sql")),
        ("replicas", include_str!("../../migrations/postgres/0002_replicas.sql")),
    ])
}

/// Returns the SQL with which an earlier version adds a truck.
fn add(number: u8, plate: &str) -> String {
    format!(
        "INSERT INTO trucks (seq, id, make, model, license_plate, status, created_at, updated_at, version, make_key, search) \
         VALUES ({number}, '01890a5d-ac96-774b-bcce-b3020000000{number}', 'Volvo', 'FH', '{plate}', 'active', 1, 1, 1, \
                 'volvo', 'volvo'); \
         UPDATE fleet SET revision = revision + 1, active = active + 1;"
    )
}

fn place(number: u8) -> String {
    format!("/trucks/01890a5d-ac96-774b-bcce-b3020000000{number}")
}

async fn post(api: &Api, plate: &str) -> u16 {
    let truck = json!({"make": "Scania", "model": "V8", "licensePlate": plate});
    api.json("POST", "/trucks", &truck).await.status.as_u16()
}

#[tokio::test]
async fn old_duplicate_plates_are_kept() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    let mut earlier = SqliteConnection::connect(&format!("{url}?mode=rwc")).await.unwrap();
    on_sqlite().run(&mut earlier).await.unwrap();
    let plates = ["A 1", "a 1", "B\u{200B} 2", "ＣＣ"];
    for (number, plate) in (1..).zip(plates) {
        earlier.execute(sqlx::AssertSqlSafe(add(number, plate))).await.unwrap();
    }
    earlier.close().await.unwrap();

    let api = Api::over(Store::open(&url).await.unwrap());
    let kept: Vec<Truck> = api.get("/trucks").await.read();
    assert!(kept.iter().map(|truck| truck.license_plate.as_deref().unwrap()).eq(plates));
    for taken in ["A 1", "Ａ 1", "b 2", "cc"] {
        assert_eq!(post(&api, taken).await, 409, "{taken}");
    }
    for (number, plate) in (1..).zip(plates) {
        let answer = api.json("PATCH", &place(number), &json!({"status": "retired"})).await;
        assert_eq!(answer.status, 200, "{plate}");
        // An existing invisible character may stay, but must not be written again.
        let whole = json!({"make": "Volvo", "model": "FH16", "licensePlate": plate});
        let is_visible = number != 3;
        assert_eq!(api.json("PUT", &place(number), &whole).await.status == 200, is_visible, "{plate}");
    }
    let other = api.json("PATCH", &place(2), &json!({"licensePlate": "A 1"})).await;
    let _ = other.problem(409);
    let _ = api.delete(&place(1)).await;
    assert_eq!(post(&api, "A 1").await, 409, "the other one still has it");
    let _ = api.delete(&place(2)).await;
    assert_eq!(post(&api, "A 1").await, 201);
}

#[tokio::test]
async fn an_earlier_version_still_starts_on_the_file() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    Store::open(&url).await.unwrap().close().await;
    let mut earlier = SqliteConnection::connect(&url).await.unwrap();
    on_sqlite().run(&mut earlier).await.unwrap();
    earlier.execute(sqlx::AssertSqlSafe(add(1, "a 1"))).await.unwrap();
    earlier.close().await.unwrap();
    let api = Api::over(Store::open(&url).await.unwrap());
    assert_eq!(post(&api, "A 1").await, 409);
}

/// During a rolling deployment, the tables have changed while a replica of an earlier version keeps running or
/// restarts.
#[tokio::test]
async fn a_replica_of_an_earlier_version_may_write_meanwhile() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("plates");
    let name = url.rsplit('/').next().unwrap();
    let api = Api::on(&url).await;
    let mut earlier = sqlx::PgConnection::connect(&url).await.unwrap();
    on_postgres().run(&mut earlier).await.unwrap();
    earlier.close().await.unwrap();

    database.query(name, &add(1, "a 1"));
    database.query(name, &add(2, "b 2"));
    assert_eq!((post(&api, "A 1").await, post(&api, "Ｂ 2").await), (409, 409));
    // Its stored key still belongs to the previous plate.
    database.query(name, "UPDATE trucks SET license_plate = 'c 3' WHERE seq = 1");
    assert_eq!((post(&api, "A 1").await, post(&api, "C 3").await), (201, 409));
    let fleet: Vec<Value> = api.get("/trucks").await.read();
    assert_eq!(fleet.len(), 3);
}

#[tokio::test]
async fn plates_are_compared_without_reading_the_fleet() {
    let Some(database) = Postgres::start() else { return };
    let url = database.database("plans");
    let name = url.rsplit('/').next().unwrap();
    Store::open(&url).await.unwrap().close().await;
    let trucks = |from: u32| {
        format!(
            "INSERT INTO trucks (seq, id, make, model, license_plate, status, created_at, updated_at, version, make_key, \
                                 search, plate_key, plate_key_of) \
             SELECT n, n, 'Volvo', 'FH', 'P ' || n, 'active', 1, 1, 1, 'volvo', 'volvo', 'P ' || n, 'P ' || n \
             FROM generate_series({from}, {from} + 9999) AS n;"
        )
    };
    let unkeyed =
        "CASE WHEN license_plate IS NOT NULL AND plate_key_of IS DISTINCT FROM license_plate THEN 1 END = 1";
    let keyed = "plate_key = ANY (ARRAY(SELECT jsonb_array_elements_text('[\"P 7\"]'::jsonb))) AND plate_key_of = license_plate";
    database.query(name, &trucks(1));
    for more in [String::new(), "ANALYZE trucks".to_owned(), trucks(10_001)] {
        database.query(name, &more);
        for condition in [unkeyed, keyed] {
            let explain = format!("EXPLAIN SELECT license_plate FROM trucks WHERE {condition}");
            let plan = database.query(name, &explain);
            assert!(plan.contains("plate_key") && !plan.contains("Seq Scan on trucks"), "{plan}");
        }
    }
}

#[tokio::test]
async fn plates_are_compared_without_reading_the_file() {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}/trucks.db", folder.path().display());
    Store::open(&url).await.unwrap().close().await;
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    for (condition, index) in [
        (
            "CASE WHEN license_plate IS NOT NULL AND plate_key_of IS NOT license_plate THEN 1 END = 1",
            "trucks_without_plate_key",
        ),
        (
            "plate_key IN (SELECT value FROM json_each('[]')) AND plate_key_of = license_plate",
            "trucks_by_plate_key",
        ),
    ] {
        let explain = format!("EXPLAIN QUERY PLAN SELECT license_plate FROM trucks WHERE {condition}");
        let rows: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(explain)).fetch_all(&mut database).await.unwrap();
        assert!(rows.iter().any(|(.., step)| step.contains(index)), "{rows:?}");
    }
}
