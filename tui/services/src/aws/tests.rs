//! A request that waits for its turn.

use futures::{
    FutureExt,
    future::{Either, select},
};
use hello_model::calls;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::StaticKeys;

const TIMEOUT: Duration = Duration::from_secs(15);

const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\n\r\n{}";

/// Accepts one connection and reads its first request.
async fn accept(listener: &TcpListener) -> TcpStream {
    let (mut connection, _) = listener.accept().await.unwrap();
    let mut request = [0; 8 * 1024];
    let _ = connection.read(&mut request).await.unwrap();
    connection
}

async fn serve(listener: &TcpListener) {
    accept(listener).await.write_all(RESPONSE).await.unwrap();
}

/// Never answers. From the request on, the clock jumps to each next deadline.
async fn stay_silent(listener: &TcpListener) {
    let _connection = accept(listener).await;
    tokio::time::pause();
    std::future::pending::<()>().await;
}

fn access(endpoint: &url::Url) -> AwsAccess {
    let keys = StaticKeys { id: "test".to_owned(), secret: "test".to_owned().into() };
    AwsAccess { endpoint: Some(endpoint.clone()), keys: Some(keys), ..AwsAccess::default() }
}

#[tokio::test]
async fn queueing_does_not_count_for_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: url::Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let transport = Transport::default();
    let aws = Aws::new(access(&endpoint), TIMEOUT, &transport);
    let call = aws.call(Some("eu-north-1"), "listing the deployments").await.unwrap();

    let others = transport.occupy(&endpoint);
    tokio::time::pause();
    let mut listing = Box::pin(call.ecs().list_service_deployments().service("hello-server").send());
    assert!((&mut listing).now_or_never().is_none(), "it waits for its turn");
    tokio::time::advance(TIMEOUT * 2).await;
    assert!((&mut listing).now_or_never().is_none(), "it still waits");
    tokio::time::resume();
    drop(others);
    let (listed, ()) = futures::join!(listing, serve(&listener));
    assert!(listed.is_ok(), "{listed:?}");
}

#[tokio::test]
async fn an_exchange_without_an_end_is_not_repeated() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint: url::Url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let aws = Aws::new(access(&endpoint), TIMEOUT, &Transport::default());
    let call = aws.call(Some("eu-north-1"), "listing the deployments").await.unwrap();
    let listing = Box::pin(call.ecs().list_service_deployments().service("hello-server").send());
    let listed = select(listing, Box::pin(stay_silent(&listener))).await;
    let Either::Left((Err(error), silent)) = listed else { panic!("it has an end") };
    let failure = call.failed(&calls::LIST_SERVICE_DEPLOYMENTS, &error);
    assert_eq!(failure.kind, Kind::Offline, "{failure:?}");
    assert!(failure.why.contains("no answer within 15s"), "{failure:?}");
    drop(silent);
    assert!(listener.accept().now_or_never().is_none(), "there is no second connection");
}
