//! What a caller of another kind may do: calls on bare HTTP/2.

use bytes::Bytes;
use h2::client::SendRequest;
use http::{HeaderMap, Request};

use super::*;

/// A bare connection to a server of numbers.
async fn connect() -> SendRequest<Bytes> {
    let (ended, _) = watch::channel(None);
    let router = Router::new().service(NumbersServer::new(Handler { ended })).unwrap();
    let (near, far) = tokio::io::duplex(64 * 1024);
    tokio::spawn(async move {
        let (_stop, stopping) = watch::channel(false);
        let server = GrpcServer::new(Arc::new(router), MESSAGE_BYTES_DEFAULT);
        drop(server.serve(Connection::new(far), Terms::default(), stopping).await);
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
