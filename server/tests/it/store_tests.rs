//! Tests that every store must pass.

/// Creates one test per function on SQLite, and one function that runs them all on PostgreSQL.
macro_rules! store_tests {
    ($($test:ident),* $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test]
                async fn $test() {
                    super::$test($crate::api::Api::in_a_file().await).await;
                }
            )*
        }

        pub(crate) async fn on_postgres(server: &$crate::postgres::Postgres) {
            $(
                $test($crate::api::Api::on(&server.database(stringify!($test))).await).await;
            )*
        }
    };
}

pub(crate) use store_tests;

use crate::{bulk, edits, events, fleet, keys, pages, postgres::Postgres};

#[tokio::test]
async fn every_store_test_passes_on_postgresql() {
    let Some(server) = Postgres::start() else { return };
    fleet::on_postgres(&server).await;
    pages::on_postgres(&server).await;
    edits::on_postgres(&server).await;
    bulk::on_postgres(&server).await;
    keys::on_postgres(&server).await;
    events::on_postgres(&server).await;
}
