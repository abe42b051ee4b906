//! What a caller of another kind may do: calls on bare HTTP/2.

use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request};

use super::*;

/// A bare connection to a server of numbers.
async fn connect() -> SendRequest<Bytes> {
    let router = Router::new().service(NumbersServer::new(Handler)).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let (_stop, stopping) = watch::channel(false);
        let server = GrpcServer::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
        drop(server.serve(Connection::new(far), BytesMut::new(), Terms::default(), stopping).await);
    });
    let (sender, connection) = h2::client::handshake(near).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    sender
}

/// Begins a call of `method` with one more header, sends some bytes and no end, and gives the headers of the answer.
async fn unfinished(method: &str, header: (&str, &str), bytes: &'static [u8]) -> HeaderMap {
    let sender = connect().await;
    let request = Request::post(format!("http://localhost/test.Numbers/{method}"))
        .header("content-type", "application/grpc")
        .header(header.0, header.1)
        .body(())
        .unwrap();
    let (answer, mut requests) = sender.ready().await.unwrap().send_request(request, false).unwrap();
    requests.send_data(Bytes::from_static(bytes), false).unwrap();
    in_time(answer).await.unwrap().headers().clone()
}

#[tokio::test]
async fn a_request_that_never_ends_ends_with_its_deadline() {
    for (method, bytes) in [("Double", &[0, 0, 0][..]), ("Double", &[]), ("Sum", &[0, 0, 0]), ("Sum", &[])] {
        let headers = unfinished(method, ("grpc-timeout", "30m"), bytes).await;
        assert_eq!(headers.get("grpc-status").unwrap(), "4", "{method} {bytes:?}");
    }
}

/// What a caller is told whose plugin answers with these headers, and nothing else.
async fn told(key: &'static str, value: String) -> Status {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let plugin = tokio::spawn(async move {
        let mut connection = h2::server::handshake(far).await.unwrap();
        while let Some(Ok((_request, mut respond))) = connection.accept().await {
            let response = http::Response::builder()
                .header("content-type", "application/grpc")
                .header("grpc-status", "0")
                .header(key, value.clone())
                .body(())
                .unwrap();
            drop(respond.send_response(response, true));
        }
    });
    let connection = GrpcConnection::open(Connection::new(near), false, MESSAGE_BYTES_DEFAULT).await.unwrap();
    let numbers = NumbersClient::new(Channel::from_caller(Arc::new(connection)));
    let status = in_time(numbers.double(1)).await.unwrap_err();
    plugin.abort();
    status
}

#[tokio::test]
async fn an_answer_with_more_headers_than_we_take_is_refused_with_the_limit() {
    let status = told("large", "x".repeat(20_000)).await;
    assert_eq!(status.code(), Code::Internal);
    assert!(status.message().contains("16384 bytes"), "{status}");
    let status = told("small", "x".repeat(1000)).await;
    assert!(status.message().contains("without a response"), "{status}");
}
