//! What a channel says of the calls that it makes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::call::ResponseFuture;
use crate::rpc::{Channel, Interceptors};
use crate::wire::Caller;

/// Remembers whether the last call was one of the crate's own.
#[derive(Debug, Default)]
struct Wire {
    was_own: AtomicBool,
}

impl Caller for Wire {
    fn call(&self, call: Call) -> ResponseFuture {
        self.was_own.store(call.is_own(), Ordering::SeqCst);
        Box::pin(std::future::ready(Ok(call.into_messages())))
    }
}

#[tokio::test]
async fn the_wire_learns_which_calls_are_the_crates_own() {
    let wire = Arc::new(Wire::default());
    let own = Channel::from_caller(Arc::<Wire>::clone(&wire)).for_own_services();
    let users = own.for_users(Interceptors::default());
    for (channel, is_own) in [(&own, true), (&users, false), (&own.clone(), true)] {
        drop(SampleClient::new(channel.clone()).small(Vec::new()).await);
        assert_eq!(wire.was_own.load(Ordering::SeqCst), is_own);
    }
}
