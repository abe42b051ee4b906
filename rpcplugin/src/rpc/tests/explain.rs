//! A lost connection is explained to whoever hears of it: once, behind what came before, and nothing else is.

use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;

use super::*;
use crate::call::{Batch, CallOptions, MessageStream, ResponseFuture, Source};
use crate::contract::Lost;
use crate::rpc::{Channel, Explain, Explanation};
use crate::wire::Caller;

/// Every call ends so: those that stream behind a number.
#[derive(Clone, Debug)]
struct Losing(Status);

impl Caller for Losing {
    fn call(&self, call: Call) -> ResponseFuture {
        let Self(status) = self.clone();
        let answer = match call.method().kind.streams_responses() {
            true => Ok(Messages::Many(MessageStream::of(Together(status)))),
            false => Err(status),
        };
        Box::pin(std::future::ready(answer))
    }
}

/// A message and the error behind it, at once.
struct Together(Status);

impl Source for Together {
    fn poll_batch(&mut self, _context: &mut TaskContext<'_>, batch: &mut Batch) -> Poll<()> {
        batch.push(Bytes::from_static(&[8, 7]));
        batch.end(Err(self.0.clone()));
        Poll::Ready(())
    }
}

/// Explains after a moment, and adds a word.
#[derive(Clone, Debug, Default)]
struct Adds(Seen<Option<Lost>>);

impl Explain for Adds {
    fn explain(&self, status: Status) -> Explanation {
        self.0.lock().unwrap().push(status.as_lost());
        Box::pin(async move {
            tokio::task::yield_now().await;
            // It may be called lost further on: nobody asks again.
            Status::lost(Lost::UnderWay, format!("{}, explained", status.message()))
        })
    }
}

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Hears(Seen<String>);

impl Interceptor for Hears {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        let answer = next.run(call).await;
        if let Err(status) = &answer {
            self.0.lock().unwrap().push(status.message().to_owned());
        }
        answer
    }
}

async fn messages(client: &SampleClient) -> [String; 2] {
    let unary = client.small(vec![2]).await.unwrap_err();
    let mut numbers = client.give(1).await.unwrap();
    assert_eq!(numbers.message().await.unwrap(), Some(7), "what came before is not lost");
    let streamed = numbers.message().await.unwrap_err();
    assert_eq!(numbers.message().await.unwrap(), None);
    [unary, streamed].map(|status| status.message().to_owned())
}

#[tokio::test]
async fn a_loss_is_explained_once_to_everybody_behind_what_came_before_it() {
    let timed = CallOptions::new().timeout(std::time::Duration::from_secs(60));
    for options in [CallOptions::new(), timed] {
        for hears in [None, Some(Hears::default())] {
            let adds = Adds::default();
            let lost = Losing(Status::lost(Lost::UnderWay, "lost"));
            let mut channel = Channel::from_caller(Arc::new(lost)).explained(Arc::new(adds.clone()));
            if let Some(hears) = &hears {
                channel = channel.intercepted(hears.clone());
            }
            let client = SampleClient::new(channel.with(options.clone()));
            assert_eq!(messages(&client).await, ["lost, explained", "lost, explained"]);
            if let Some(Hears(heard)) = hears {
                assert_eq!(*heard.lock().unwrap(), ["lost, explained"]);
            }
        }
    }
}

#[tokio::test]
async fn what_the_other_side_says_is_no_loss() {
    let adds = Adds::default();
    let said = Losing(Status::unavailable("not now"));
    let client = SampleClient::new(Channel::from_caller(Arc::new(said)).explained(Arc::new(adds.clone())));
    assert_eq!(messages(&client).await, ["not now", "not now"]);
    assert!(adds.0.lock().unwrap().is_empty());
}
