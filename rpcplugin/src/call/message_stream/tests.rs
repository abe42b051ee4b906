use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};

use super::*;
use crate::call::Messages;
use crate::contract::Code;

fn numbers(end: u8) -> (MessageStream, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let numbers = stream::iter(0..end).map(move |number| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(Bytes::from(vec![number]))
    });
    (MessageStream::new(numbers), asked)
}

fn poll(messages: &mut MessageStream, batch: &mut Batch) -> Poll<()> {
    messages.poll_batch(&mut Context::from_waker(std::task::Waker::noop()), batch)
}

#[tokio::test]
async fn nothing_is_asked_for_before_somebody_wants_it_through_however_many_streams() {
    let (mut messages, asked) = numbers(3);
    for _ in 0..3 {
        let Messages::Many(changed) = Messages::Many(messages).map(Ok).unwrap() else { panic!("one") };
        messages = changed;
    }
    for number in 0..3 {
        assert_eq!(asked.load(Ordering::Relaxed), number);
        assert_eq!(messages.next().await.unwrap().unwrap()[..], [u8::try_from(number).unwrap()]);
    }
    assert!(messages.next().await.is_none() && messages.next().await.is_none());
}

#[tokio::test]
async fn what_one_asked_for_and_did_not_take_is_there_for_the_next() {
    let mut ready = Batch::to_read();
    for letter in ["a", "b", "c"] {
        ready.push(Bytes::from(letter));
    }
    let (numbers, _) = numbers(1);
    let mut messages = MessageStream { source: numbers.source, ready: Some(Box::new(ready)) };
    assert_eq!(messages.next().await.unwrap().unwrap(), "a");
    let mut batch = Batch::to_read();
    let mut expected = vec![&b"b"[..], b"c", &[0]];
    while poll(&mut messages, &mut batch).is_ready() && !batch.has_ended() {
        while let Some(message) = batch.next() {
            assert_eq!(message, expected.remove(0));
        }
    }
    assert!(expected.is_empty());
}

#[tokio::test]
async fn nothing_follows_an_error() {
    let items = [Ok(Bytes::new()), Err(Status::not_found("gone")), Ok(Bytes::new())];
    let mut messages = MessageStream::new(stream::iter(items));
    assert!(messages.next().await.unwrap().is_ok());
    assert_eq!(messages.next().await.unwrap().unwrap_err().code(), Code::NotFound);
    assert!(messages.next().await.is_none());
    let mut batch = Batch::to_read();
    assert!(poll(&mut messages, &mut batch).is_ready() && batch.has_ended() && batch.is_empty());
}
