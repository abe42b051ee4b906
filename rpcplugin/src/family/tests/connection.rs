use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Connection, connection, connection_within, frame, pair};
use crate::family::{FamilyConnection, FamilyError, FamilyOptions};
use crate::message::sample::{Guarded, Polite, Telemetry};
use crate::message::{DecodeErrorKind, Family};

#[tokio::test]
async fn messages_arrive_one_byte_at_a_time() {
    let messages = [Telemetry::sensor(), Telemetry::status("héllo"), Telemetry::Ping {}];
    let (mut ours, theirs) = connection_within(1, FamilyOptions::new());
    let mut theirs = FamilyConnection::<Telemetry, _>::new(theirs, FamilyOptions::new());
    let sending = async {
        for message in &messages {
            ours.send(message).await.unwrap();
        }
        ours.shutdown().await.unwrap();
    };
    let receiving = async {
        for message in &messages {
            assert_eq!(theirs.receive().await.unwrap().as_ref(), Some(message));
        }
        assert_eq!(theirs.receive().await.unwrap(), None);
        assert_eq!(theirs.receive().await.unwrap(), None, "the end stays");
    };
    tokio::join!(sending, receiving);
}

#[tokio::test]
async fn many_messages_of_one_read_are_all_received() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    let two = [frame(&Telemetry::Ping {}), frame(&Telemetry::status("a"))].concat();
    theirs.write_all(&two).await.unwrap();
    drop(theirs);
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::status("a")));
    assert_eq!(ours.receive().await.unwrap(), None);
}

#[tokio::test]
async fn an_end_within_a_frame_is_an_error_that_says_how_much_is_missing() {
    let frame = frame(&Telemetry::sensor());
    for cut in 1..frame.len() {
        let (mut ours, mut theirs) = connection::<Telemetry>();
        theirs.write_all(&frame[..cut]).await.unwrap();
        drop(theirs);
        let error = ours.receive().await.unwrap_err();
        let FamilyError::Closed { received, needed } = error else { panic!("{error}") };
        assert_eq!((received, needed), (cut, if cut < 2 { 2 } else { 18 }));
        // And so it stays: the end does not become a clean one.
        assert!(matches!(ours.receive().await, Err(FamilyError::Closed { .. })));
    }
}

#[tokio::test]
async fn a_request_gets_the_next_message() {
    let (mut ours, mut theirs) = pair::<Telemetry>();
    let message = Telemetry::status("how warm is it?");
    let asking = ours.request(&message);
    let answering = async {
        let asked = theirs.receive().await.unwrap().unwrap();
        theirs.send(&Telemetry::sensor()).await.unwrap();
        asked
    };
    let (answer, asked) = tokio::join!(asking, answering);
    assert_eq!(answer.unwrap(), Telemetry::sensor());
    assert_eq!(asked, message);
}

#[tokio::test]
async fn a_request_of_a_half_closed_peer_is_answered_by_the_end() {
    let (mut ours, mut theirs) = pair::<Telemetry>();
    theirs.shutdown().await.unwrap();
    let error = ours.request(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Closed { received: 0, needed: 2 }), "{error}");
    // The other half is still there: what we sent arrives, and so does what we send now.
    ours.send(&Telemetry::sensor()).await.unwrap();
    assert_eq!(theirs.receive().await.unwrap(), Some(Telemetry::Ping {}));
    assert_eq!(theirs.receive().await.unwrap(), Some(Telemetry::sensor()));
    let error = theirs.send(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
}

/// Asks, while the peer answers with what `answer` does.
async fn ask<F: Family>(
    ours: &mut Connection<F>,
    theirs: &mut Connection<F>,
    question: &F,
    answer: impl AsyncFnOnce(&mut Connection<F>),
) -> Result<F, FamilyError> {
    let answering = async {
        theirs.receive().await.unwrap().unwrap();
        answer(theirs).await;
    };
    tokio::join!(ours.request(question), answering).0
}

#[tokio::test]
async fn not_found_is_an_error_that_names_the_request() {
    let (mut ours, mut theirs) = pair::<Telemetry>();
    let not_found = async |theirs: &mut Connection| theirs.send_not_found().await.unwrap();
    let error = ask(&mut ours, &mut theirs, &Telemetry::status("?"), not_found).await.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: Some(2), .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "the peer does not know message type 2 of the family `Telemetry`; \
         declare it on the peer's side, or do not send it to this peer"
    );
    // Outside of a request nobody knows which message it answers. The connection goes on.
    theirs.send_not_found().await.unwrap();
    theirs.send(&Telemetry::Ping {}).await.unwrap();
    let error = ours.receive().await.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: None, .. }), "{error}");
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
}

#[tokio::test]
async fn not_found_is_a_value_where_the_family_has_one_and_an_error_of_a_request() {
    let (mut ours, mut theirs) = pair::<Polite>();
    theirs.send(&Polite::Unknown).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Polite::Unknown));
    let unknown = async |theirs: &mut Connection<Polite>| theirs.send(&Polite::Unknown).await.unwrap();
    let error = ask(&mut ours, &mut theirs, &Polite::Value { value: 1 }, unknown).await.unwrap_err();
    assert!(matches!(error, FamilyError::NotFound { message_type: Some(2), .. }), "{error}");
}

#[tokio::test]
async fn what_came_before_a_request_is_not_taken_for_its_answer() {
    let (mut ours, mut theirs) = pair::<Telemetry>();
    let numbered = |number: u32| Telemetry::Status { code: number, text: String::new() };
    let twice = async |theirs: &mut Connection| {
        theirs.send(&numbered(1)).await.unwrap();
        theirs.send(&numbered(1)).await.unwrap();
    };
    assert_eq!(ask(&mut ours, &mut theirs, &numbered(1), twice).await.unwrap(), numbered(1));
    // It stands in the buffer, or in the stream; a part of a frame is enough.
    let error = ours.request(&numbered(2)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the connection cannot be used for this: something came before the request was sent, and would be taken for its \
         answer; receive it first, or connect again"
    );
    assert_eq!(ours.receive().await.unwrap(), Some(numbered(1)));
    // Nothing was sent: the next question that arrives is the next that is asked.
    let once = async |theirs: &mut Connection| theirs.send(&numbered(3)).await.unwrap();
    assert_eq!(ask(&mut ours, &mut theirs, &numbered(3), once).await.unwrap(), numbered(3));
}

#[tokio::test]
async fn what_the_stream_holds_or_a_part_of_a_frame_is_in_the_way_of_a_request_as_well() {
    for bytes in [&frame(&Telemetry::Ping {})[..], &[0], &[0xff, 0xff]] {
        let (mut ours, mut theirs) = connection::<Telemetry>();
        theirs.write_all(bytes).await.unwrap();
        let error = ours.request(&Telemetry::sensor()).await.unwrap_err();
        assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
        drop(ours);
        let mut sent = Vec::new();
        theirs.read_to_end(&mut sent).await.unwrap();
        assert!(sent.is_empty(), "{sent:02x?}");
    }
}

#[tokio::test]
async fn a_request_on_a_stream_whose_place_is_lost_sends_nothing() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&[0, 3, 255, 255, 255, 255]).await.unwrap();
    let lost = ours.receive().await.unwrap_err().to_string();
    for _ in 0..2 {
        assert_eq!(ours.request(&Telemetry::Ping {}).await.unwrap_err().to_string(), lost);
    }
    drop(ours);
    let mut sent = Vec::new();
    theirs.read_to_end(&mut sent).await.unwrap();
    assert!(sent.is_empty(), "{sent:02x?}");
}

#[tokio::test]
async fn a_stream_comes_back_with_what_was_read_behind_the_last_message() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&[&frame(&Telemetry::Ping {})[..], b"hello"].concat()).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
    let (mut stream, read) = ours.into_inner();
    assert_eq!(read, "hello");
    theirs.write_all(b"!").await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap(), b'!');
}

#[tokio::test]
async fn an_unknown_type_is_answered_and_ends_the_connection() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&[3, 231, 0, 4]).await.unwrap();
    for _ in 0..2 {
        let error = ours.receive().await.unwrap_err();
        assert!(matches!(error, FamilyError::UnknownMessage { found: 999, family: "Telemetry" }), "{error}");
    }
    let mut answered = Vec::new();
    theirs.read_to_end(&mut answered).await.unwrap();
    assert_eq!(answered, [0xff, 0xff], "answered once, then ended");
    assert_eq!(
        ours.send(&Telemetry::Ping {}).await.unwrap_err().to_string(),
        "the connection cannot be used for this: the peer sent a message type that the family does not have; \
         declare the message on this side, and connect again"
    );
}

#[tokio::test]
async fn an_unknown_type_of_a_peer_that_is_gone_is_still_what_is_reported() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    theirs.write_all(&[3, 231]).await.unwrap();
    drop(theirs);
    let error = ours.receive().await.unwrap_err();
    assert!(matches!(error, FamilyError::UnknownMessage { found: 999, .. }), "{error}");
}

#[tokio::test]
async fn a_payload_over_the_limit_is_neither_sent_nor_received() {
    let options = FamilyOptions::new().max_payload_size(9);
    let (mut ours, mut theirs) = connection_within::<Telemetry>(4096, options);
    ours.send(&Telemetry::status("a")).await.unwrap();
    let error = ours.send(&Telemetry::status("ab")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "message `Status` of the family `Telemetry`: expected at most 9 bytes to send, found 10; \
         send the value in parts, or raise the limit if it is that of `max_payload_size`"
    );
    ours.send(&Telemetry::Ping {}).await.unwrap();

    theirs.write_all(&frame(&Telemetry::status("a"))).await.unwrap();
    theirs.write_all(&[0, 2, 0xff, 0xff, 0xff, 0xff]).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::status("a")));
    let error = ours.receive().await.unwrap_err();
    let FamilyError::Decode(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), &DecodeErrorKind::FrameTooLong { limit: 9, found: 0xffff_ffff });

    // What could not be sent left nothing on the stream.
    drop(ours);
    let mut sent = Vec::new();
    theirs.read_to_end(&mut sent).await.unwrap();
    assert_eq!(sent, [frame(&Telemetry::status("a")), frame(&Telemetry::Ping {})].concat());
}

#[tokio::test]
async fn a_wrong_checksum_ends_what_can_be_received() {
    let (mut ours, mut theirs) = connection::<Guarded>();
    let mut damaged = frame(&Guarded::Value { value: 1 }).to_vec();
    damaged[3] ^= 1;
    theirs.write_all(&damaged).await.unwrap();
    theirs.write_all(&frame(&Guarded::Value { value: 2 })).await.unwrap();
    for _ in 0..2 {
        let error = ours.receive().await.unwrap_err();
        let FamilyError::Decode(error) = error else { panic!("{error}") };
        assert!(matches!(error.kind(), DecodeErrorKind::Checksum { .. }), "{error}");
    }
}

#[tokio::test]
async fn both_directions_are_full_at_once_after_a_split() {
    // The stream holds less than one message: who waits for the other to read first waits for ever.
    let (ours, theirs) = connection_within::<Telemetry>(16, FamilyOptions::new());
    let theirs = FamilyConnection::<Telemetry, _>::new(theirs, FamilyOptions::new());
    let message = Telemetry::Blob { data: Bytes::from(vec![7; 5000]) };
    let side = |connection: Connection| {
        let message = message.clone();
        async move {
            let (mut sender, mut receiver) = connection.split();
            let sending = async {
                for _ in 0..5 {
                    sender.send(&message).await.unwrap();
                }
                sender.send_not_found().await.unwrap();
                sender.shutdown().await.unwrap();
            };
            let receiving = async {
                for _ in 0..5 {
                    assert_eq!(receiver.receive().await.unwrap().as_ref(), Some(&message));
                }
                assert!(matches!(receiver.receive().await, Err(FamilyError::NotFound { .. })));
                assert_eq!(receiver.receive().await.unwrap(), None);
            };
            tokio::join!(sending, receiving);
        }
    };
    tokio::join!(side(ours), side(theirs));
}

#[tokio::test]
async fn what_was_received_before_a_split_goes_with_the_receiver() {
    let (mut ours, mut theirs) = connection::<Telemetry>();
    let two = [frame(&Telemetry::Ping {}), frame(&Telemetry::sensor())].concat();
    theirs.write_all(&two).await.unwrap();
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
    let (_sender, mut receiver) = ours.split();
    assert_eq!(receiver.receive().await.unwrap(), Some(Telemetry::sensor()));
}

#[test]
fn a_connection_shows_no_payload_and_can_be_sent_to_another_thread() {
    fn assert_send<T: Send>(_value: &T) {}

    let (mut ours, _theirs) = connection::<Telemetry>();
    assert!(format!("{ours:?}").contains("Telemetry"));
    assert_send(&ours.request(&Telemetry::Ping {}));
    assert_send(&ours.receive());
    assert_send(&ours);
}
