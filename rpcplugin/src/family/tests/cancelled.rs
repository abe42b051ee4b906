use super::drip::Drip;
use super::{frame, poll_times};
use crate::family::{FamilyConnection, FamilyError, FamilyOptions};
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
    let stream = [frame(&first), frame(&second)].concat();
    let question = Telemetry::Ping {};
    let mut tried = [false; 4];
    for times in 0..POLLS_MAX {
        let mut connection =
            FamilyConnection::<Telemetry, _>::new(Drip::giving(&stream), FamilyOptions::new());
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
            (None, sent) => {
                assert!(matches!(ask(&mut connection), Err(FamilyError::Broken { .. })));
                // Who takes the late answer may go on, if the question went out as a whole.
                let late = poll_times(connection.receive(), POLLS_MAX).unwrap().unwrap();
                assert_eq!(late.as_ref(), Some(&first));
                match ask(&mut connection) {
                    Ok(answer) => assert_eq!((answer, sent), (second.clone(), 2)),
                    Err(error) => assert!(matches!(error, FamilyError::Broken { .. }) && sent == 1),
                }
                tried[sent] = true;
            }
        }
    }
    assert_eq!(tried, [true; 4], "dropped before the question, in it, behind it, and never");
}

#[tokio::test]
async fn an_answer_to_an_unknown_type_may_be_dropped_anywhere() {
    for times in 0..POLLS_MAX {
        let mut connection =
            FamilyConnection::<Telemetry, _>::new(Drip::giving(&[9, 9]), FamilyOptions::new());
        if let Some(received) = poll_times(connection.receive(), times) {
            assert!(matches!(received, Err(FamilyError::UnknownMessage { .. })));
        }
        let received = poll_times(connection.receive(), POLLS_MAX).unwrap();
        assert!(matches!(received, Err(FamilyError::UnknownMessage { found: 0x0909, .. })));
        // Whole, or cut where the future was dropped; never twice.
        let answered = &connection.stream().taken;
        assert!([&[0xff][..], &[0xff, 0xff]].contains(&answered.as_slice()), "{answered:02x?}");
    }
}
