use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::*;
use crate::contract::Code;
use crate::limits::{BINARY_COPIED_BYTES_MAX, BINARY_SEVERAL_BYTES_MAX, SENT_TOGETHER_BYTES_MAX};

fn limit() -> SizeLimit {
    SizeLimit::of_connection(100_000, false)
}

fn binary() -> Batch {
    Batch::to_send(Framing::Binary, limit())
}

fn message(length: usize) -> Bytes {
    vec![7; length].into()
}

fn written(batch: &mut Batch, message: &[u8]) -> usize {
    batch.write(|buffer| {
        buffer.extend_from_slice(message);
        Ok(())
    })
}

/// What comes out: `true` where messages stand together.
fn pieces(batch: &mut Batch) -> Vec<(bool, usize)> {
    let piece = |piece| match piece {
        Piece::One(message) => (false, message.len()),
        Piece::Several(messages) => (true, messages.len()),
    };
    std::iter::from_fn(|| batch.piece()).map(piece).collect()
}

fn all(batch: &mut Batch) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| batch.next()).map(|message| message.to_vec()).collect()
}

#[test]
fn messages_come_out_in_their_order_and_the_end_behind_them() {
    let large = vec![9; BINARY_COPIED_BYTES_MAX + 1];
    for way in 0..4 {
        let mut batch = binary();
        let mut expected = Vec::new();
        for (index, message) in
            [&b"a"[..], b"bc", b"", &large, &large, b"d", &large, b"e", b"f"].iter().enumerate()
        {
            // Pushed, written, and in turns.
            match way {
                0 => batch.push(Bytes::copy_from_slice(message)),
                1 => _ = written(&mut batch, message),
                _ if index % 2 == way % 2 => batch.push(Bytes::copy_from_slice(message)),
                _ => _ = written(&mut batch, message),
            }
            expected.push(message.to_vec());
        }
        batch.end(Err(Status::not_found("gone")));
        batch.push(message(1));
        assert_eq!(written(&mut batch, b"late"), 0);
        assert_eq!(all(&mut batch), expected, "{way}");
        assert_eq!(batch.take_end().unwrap().unwrap_err().code(), Code::NotFound);
        assert!(batch.take_end().is_none() && batch.has_ended() && batch.is_full());
    }
}

#[test]
fn small_messages_stand_together_as_they_travel() {
    let mut batch = binary();
    batch.push(message(2));
    written(&mut batch, &[8]);
    batch.push(Bytes::new());
    assert_eq!(batch.several(100).unwrap(), [2, 0, 0, 0, 7, 7, 1, 0, 0, 0, 8, 0, 0, 0, 0][..]);
    assert!(batch.is_empty() && batch.several(100).is_none());
    let mut batch = Batch::to_send(Framing::Grpc, limit());
    written(&mut batch, &[8]);
    batch.push(message(2));
    let Some(Piece::Several(messages)) = batch.piece() else { panic!("alone") };
    assert_eq!(messages, [0, 0, 0, 0, 1, 8, 0, 0, 0, 0, 2, 7, 7][..]);
}

#[test]
fn a_message_alone_is_not_copied_and_large_ones_are_alone() {
    for framing in [Framing::Binary, Framing::Grpc] {
        let mut batch = Batch::to_send(framing, limit());
        let alone = message(10);
        batch.push(alone.clone());
        let Some(Piece::One(same)) = batch.piece() else { panic!("not alone") };
        assert_eq!(same.as_ptr(), alone.as_ptr());
    }
    let mut batch = binary();
    let (small, large) = (BINARY_COPIED_BYTES_MAX, BINARY_COPIED_BYTES_MAX + 1);
    for length in [small, small] {
        batch.push(message(length));
    }
    assert_eq!(written(&mut batch, &message(large)), large);
    written(&mut batch, &message(3));
    batch.push(message(large));
    assert_eq!(pieces(&mut batch), [(true, 2 * (small + 4)), (false, large), (true, 7), (false, large)]);
}

#[tokio::test(start_paused = true)]
async fn what_goes_together_has_a_bound_in_bytes() {
    for (framing, max, prefix) in
        [(Framing::Binary, BINARY_SEVERAL_BYTES_MAX, 4), (Framing::Grpc, SENT_TOGETHER_BYTES_MAX, 5)]
    {
        for (is_written, length, left) in
            [(false, 1000, 0), (true, 1000, 0), (false, 3000, 1), (true, 3000, 1)]
        {
            let mut batch = Batch::to_send(framing, limit());
            while !batch.is_full() {
                match is_written {
                    true => _ = written(&mut batch, &message(length)),
                    false => batch.push(message(length)),
                }
            }
            let pieces = pieces(&mut batch);
            assert_eq!(pieces[0], (true, max / (length + prefix) * (length + prefix)));
            assert_eq!(pieces.len(), 1 + left, "{framing:?} {length}");
            assert!(!batch.renew() && !batch.is_full());
        }
    }
}

#[test]
fn what_goes_together_is_cut_between_messages() {
    let mut batch = binary();
    for length in [3, 0, 5, 1] {
        written(&mut batch, &message(length));
    }
    assert!(batch.several(10).is_none(), "one alone needs no length");
    assert_eq!(batch.several(12).unwrap().len(), 11);
    assert_eq!(batch.several(14).unwrap().len(), 14);
    assert!(batch.several(100).is_none());
    written(&mut batch, &message(2));
    assert!(batch.several(5).is_none());
    assert_eq!(all(&mut batch), [[7, 7]]);
}

#[test]
fn a_message_that_fails_or_panics_halfway_leaves_nothing_behind() {
    let mut batch = binary();
    written(&mut batch, b"before");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        batch.write(|buffer| {
            buffer.extend_from_slice(b"half");
            panic!("no");
        })
    }));
    assert!(panicked.is_err() && !batch.has_ended());
    written(&mut batch, b"behind");
    batch.write(|buffer| {
        buffer.extend_from_slice(b"half");
        Err(Status::internal("no"))
    });
    assert_eq!(all(&mut batch), [b"before", b"behind"]);
    assert_eq!(batch.take_end().unwrap().unwrap_err().message(), "no");
}

#[test]
fn who_takes_away_what_was_before_ends_the_stream() {
    let mut batch = binary();
    written(&mut batch, b"before");
    batch.write(|buffer| {
        buffer.clear();
        Ok(())
    });
    assert!(all(&mut batch).is_empty());
    assert!(batch.take_end().unwrap().unwrap_err().message().contains("append only"));
}

#[test]
fn a_message_over_the_limit_ends_the_stream_and_the_limit_is_named() {
    let small = SizeLimit::of_connection(3, false);
    for is_written in [false, true] {
        let mut batch = Batch::to_send(Framing::Binary, small);
        batch.push(message(3));
        match is_written {
            true => _ = written(&mut batch, &message(4)),
            false => batch.push(message(4)),
        }
        assert_eq!(all(&mut batch), [[7, 7, 7]]);
        let status = batch.take_end().unwrap().unwrap_err();
        assert_eq!(status.code(), Code::ResourceExhausted);
        assert!(status.message().contains("4 bytes is over the limit of 3"), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_takes_its_time_does_not_wait_for_more() {
    let mut batch = binary();
    batch.push(message(1));
    tokio::time::advance(SENT_TOGETHER_TIME_MAX - Duration::from_micros(1)).await;
    batch.push(message(1));
    assert!(!batch.is_full());
    tokio::time::advance(Duration::from_micros(1)).await;
    // Not each message asks for the time.
    batch.push(message(1));
    assert!(!batch.is_full());
    batch.push(message(1));
    assert!(batch.is_full() && batch.renew() && !batch.is_full());
    // The time begins with the first.
    tokio::time::advance(Duration::from_secs(1)).await;
    batch.push(message(1));
    assert!(!batch.is_full());
}

#[test]
fn who_reads_takes_what_came_together_and_else_one_at_a_time() {
    let mut batch = Batch::to_read();
    assert!(batch.gathered().is_pending() && !batch.is_full());
    written(&mut batch, b"one");
    assert!(batch.is_full() && batch.gathered().is_ready());
    batch.put_piece(Piece::Several(Bytes::from_static(&[1, 0, 0, 0, 9, 0, 0, 0, 0])));
    batch.put_piece(Piece::One(message(1)));
    let mut other = Batch::to_read();
    other.append(&mut batch);
    other.end(Ok(()));
    let mut sent = binary();
    sent.append(&mut other);
    assert_eq!(all(&mut sent), [&b"one"[..], &[9], &[], &[7]]);
    assert!(matches!(sent.take_end(), Some(Ok(()))) && batch.is_empty());
}

#[test]
fn who_panics_over_a_message_gets_the_next_one() {
    let mut batch = Batch::to_read();
    batch.put_piece(Piece::Several(Bytes::from_static(&[1, 0, 0, 0, 9, 1, 0, 0, 0, 8])));
    let panicked = catch_unwind(AssertUnwindSafe(|| batch.next_with(|_, _| panic!("no"))));
    assert!(panicked.is_err());
    assert_eq!(batch.next_with(|bytes, length| bytes[..length].to_vec()), Some(vec![8]));
    assert_eq!(batch.next_with(|_, length| length), None);
    batch.push(message(3));
    assert_eq!(batch.next_with(|bytes, length| (bytes.len(), length)), Some((3, 3)));
}

#[test]
fn what_came_together_is_held_against_the_limit_of_who_sends_it_on() {
    let mut batch = Batch::to_send(Framing::Grpc, SizeLimit::of_connection(1, false));
    batch.put_piece(Piece::Several(Bytes::from_static(&[1, 0, 0, 0, 9, 2, 0, 0, 0, 8, 8])));
    assert_eq!(pieces(&mut batch), [(false, 1)]);
    assert_eq!(batch.take_end().unwrap().unwrap_err().code(), Code::ResourceExhausted);
}

#[tokio::test(start_paused = true)]
async fn small_messages_that_are_sent_share_memory_that_is_used_again() {
    let mut batch = binary();
    let mut places = std::collections::BTreeSet::new();
    for _ in 0..100 {
        while !batch.is_full() {
            written(&mut batch, &message(32));
        }
        places.insert(batch.several(usize::MAX).unwrap().as_ptr());
        assert!(batch.is_empty());
        batch.renew();
    }
    assert!(places.len() < 5, "{}", places.len());
}
