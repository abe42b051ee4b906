//! How much and how long, and what goes wrong, opposite the Python programs.

use std::process::Stdio;
use std::time::Duration;

use rpcplugin::{DecodeErrorKind, FamilyError, FamilyOptions};

use super::messages::{Blob, Counter, Damaged, Ping, Status, TwoBytes, TwoBytesChecked, Wider};
use super::our_server::{client, listener, serve};
use super::{connection, python_server, socket};
use crate::python::python;

/// Long enough for an answer that comes, short enough for one that never does.
const PATIENCE: Duration = Duration::from_millis(300);

/// Long enough for an answer of a machine that is busy, where both are waited for.
const PATIENCE_UNDER_LOAD: Duration = Duration::from_secs(3);

/// A message that takes two bytes a letter, and three times as many in capitals.
fn growing(letters: usize) -> TwoBytes {
    Status { status_code: 0, message: "ΐ".repeat(letters) }.into()
}

/// What is refused of its answer, 8 bytes of which are before the text.
const GROWN: DecodeErrorKind = DecodeErrorKind::FrameTooLong { limit: 300, found: 608 };

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_over_tcp() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytes>(&python, &[]).await;
    let mut connected = connection::<TwoBytes>(port, FamilyOptions::new().max_payload_size(300)).await;
    let error = connected.request(&growing(100)).await.unwrap_err();
    let FamilyError::Decode(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), &GROWN);
    // Within the limit it is an answer.
    let mut connected = connection::<TwoBytes>(port, FamilyOptions::new().max_payload_size(608)).await;
    let capitals = Status { status_code: 1, message: "ΐ".repeat(100).to_uppercase() };
    assert_eq!(connected.request(&growing(100)).await.unwrap(), capitals.into());
}

#[tokio::test]
async fn an_answer_over_the_limit_is_refused_over_udp_and_the_socket_goes_on() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytes>(&python, &["--udp"]).await;
    // An answer that does not decode is reported when no other one came in time.
    let options = FamilyOptions::new().max_payload_size(300).read_timeout(PATIENCE_UNDER_LOAD);
    let connected = socket::<TwoBytes>(port, options).await;
    let error = connected.request(&growing(100)).await.unwrap_err();
    let FamilyError::Datagram { peer, source } = error else { panic!("{error}") };
    assert_eq!((peer.port(), source.kind()), (port, &GROWN));
    assert_eq!(connected.request(&Counter { value: 1 }.into()).await.unwrap(), Counter { value: 2 }.into());
}

#[tokio::test]
async fn a_datagram_that_holds_no_message_so_long_is_not_sent() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytes>(&python, &["--udp"]).await;
    let connected = socket::<TwoBytes>(port, FamilyOptions::new()).await;
    // Header, the length of the payload, those of the two fields: 14 bytes beside the data.
    let blob = |bytes| TwoBytes::from(Blob { name: String::new(), data: vec![7; bytes] });
    let error = connected.request(&blob(65_494)).await.unwrap_err();
    assert!(matches!(error, FamilyError::TooLarge { limit: 65_507, found: 65_508, .. }), "{error}");
    assert_eq!(connected.request(&blob(65_493)).await.unwrap(), blob(65_493));
}

#[tokio::test]
async fn a_type_outside_the_family_of_the_peer_is_not_found_over_tcp() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytes>(&python, &[]).await;
    let mut connected = connection::<Wider>(port, FamilyOptions::new()).await;
    let error = connected.request(&Ping {}.into()).await.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: Some(99), .. }), "{error}");
    assert_eq!(connected.request(&Counter { value: 1 }.into()).await.unwrap(), Counter { value: 2 }.into());
}

#[tokio::test]
async fn a_type_outside_the_family_of_the_peer_is_not_answered_over_udp() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytes>(&python, &["--udp"]).await;
    let impatient = socket::<Wider>(port, FamilyOptions::new().read_timeout(PATIENCE)).await;
    let error = impatient.request(&Ping {}.into()).await.unwrap_err();
    assert!(matches!(error, FamilyError::Timeout { limit: PATIENCE, .. }), "{error}");
    let patient = socket::<Wider>(port, FamilyOptions::new()).await;
    assert_eq!(patient.request(&Counter { value: 1 }.into()).await.unwrap(), Counter { value: 2 }.into());
}

#[tokio::test]
async fn a_peer_that_waits_for_more_is_not_waited_for() {
    let Some(python) = python() else { return };
    // The server waits for a checksum that we do not send.
    let (_server, port) = python_server::<TwoBytesChecked>(&python, &[]).await;
    let options = FamilyOptions::new().read_timeout(PATIENCE);
    let mut connected = connection::<TwoBytes>(port, options).await;
    let question = Counter { value: 1 }.into();
    let error = connected.request(&question).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let error = connected.request(&question).await.unwrap_err();
    assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
}

#[tokio::test]
async fn a_wrong_checksum_makes_the_peer_close() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<TwoBytesChecked>(&python, &[]).await;
    let mut connected = connection::<Damaged>(port, FamilyOptions::new()).await;
    let error = connected.request(&Counter { value: 1 }.into()).await.unwrap_err();
    assert!(matches!(error, FamilyError::Closed { received: 0, needed: 2 }), "{error}");
}

#[tokio::test]
async fn a_client_of_python_that_sends_too_much_is_disconnected() {
    let Some(python) = python() else { return };
    let (listener, port) = listener().await;
    let mut command = client::<TwoBytes>(&python, port);
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output();
    let ending = tokio::time::timeout(Duration::from_secs(60), output);
    let output = tokio::select! {
        output = ending => output.expect("the client ends in time").unwrap(),
        never = serve::<TwoBytes>(listener, FamilyOptions::new().max_payload_size(50_000)) => match never {},
    };
    assert_eq!(output.status.code(), Some(1));
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(said.ends_with("ok blob-1000\n"), "{said}");
    assert!(failed.contains("FAILED blob-100000: ProtocolError"), "{failed}");
}
