//! Is the user waiting for the plugin? A plugin that runs may be silent while it is.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;

use crate::call::{Call, MessageStream, Messages, ResponseFuture};
use crate::contract::Status;
use crate::transport::{Hearing, InUse};
use crate::wire::Caller;

/// A connection whose calls are known to its hearing while they are under way.
///
/// It is for the calls of the user. Those that this crate makes itself say nothing about a plugin: one is the question for
/// signs of life, and another is open for as long as the plugin lives.
#[derive(Debug)]
pub(super) struct Counted {
    caller: Arc<dyn Caller>,
    hearing: Hearing,
}

impl Counted {
    pub(super) fn new(caller: Arc<dyn Caller>, hearing: Hearing) -> Self {
        Self { caller, hearing }
    }
}

impl Caller for Counted {
    fn call(&self, call: Call) -> ResponseFuture {
        let in_use = self.hearing.in_use();
        let answer = self.caller.call(call);
        Box::pin(async move {
            match answer.await? {
                Messages::Many(messages) => {
                    Ok(Messages::Many(Box::pin(UnderWay { messages, in_use: Some(in_use) })))
                }
                message @ Messages::One(_) => Ok(message),
            }
        })
    }

    fn is_connected(&self) -> bool {
        self.caller.is_connected()
    }
}

/// The answers of a call, which is under way until the last of them, or until nobody wants them any more.
struct UnderWay {
    messages: MessageStream,
    in_use: Option<InUse>,
}

impl Stream for UnderWay {
    type Item = Result<Bytes, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.messages.as_mut().poll_next(context));
        if !matches!(item, Some(Ok(_))) {
            self.in_use = None;
        }
        Poll::Ready(item)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt, stream};
    use tokio::sync::Notify;

    use super::*;
    use crate::call::Side;
    use crate::rpc::{Channel, Router, Streaming};
    use crate::transport::{Connection, KeepAlive, Role};
    use crate::wire::Dispatch;

    #[rpcplugin::rpc_protocol(service = "test.Waiter")]
    trait Waiter {
        async fn one(&self, request: u64) -> Result<u64, Status>;
        /// So many numbers, and then an error.
        async fn many(&self, request: u64) -> Result<Streaming<u64>, Status>;
    }

    /// Answers when it is told to.
    struct Handler(Arc<Notify>);

    impl Waiter for Handler {
        async fn one(&self, request: u64) -> Result<u64, Status> {
            self.0.notified().await;
            if request == 0 { Err(Status::aborted("zero")) } else { Ok(request) }
        }

        async fn many(&self, request: u64) -> Result<Streaming<u64>, Status> {
            let end = stream::iter([Err(Status::aborted("enough"))]);
            Ok(Streaming::new(stream::iter(0..request).map(Ok).chain(end)))
        }
    }

    /// Handlers in place of a connection.
    #[derive(Debug)]
    struct Local(Router);

    impl Caller for Local {
        fn call(&self, call: Call) -> ResponseFuture {
            let route = self.0.find(call.method().path).unwrap();
            let context = call.context().clone();
            let call = Call::new(route.spec, Side::Server, context, call.into_messages());
            Box::pin(self.0.dispatch(route, call))
        }
    }

    fn counted() -> (WaiterClient, Hearing, Arc<Notify>) {
        let answer = Arc::new(Notify::new());
        let router = Router::new().service(WaiterServer::new(Handler(Arc::clone(&answer)))).unwrap();
        let (pipe, _) = tokio::io::duplex(1);
        let role = Role::Plugin { process: None };
        let (_connection, hearing) = Connection::new(pipe).kept_alive(KeepAlive::default(), role);
        let caller = Counted::new(Arc::new(Local(router)), hearing.clone());
        (WaiterClient::new(Channel::from_caller(Arc::new(caller))), hearing, answer)
    }

    #[tokio::test]
    async fn a_call_is_under_way_until_it_is_answered_or_given_up() {
        let (client, hearing, answer) = counted();
        assert!(!hearing.is_in_use());
        for request in [0, 1] {
            let mut call = Box::pin(client.one(request));
            assert!((&mut call).now_or_never().is_none());
            assert!(hearing.is_in_use());
            answer.notify_one();
            assert_eq!(call.await.is_ok(), request == 1);
            assert!(!hearing.is_in_use());
        }
        let mut call = Box::pin(client.one(1));
        assert!((&mut call).now_or_never().is_none());
        assert!(hearing.is_in_use());
        drop(call);
        assert!(!hearing.is_in_use());
    }

    #[tokio::test]
    async fn a_stream_is_under_way_until_its_end() {
        let (client, hearing, _answer) = counted();
        let mut numbers = client.many(2).await.unwrap();
        for number in 0..2 {
            assert_eq!(numbers.message().await.unwrap(), Some(number));
            assert!(hearing.is_in_use());
        }
        numbers.message().await.unwrap_err();
        assert!(!hearing.is_in_use(), "nobody has dropped it yet");
        let numbers = client.many(2).await.unwrap();
        assert!(hearing.is_in_use());
        drop(numbers);
        assert!(!hearing.is_in_use());
    }
}
