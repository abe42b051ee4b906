use tokio::net::TcpListener;

use super::drip::Drip;
use super::{frame, poll_times};
use crate::family::incoming::Incoming;
use crate::family::outgoing::Outgoing;
use crate::family::{FamilyConnection, FamilyError, FamilyOptions, FamilyReceiver, FamilySender};
use crate::message::sample::Telemetry;

/// More polls than any future here needs.
const POLLS_MAX: usize = 200;

#[tokio::test]
async fn receive_is_cancel_safe() {
    let messages = [Telemetry::status("héllo"), Telemetry::sensor(), Telemetry::Ping {}];
    let stream: Vec<u8> = messages.iter().flat_map(frame).collect();
    for times in 1..POLLS_MAX {
        let mut connection =
            FamilyConnection::<Telemetry, _>::new(Drip::giving(&stream), FamilyOptions::new());
        let mut received = Vec::new();
        // Dropped after so many polls, again and again, until the stream ends.
        loop {
            match poll_times(connection.receive(), times) {
                Some(Ok(Some(message))) => received.push(message),
                Some(Ok(None)) => break,
                Some(Err(error)) => panic!("{error}"),
                None => {}
            }
        }
        assert_eq!(received, messages, "dropped after every {times} polls");
    }
}

#[tokio::test]
async fn a_send_that_was_dropped_never_leaves_half_a_frame_before_another() {
    let (first, second) = (Telemetry::status("héllo"), Telemetry::sensor());
    let (whole, both) = (frame(&first), [frame(&first), frame(&second)].concat());
    let mut broken = 0;
    for times in 0..POLLS_MAX {
        let mut connection = FamilyConnection::<Telemetry, _>::new(Drip::default(), FamilyOptions::new());
        if let Some(sent) = poll_times(connection.send(&first), times) {
            sent.unwrap();
        }
        let taken = connection.stream().taken.clone();
        let sent = poll_times(connection.send(&second), POLLS_MAX).unwrap();
        let after = connection.stream().taken.as_slice();
        if taken.is_empty() {
            sent.unwrap();
            assert_eq!(after, frame(&second), "nothing was sent, so nothing is in the way");
        } else if taken.len() < whole.len() {
            assert!(matches!(sent, Err(FamilyError::Broken { .. })));
            assert_eq!(after, taken, "not one byte more");
            broken += 1;
        } else {
            sent.unwrap();
            assert_eq!(after, both);
        }
    }
    assert!(broken >= whole.len() - 1, "a drop was tried behind every byte");
}

#[tokio::test]
async fn a_request_that_was_dropped_does_not_give_its_answer_to_the_next() {
    let (first, second) = (Telemetry::status("first"), Telemetry::status("second"));
    let question = Telemetry::Ping {};
    let mut tried = [false; 4];
    for times in 0..POLLS_MAX {
        let answers = [frame(&first).to_vec(), frame(&second).to_vec()];
        let stream = Drip::answering(frame(&question).len(), answers);
        let mut connection = FamilyConnection::<Telemetry, _>::new(stream, FamilyOptions::new());
        let answer = poll_times(connection.request(&question), times);
        let sent = connection.stream().taken.len();
        let ask = |connection: &mut FamilyConnection<Telemetry, Drip>| {
            poll_times(connection.request(&question), POLLS_MAX).unwrap()
        };
        match (answer, sent) {
            (Some(answer), _) => {
                assert_eq!(answer.unwrap(), first);
                assert_eq!(ask(&mut connection).unwrap(), second);
                tried[3] = true;
            }
            (None, 0) => {
                assert_eq!(ask(&mut connection).unwrap(), first, "nothing was asked before");
                tried[0] = true;
            }
            (None, 1) => {
                assert!(matches!(ask(&mut connection), Err(FamilyError::Broken { .. })));
                assert_eq!(connection.stream().taken.len(), 1, "not one byte more");
                tried[1] = true;
            }
            (None, _) => {
                assert!(matches!(ask(&mut connection), Err(FamilyError::Broken { .. })));
                // Who takes the late answer may go on.
                let late = poll_times(connection.receive(), POLLS_MAX).unwrap().unwrap();
                assert_eq!(late.as_ref(), Some(&first));
                assert_eq!(ask(&mut connection).unwrap(), second);
                tried[2] = true;
            }
        }
    }
    assert_eq!(tried, [true; 4], "dropped before the question, in it, behind it, and never");
}

#[tokio::test]
async fn an_answer_to_an_unknown_type_may_be_dropped_anywhere() {
    let mut unfinished = Vec::new();
    for times in 0..POLLS_MAX {
        let mut connection =
            FamilyConnection::<Telemetry, _>::new(Drip::giving(&[9, 9]), FamilyOptions::new());
        if let Some(received) = poll_times(connection.receive(), times) {
            assert!(matches!(received, Err(FamilyError::UnknownMessage { .. })));
        }
        let before = connection.stream();
        unfinished.push((before.taken.len(), before.flushed, before.ended));
        let received = poll_times(connection.receive(), POLLS_MAX).unwrap();
        assert!(matches!(received, Err(FamilyError::UnknownMessage { found: 0x0909, .. })));
        let after = connection.stream();
        assert_eq!(after.taken, [0xff, 0xff], "dropped after {times} polls: whole, and once");
        assert_eq!((after.flushed, after.ended), (2, 1), "dropped after {times} polls");
    }
    for place in [(0, 0, 0), (1, 0, 0), (2, 0, 0), (2, 2, 0), (2, 2, 1)] {
        assert!(unfinished.contains(&place), "never dropped at {place:?}");
    }
}

#[tokio::test]
async fn an_answer_to_an_unknown_type_that_is_dropped_again_and_again_still_goes_out() {
    let mut connection = FamilyConnection::<Telemetry, _>::new(Drip::giving(&[9, 9]), FamilyOptions::new());
    let received = (0..POLLS_MAX).find_map(|_| poll_times(connection.receive(), 1)).unwrap();
    assert!(matches!(received, Err(FamilyError::UnknownMessage { .. })));
    let stream = connection.stream();
    assert_eq!((stream.taken.as_slice(), stream.flushed, stream.ended), (&[0xff, 0xff][..], 2, 1));
}

#[tokio::test]
async fn behind_a_part_of_a_message_an_unknown_type_is_not_answered_but_the_stream_is_ended() {
    let mut connection = FamilyConnection::<Telemetry, _>::new(Drip::giving(&[9, 9]), FamilyOptions::new());
    assert!(poll_times(connection.send(&Telemetry::sensor()), 3).is_none());
    let part = connection.stream().taken.clone();
    assert!(!part.is_empty());
    for _ in 0..2 {
        let received = poll_times(connection.receive(), POLLS_MAX).unwrap();
        assert!(matches!(received, Err(FamilyError::UnknownMessage { .. })));
    }
    assert_eq!((&connection.stream().taken, connection.stream().ended), (&part, 1));
}

#[tokio::test]
async fn a_not_found_that_was_dropped_is_sent_whole_or_ends_what_can_be_sent() {
    for times in 0..POLLS_MAX {
        let mut stream = Drip::default();
        let mut sender =
            FamilySender::<Telemetry, _>::new(&mut stream, Outgoing::new(), FamilyOptions::new());
        if let Some(sent) = poll_times(sender.send_not_found(), times) {
            sent.unwrap();
        }
        let next = poll_times(sender.send(&Telemetry::Ping {}), POLLS_MAX).unwrap();
        match stream.taken.len() {
            1 => assert!(matches!(next, Err(FamilyError::Broken { .. }))),
            2 => assert_eq!(stream.taken, [0, 4], "nothing was sent before"),
            _ => assert_eq!(stream.taken, [0xff, 0xff, 0, 4]),
        }
    }
}

#[tokio::test]
async fn a_shutdown_that_was_dropped_may_be_called_again() {
    for times in 0..4 {
        let mut stream = Drip::default();
        let mut sender =
            FamilySender::<Telemetry, _>::new(&mut stream, Outgoing::new(), FamilyOptions::new());
        let ended = poll_times(sender.shutdown(), times).is_some();
        if times > 0 {
            let sent = poll_times(sender.send(&Telemetry::Ping {}), POLLS_MAX).unwrap();
            assert!(matches!(sent, Err(FamilyError::Broken { .. })), "nothing follows the wish to end");
        }
        poll_times(sender.shutdown(), POLLS_MAX).unwrap().unwrap();
        assert_eq!((stream.taken.len(), stream.ended), (0, 1 + usize::from(ended)));
    }
}

#[tokio::test]
async fn both_halves_are_as_safe_as_the_whole() {
    let messages = [Telemetry::status("héllo"), Telemetry::sensor()];
    let bytes: Vec<u8> = messages.iter().flat_map(frame).collect();
    for times in 1..POLLS_MAX {
        let mut stream = Drip::giving(&bytes);
        let incoming = Incoming::new(&FamilyOptions::new());
        let mut receiver = FamilyReceiver::<Telemetry, _>::new(&mut stream, incoming, FamilyOptions::new());
        let mut received = Vec::new();
        while received.len() < messages.len() {
            received.extend(poll_times(receiver.receive(), times).map(|message| message.unwrap().unwrap()));
        }
        assert_eq!(received, messages);

        let mut stream = Drip::default();
        let mut sender =
            FamilySender::<Telemetry, _>::new(&mut stream, Outgoing::new(), FamilyOptions::new());
        let sent = poll_times(sender.send(&messages[1]), times).is_some();
        let next = poll_times(sender.send(&messages[1]), POLLS_MAX).unwrap();
        let whole = frame(&messages[1]).len();
        match next {
            Ok(()) => assert!(stream.taken.len() == 2 * whole || !sent && stream.taken.len() == whole),
            Err(error) => {
                assert!(matches!(error, FamilyError::Broken { .. }) && !sent && stream.taken.len() < whole);
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_is_dropped_anywhere_has_sent_no_answer_twice() {
    let messages = [Telemetry::status("héllo"), Telemetry::sensor()];
    let bytes: Vec<u8> = messages.iter().flat_map(frame).collect();
    let mut longest = 0;
    for times in 0..POLLS_MAX {
        let mut stream = Drip::giving(&bytes);
        let connection = FamilyConnection::<Telemetry, _>::new(&mut stream, FamilyOptions::new());
        let echo = |message| async move {
            tokio::task::yield_now().await;
            Ok::<_, std::convert::Infallible>(Some(message))
        };
        let ended = poll_times(connection.serve(echo), times);
        assert!(bytes.starts_with(&stream.taken), "dropped after {times} polls");
        assert!(ended.is_none() || (stream.ended, stream.taken.len()) == (1, bytes.len()));
        longest = longest.max(stream.taken.len());
    }
    assert_eq!(longest, bytes.len(), "it is never dropped behind the last answer");
}

/// A runtime that turns between the polls, so that the attempt goes on.
#[tokio::test]
async fn an_attempt_to_connect_that_was_dropped_leaves_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    for times in 0..4 {
        let mut connecting =
            Box::pin(FamilyConnection::<Telemetry, _>::connect_tcp(address, FamilyOptions::new()));
        let mut connected = None;
        for _ in 0..times {
            connected = connected.or(poll_times(connecting.as_mut(), 1));
            if connected.is_some() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop((connecting, connected));
        let mut kept =
            FamilyConnection::<Telemetry, _>::connect_tcp(address, FamilyOptions::new()).await.unwrap();
        kept.send(&Telemetry::Ping {}).await.unwrap();
        // Whatever was begun before is accepted first, and has ended.
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut accepted = FamilyConnection::<Telemetry, _>::new(stream, FamilyOptions::new());
            match accepted.receive().await {
                Ok(Some(message)) => break assert_eq!(message, Telemetry::Ping {}),
                Ok(None) | Err(FamilyError::Io { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}
