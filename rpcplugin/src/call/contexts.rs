use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::shared::Shared;
use super::{Context, Metadata, Peer, contain};
use crate::limits::CONTEXTS_KEPT_MAX;

/// Makes the contexts of the calls that come on one connection.
///
/// The memory of a call that is over is taken for the next one, where nobody has kept a clone of its context.
pub(crate) struct Contexts {
    peer: Arc<Peer>,
    /// Nobody else has one of them, and each is as if it had just been made.
    kept: Vec<Arc<Shared>>,
}

impl Contexts {
    pub(crate) const fn new(peer: Arc<Peer>) -> Self {
        Self { peer, kept: Vec::new() }
    }

    /// Of a call that came in.
    pub(crate) fn received(&mut self, metadata: Metadata, timeout: Option<Duration>) -> Context {
        match self.kept.pop() {
            Some(shared) => Context::received_in(shared, metadata, timeout),
            None => Context::received(metadata, timeout, Arc::clone(&self.peer)),
        }
    }

    /// Takes the context of a call back that is over, and of which the answer was read.
    ///
    /// Values that were left with the call may go with it. One whose drop panics does no harm here.
    pub(crate) fn give_back(&mut self, context: Context) {
        let renewed = contain(|| {
            let mut shared = context.common.into_inner()?;
            Arc::get_mut(&mut shared)?.renew();
            Some(shared)
        });
        if let Ok(Some(shared)) = renewed
            && self.kept.len() < CONTEXTS_KEPT_MAX
        {
            self.kept.push(shared);
        }
    }
}

impl fmt::Debug for Contexts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Contexts").field("peer", &self.peer).field("kept", &self.kept.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::OverGuard;

    fn contexts() -> Contexts {
        Contexts::new(Arc::new(Peer::memory()))
    }

    fn received(contexts: &mut Contexts) -> Context {
        contexts.received(Metadata::new(), None)
    }

    fn memory(context: &Context) -> *const Shared {
        Arc::as_ptr(context.common.get().unwrap())
    }

    #[tokio::test]
    async fn the_next_call_has_the_memory_of_the_last_and_nothing_else_of_it() {
        let mut contexts = contexts();
        let context = contexts.received(Metadata::new(), Some(Duration::ZERO));
        let first = memory(&context);
        context.insert(1_u8);
        context.response().update_initial(|initial| initial.insert("cost", "1")).unwrap();
        let waiting = tokio::spawn({
            let context = context.clone();
            async move { context.cancelled().await }
        });
        tokio::task::yield_now().await;
        drop(OverGuard::new(context.clone()));
        waiting.await.unwrap();
        contexts.give_back(context);

        let context = received(&mut contexts);
        assert_eq!(memory(&context), first);
        assert_eq!(context.peer(), Some(&Peer::memory()));
        assert_eq!(context.time_left(), None);
        assert!(context.get::<u8>().is_none());
        assert!(context.response_in_use().is_none());
        assert!(!context.is_cancelled());
        let over = context.cancelled();
        assert!(futures_util::FutureExt::now_or_never(over).is_none());
    }

    #[test]
    fn a_context_that_somebody_kept_stays_theirs() {
        let mut contexts = contexts();
        let context = received(&mut contexts);
        let theirs = context.clone();
        theirs.insert(1_u8);
        drop(OverGuard::new(context.clone()));
        contexts.give_back(context);
        let next = received(&mut contexts);
        assert_ne!(memory(&next), memory(&theirs));
        assert!(theirs.is_cancelled());
        assert_eq!(theirs.get::<u8>(), Some(1));
    }

    #[test]
    fn many_calls_at_once_leave_no_more_than_the_limit() {
        let mut contexts = contexts();
        let many: Vec<_> = (0..2 * CONTEXTS_KEPT_MAX).map(|_| received(&mut contexts)).collect();
        for context in many {
            contexts.give_back(context);
        }
        assert_eq!(contexts.kept.len(), CONTEXTS_KEPT_MAX);
    }

    #[test]
    fn a_value_whose_drop_panics_takes_nobody_with_it() {
        #[derive(Clone)]
        struct Panics;
        impl Drop for Panics {
            fn drop(&mut self) {
                panic!("of the handler's own");
            }
        }
        let mut contexts = contexts();
        let context = received(&mut contexts);
        context.insert(Panics);
        contexts.give_back(context);
        assert!(received(&mut contexts).get::<Panics>().is_none());
    }
}
