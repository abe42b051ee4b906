//! Answers that are well formed as HTTP/2 and wrong as gRPC. Each fails its own call, in a way that says what is wrong.

use rpcplugin::{Code, Status};

use super::frames::prefixed;
use super::server::{OK_HEADERS, OK_TRAILERS, RESPONSE_BYTES, response, start};
use super::{bad_call, opposite};

type Header<'a> = (&'a str, &'a [u8]);

/// A call that is answered with these headers, data and trailers. With no trailers the data ends the stream.
async fn answered(headers: &[Header<'_>], data: &[u8], trailers: Option<&[Header<'_>]>) -> Status {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, headers.iter().copied(), false).await;
        server.data(request.stream, data).await;
        match trailers {
            Some(trailers) => server.headers(request.stream, trailers.iter().copied(), true).await,
            None => server.end_of_stream(request.stream).await,
        }
        server.serve().await;
    };
    opposite(bad_call(&plugin, "the answer is wrong"), serve).await
}

/// A call that is answered with headers alone.
async fn answered_by_headers(headers: &[Header<'_>]) -> Status {
    let (plugin, mut server, _directory) = start(None).await;
    let serve = async {
        let request = server.next_request().await.unwrap();
        server.headers(request.stream, headers.iter().copied(), true).await;
        server.serve().await;
    };
    opposite(bad_call(&plugin, "the answer is wrong"), serve).await
}

/// A whole message, and trailers of the test.
async fn ended_by(trailers: &[Header<'_>]) -> Status {
    answered(&OK_HEADERS, &prefixed(&response(1)), Some(trailers)).await
}

#[tokio::test]
async fn a_message_without_trailers_is_no_answer() {
    let status = answered(&OK_HEADERS, &prefixed(&response(1)), None).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
    let status = answered(&OK_HEADERS, &[], None).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn trailers_without_a_status_are_no_end() {
    let status = ended_by(&[("other", b"trailer")]).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn headers_that_end_the_stream_without_a_status_are_no_answer() {
    let status = answered_by_headers(&OK_HEADERS).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn a_status_that_grpc_does_not_have_is_unknown() {
    for number in [&b"17"[..], b"-1", b"abc", b"", b"99999999999999999999", b"\xff", b"0x0", b"00x"] {
        let status = ended_by(&[("grpc-status", number), ("grpc-message", b"said")]).await;
        assert_eq!(status.code(), Code::Unknown, "{number:?}: {status}");
    }
}

#[tokio::test]
async fn a_text_that_is_no_text_is_handed_on_as_well_as_it_can_be() {
    for (text, expected) in [
        (&b"plain"[..], "plain"),
        (b"%C3%A4", "\u{e4}"),
        (b"%e4", "\u{fffd}"),
        (b"100%", "100%"),
        (b"%zz%4", "%zz%4"),
        (b"\xc3\xa4", "\u{e4}"),
    ] {
        let status = ended_by(&[("grpc-status", b"5"), ("grpc-message", text)]).await;
        assert_eq!(status.code(), Code::NotFound, "{text:?}: {status}");
        assert_eq!(status.message(), expected, "{text:?}");
    }
}

#[tokio::test]
async fn an_answer_of_http_alone_is_judged_by_its_number() {
    for (number, code) in [
        (&b"400"[..], Code::Internal),
        (b"401", Code::Unauthenticated),
        (b"403", Code::PermissionDenied),
        (b"404", Code::Unimplemented),
        (b"429", Code::Unavailable),
        (b"500", Code::Unknown),
        (b"502", Code::Unavailable),
        (b"503", Code::Unavailable),
        (b"504", Code::Unavailable),
    ] {
        let html: [Header<'_>; 2] = [(":status", number), ("content-type", b"text/html")];
        assert_eq!(answered(&html, b"<p>no</p>", None).await.code(), code, "{number:?}");
        // A bare number, and one that pretends to be gRPC.
        assert_eq!(answered_by_headers(&html[..1]).await.code(), code, "{number:?}");
        let grpc: [Header<'_>; 2] = [(":status", number), ("content-type", b"application/grpc")];
        assert_eq!(answered_by_headers(&grpc).await.code(), code, "{number:?}");
    }
}

#[tokio::test]
async fn a_page_of_html_is_no_answer_though_it_says_that_all_is_well() {
    let status =
        answered(&[(":status", b"200"), ("content-type", b"text/html")], b"<p>hello</p>", None).await;
    assert_eq!(status.code(), Code::Unknown, "{status}");
    assert!(status.message().contains("text/html"), "{status}");
}

#[tokio::test]
async fn two_messages_are_one_too_many() {
    let twice = [prefixed(&response(1)), prefixed(&response(1))].concat();
    let status = answered(&OK_HEADERS, &twice, Some(&OK_TRAILERS)).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn no_message_is_one_too_few() {
    for data in [&[][..]] {
        let status = answered(&OK_HEADERS, data, Some(&OK_TRAILERS)).await;
        assert_eq!(status.code(), Code::Internal, "{status}");
    }
    let status = answered_by_headers(&[OK_HEADERS[0], OK_HEADERS[1], OK_TRAILERS[0]]).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
}

#[tokio::test]
async fn a_stream_that_ends_within_a_message_is_no_answer() {
    let message = prefixed(&response(100));
    for cut in [1, 4, 5, message.len() - 1] {
        let status = answered(&OK_HEADERS, &message[..cut], Some(&OK_TRAILERS)).await;
        assert_eq!(status.code(), Code::Internal, "{cut} bytes: {status}");
    }
}

#[tokio::test]
async fn a_status_that_is_a_failure_wins_over_a_message_that_is_cut() {
    let message = prefixed(&response(100));
    let trailers: [Header<'_>; 2] = [("grpc-status", b"8"), ("grpc-message", b"out of paper")];
    let status = answered(&OK_HEADERS, &message[..20], Some(&trailers)).await;
    assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
}

#[tokio::test]
async fn a_message_that_says_it_is_compressed_is_refused() {
    let mut message = prefixed(&response(1));
    for flag in [1, 2, 255] {
        message[0] = flag;
        let status = answered(&OK_HEADERS, &message, Some(&OK_TRAILERS)).await;
        assert_eq!(status.code(), Code::Internal, "{flag}: {status}");
    }
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_before_it_is_there() {
    for claimed in [64 * 1024 * 1024 + 1, u32::MAX] {
        let prefix = [&[0], &claimed.to_be_bytes()[..]].concat();
        let status = answered(&OK_HEADERS, &prefix, None).await;
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        assert!(status.message().contains(&claimed.to_string()), "{status}");
    }
}

#[tokio::test]
async fn metadata_that_is_no_base64_fails_the_call_and_names_its_key() {
    let headers: [Header<'_>; 3] = [OK_HEADERS[0], OK_HEADERS[1], ("trace-bin", b"*")];
    let status = answered(&headers, &prefixed(&response(RESPONSE_BYTES)), Some(&OK_TRAILERS)).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert!(status.message().contains("trace-bin"), "{status}");
    let status = ended_by(&[OK_TRAILERS[0], ("trace-bin", b"*")]).await;
    assert_eq!(status.code(), Code::Internal, "{status}");
    // What the plugin says went wrong matters more.
    let status = ended_by(&[("grpc-status", b"5"), ("trace-bin", b"*")]).await;
    assert_eq!(status.code(), Code::NotFound, "{status}");
}
