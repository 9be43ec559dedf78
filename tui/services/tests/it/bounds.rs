//! Responses that are endless, huge, slow, compressed or have too many parts. Every client gives up in time and names
//! the cause.

use std::{convert::Infallible, time::Duration};

use crate::{
    answering::{TIMEOUTS, connections, serve, services},
    writing::add_a_truck,
};
use axum::{
    Router,
    body::Body,
    extract::Query,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use futures::{FutureExt, StreamExt, future::BoxFuture, stream};
use hello_model::{
    deployment::ServiceRef,
    failure::{Failure, Kind},
    log::LogSource,
    run::Repo,
    time::Timestamp,
};
use hello_services::{Services, Timeouts, catalog};
use hello_shared::{NewTruck, Truck};
use url::Url;

const SHORT_TIMEOUTS: Timeouts =
    Timeouts { http: Duration::from_millis(400), aws: Duration::from_millis(600) };

/// Makes every client read from `services`, and returns their failures.
fn failures_of(services: &Services) -> BoxFuture<'_, Vec<Failure>> {
    let service: ServiceRef =
        "arn:aws:ecs:eu-north-1:123456789012:service/hello-truck/hello-server".parse().unwrap();
    let repo: Repo = "hello-truck/hello-truck".parse().unwrap();
    let tail = services.logs.tail(LogSource::Group("/ecs/hello".to_owned()), Timestamp::now());
    let tail = tail.filter_map(async |news| news.err());
    let failures = async move {
        vec![
            services.github.runs(&repo).await.unwrap_err(),
            services.trucks.list().await.unwrap_err(),
            add_a_truck(services).await.unwrap_err(),
            services.trucks.get(&"0190".into()).await.unwrap_err(),
            services.ecs.snapshot(&service).await.unwrap_err(),
            services.stacks.events("hello-stack", None).await.unwrap_err(),
            Box::pin(tail).next().await.unwrap(),
        ]
    };
    failures.boxed()
}

/// Loads a catalog from a URL, and returns its problems.
async fn problems_at(url: &Url) -> String {
    let catalog = catalog::load(&[url.to_string()], std::path::Path::new("/")).await.unwrap();
    catalog.problems.iter().map(ToString::to_string).collect()
}

fn endless(status: StatusCode) -> Response {
    let spaces = Bytes::from(vec![b' '; 64 * 1024]);
    (status, Body::from_stream(stream::repeat(Ok::<_, Infallible>(spaces)))).into_response()
}

async fn serve_always(answer: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Url {
    serve(Router::new().fallback(async move || answer())).await
}

#[tokio::test]
async fn an_endless_answer_is_abandoned_at_its_size_limit() {
    // In the order of `failures_of`: GitHub; the list of trucks, a write, one truck; three clients of AWS.
    for (status, bounds) in
        [(StatusCode::OK, [8, 24, 8, 8, 8, 8, 8]), (StatusCode::BAD_REQUEST, [8, 1, 1, 1, 8, 8, 8])]
    {
        let url = serve_always(move || endless(status)).await;
        for (failure, bound) in failures_of(&services(&url)).await.iter().zip(bounds) {
            assert_eq!(failure.kind, Kind::Unexpected, "{failure:?}");
            assert!(failure.why.contains(&format!("larger than {bound} MiB")), "{bound}: {failure}");
        }
    }
    let problems = problems_at(&serve_always(|| endless(StatusCode::OK)).await).await;
    assert!(problems.contains("larger than 10 MiB"), "{problems}");
}

#[tokio::test]
async fn an_answer_that_announces_too_much_is_not_read() {
    // Nothing follows the head, so waiting for it would take until a timeout.
    let silent = || Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let huge = move || ([(header::CONTENT_LENGTH, "99999999999")], silent()).into_response();
    for failure in failures_of(&services(&serve_always(huge).await)).await {
        assert!(failure.why.contains("larger than"), "{failure}");
    }
}

#[tokio::test]
async fn an_endlessly_slow_answer_is_abandoned_in_time() {
    let drip = || {
        let drops = stream::unfold((), async |()| {
            tokio::time::sleep(Duration::from_millis(10)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        });
        Body::from_stream(drops).into_response()
    };
    let url = serve_always(drip).await;
    let services = Services::with_timeouts(&connections(&url), SHORT_TIMEOUTS);
    for failure in failures_of(&services).await {
        assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
    }
}

#[tokio::test]
async fn a_compressed_answer_is_not_unpacked() {
    let packed = || ([(header::CONTENT_ENCODING, "gzip")], "\x1f").into_response();
    let url = serve_always(packed).await;
    for failure in failures_of(&services(&url)).await {
        assert_eq!(failure.kind, Kind::Unexpected, "{failure:?}");
        assert!(failure.why.contains("compressed (gzip)"), "{failure}");
    }
    assert!(problems_at(&url).await.contains("compressed (gzip)"));
}

#[tokio::test]
async fn an_answer_with_too_many_objects_is_not_read() {
    let parts = async |headers: HeaderMap| {
        let is_form =
            headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"urlencoded"));
        if is_form {
            return "<member/>".repeat(60_000);
        }
        let list = vec!["{}"; 30_000].join(",");
        format!(r#"{{"workflow_runs":[{list}],"services":[{list}],"events":[{list}]}}"#)
    };
    let services = services(&serve(Router::new().fallback(parts)).await);
    for failure in failures_of(&services).await {
        assert_eq!(failure.kind, Kind::Unexpected, "{failure:?}");
        // The list and the truck become no more than they are.
        let is_of_trucks = failure.what.contains("truck") && !failure.what.contains("runs");
        assert!(is_of_trucks || failure.why.contains("more values"), "{failure}");
    }
}

fn a_truck() -> Truck {
    NewTruck::new("Scania", "V8").into_truck("1".into(), "2026-11-23T10:00:00Z".parse().unwrap())
}

/// Serves an endless list of pages with `rows` trucks each.
async fn endless_pages(rows: usize) -> Services {
    let page = serde_json::to_string(&vec![a_truck(); rows]).unwrap();
    let pages = async move |Query(query): Query<Vec<(String, String)>>| {
        let number: usize = query.first().map_or(0, |(_, number)| number.parse().unwrap());
        ([(header::LINK, format!("</trucks?after={}>; rel=next", number + 1))], page)
    };
    services(&serve(Router::new().route("/trucks", get(pages))).await)
}

#[tokio::test]
async fn an_endless_fleet_is_read_up_to_a_stated_limit() {
    let fleet = endless_pages(15_000).await.trucks.list().await.unwrap();
    assert_eq!(fleet.trucks.items.len(), 100_000);
    assert!(fleet.unread.unwrap().contains("100,000 trucks"));
}

#[tokio::test]
async fn pages_without_trucks_are_no_list() {
    let failure = endless_pages(0).await.trucks.list().await.unwrap_err();
    assert!(failure.why.contains("the list has no end"), "{failure}");
}

/// Each page takes some seconds of a clock that the service moves on, and none of the real one.
#[tokio::test]
async fn pages_that_come_slowly_are_bounded_together() {
    let page = serde_json::to_string(&[a_truck()]).unwrap();
    let pages = async move |Query(query): Query<Vec<(String, String)>>| {
        let number: usize = query.first().map_or(0, |(_, number)| number.parse().unwrap());
        tokio::time::pause();
        tokio::time::advance(TIMEOUTS.http * 3 / 5).await;
        tokio::time::resume();
        ([(header::LINK, format!("</trucks?after={}>; rel=next", number + 1))], page)
    };
    let fleet =
        services(&serve(Router::new().route("/trucks", get(pages))).await).trucks.list().await.unwrap();
    assert!(fleet.unread.unwrap().contains("up to 30s"));
    assert!((2..12).contains(&fleet.trucks.items.len()), "{}", fleet.trucks.items.len());
}

#[tokio::test]
async fn the_bytes_of_all_pages_are_bounded() {
    let page = format!("[{}]", " ".repeat(16 * 1024 * 1024));
    let pages = async move |Query(query): Query<Vec<(String, String)>>| {
        let number: usize = query.first().map_or(0, |(_, number)| number.parse().unwrap());
        ([(header::LINK, format!("</trucks?after={}>; rel=next", number + 1))], page)
    };
    let fleet =
        services(&serve(Router::new().route("/trucks", get(pages))).await).trucks.list().await.unwrap();
    assert!(fleet.unread.unwrap().contains("24 MiB"));
}
