use std::time::Duration;

use tokio::time::Instant;

use super::context::instant_after;
use super::values::Values;
use super::{Ambient, Context, Metadata, ResponseMetadata};

/// How calls are made: a template that a client or a channel carries.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use rpcplugin::{CallOptions, Metadata, Status, rpc_protocol};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// async fn greet_soon(channel: rpcplugin::Channel) -> Result<String, Status> {
///     let mut metadata = Metadata::new();
///     metadata.insert("tenant", "blue")?;
///     let options = CallOptions::new().timeout(Duration::from_secs(1)).metadata(metadata);
///     GreeterClient::new(channel.with(options)).greet("Ada".to_owned()).await
/// }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "options do nothing until a channel or a client is made with them"]
pub struct CallOptions {
    timeout: Option<Duration>,
    /// Of contexts that were made: the caller's own word, as `timeout` is.
    deadline: Option<Instant>,
    /// Of other calls: no word about this one, only a bound.
    bound: Option<Instant>,
    metadata: Metadata,
    response: Option<ResponseMetadata>,
    parent: Option<Context>,
}

impl CallOptions {
    /// No deadline of its own, no metadata.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long each call may take, its stream of responses included. It then ends with
    /// [`Code::DeadlineExceeded`](crate::Code::DeadlineExceeded) on both sides.
    ///
    /// Without it a call has the time that the contract gives its method, and without that, all the time there is. The time
    /// that is left to a handler's own call bounds the calls that it makes in any case.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What each call sends beside its messages, in the place of what earlier options said.
    pub fn metadata(mut self, metadata: Metadata) -> Self {
        self.metadata = metadata;
        self
    }

    /// Where the metadata of the answer is kept. Of several calls, that of the latest.
    pub fn response(mut self, response: &ResponseMetadata) -> Self {
        self.response = Some(response.clone());
        self
    }

    /// Gives each call no more time than another call has left: for a task that a handler spawned. In the handler itself
    /// nothing need be said. The time that the contract gives the method still counts.
    ///
    /// Of a context that was made for calls ([`Context::new`]) everything is taken over: the time, as a
    /// [`timeout`](Self::timeout) of the caller's own; the metadata, which is sent; values, which interceptors find; and
    /// where the metadata of the answer is kept. That of a call is a bound and no more: its metadata is not passed on.
    pub fn context(mut self, context: &Context) -> Self {
        self.parent = Some(context.clone());
        if !context.is_made() {
            self.bound = earliest(self.bound, context.deadline());
            return self;
        }
        self.deadline = earliest(self.deadline, context.deadline());
        if !context.metadata().is_empty() {
            self.metadata = context.metadata().clone();
        }
        self.response = Some(context.response().clone());
        self
    }

    /// The context of one call. `by_contract` is the time that the contract gives the method.
    pub(crate) fn begin(&self, by_contract: Option<Duration>) -> Context {
        // Read now, for more may have been left there since; a copy, for several calls may be made with it.
        let values = self.made_values();
        let parent = self.parent.clone().or_else(Context::current);
        self.outgoing(by_contract, values, parent)
    }

    /// The same for a call that no interceptor sees. Nobody else could ask for whose sake it is made; the wire may ask for
    /// values.
    pub(crate) fn begin_unseen(&self, by_contract: Option<Duration>) -> Context {
        self.outgoing(by_contract, self.made_values().filter(|values| !values.is_empty()), None)
    }

    /// A copy of the values of the context that was made for the call.
    fn made_values(&self) -> Option<Values> {
        self.parent.as_ref().filter(|parent| parent.is_made()).and_then(Context::values)
    }

    /// The same without options.
    pub(crate) fn unsaid(by_contract: Option<Duration>) -> Context {
        let deadline = earliest(by_contract.map(instant_after), Ambient::deadline());
        Context::unseen(deadline)
    }

    fn outgoing(
        &self,
        by_contract: Option<Duration>,
        values: Option<Values>,
        parent: Option<Context>,
    ) -> Context {
        let own = earliest(self.deadline, self.timeout.map(instant_after));
        let own = own.or_else(|| by_contract.map(instant_after));
        let deadline = earliest(own, earliest(self.bound, Ambient::deadline()));
        if let Some(response) = &self.response {
            response.clear();
        }
        Context::outgoing(self.metadata.clone(), deadline, self.response.clone(), values, parent)
    }
}

fn earliest(left: Option<Instant>, right: Option<Instant>) -> Option<Instant> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::call::Peer;

    const SECOND: Duration = Duration::from_secs(1);

    fn time_left(options: &CallOptions, by_contract: Option<Duration>) -> Option<Duration> {
        options.begin(by_contract).time_left()
    }

    #[test]
    fn the_contract_speaks_where_the_caller_says_nothing() {
        let options = CallOptions::new();
        assert_eq!(time_left(&options, None), None);
        assert!(time_left(&options, Some(SECOND)).unwrap() <= SECOND);
        assert!(time_left(&options.timeout(SECOND * 60), Some(SECOND)).unwrap() > SECOND);
    }

    #[test]
    fn a_nested_call_has_no_more_time_than_the_one_around_it() {
        let around = Context::received(Metadata::new(), Some(SECOND), Arc::new(Peer::memory()));
        let mut around = Some(around);
        let _ambient = Ambient::enter(&mut around);
        for options in [CallOptions::new(), CallOptions::new().timeout(SECOND * 60)] {
            assert!(time_left(&options, Some(SECOND * 60)).unwrap() <= SECOND);
        }
    }

    #[test]
    fn a_call_that_nobody_sees_has_its_time_and_the_handle_of_its_answer_all_the_same() {
        let around = Context::received(Metadata::new(), Some(SECOND), Arc::new(Peer::memory()));
        let mut around = Some(around);
        let _ambient = Ambient::enter(&mut around);
        for (by_contract, bound) in
            [(None, SECOND), (Some(SECOND * 60), SECOND), (Some(SECOND / 2), SECOND / 2)]
        {
            for unseen in [CallOptions::new().begin_unseen(by_contract), CallOptions::unsaid(by_contract)] {
                let left = unseen.time_left().unwrap();
                assert!(left <= bound && left > bound / 2, "{by_contract:?}: {left:?}");
                assert!(unseen.common.get().is_none(), "most calls need no memory");
            }
        }
        let answer = ResponseMetadata::new();
        let unseen = CallOptions::new().response(&answer).begin_unseen(None);
        unseen.response().update_trailing(|trailing| trailing.insert("cost", "1")).unwrap();
        assert_eq!(answer.trailing().get("cost"), Some("1"));
    }

    /// Every way to give a call time, and which of them counts.
    #[test]
    fn the_caller_goes_before_the_contract_and_every_call_around_bounds_both() {
        let times = [None, Some(SECOND * 10), Some(SECOND * 20), Some(SECOND * 30), Some(SECOND * 40)];
        let received = |time| Context::received(Metadata::new(), time, Arc::new(Peer::memory()));
        for [said, made, given, around, by_contract] in all_of(times) {
            let mut options = CallOptions::new().context(&received(given));
            if let Some(made) = made {
                options = options.context(&Context::new().with_timeout(made));
            }
            options.timeout = said;
            let mut ambient = Some(received(around));
            let _ambient = Ambient::enter(&mut ambient);
            let own = said.into_iter().chain(made).min().or(by_contract);
            let expected = own.into_iter().chain(given).chain(around).min();
            let left = time_left(&options, by_contract);
            let case = format!("{said:?} {made:?} {given:?} {around:?} {by_contract:?}");
            assert_eq!(left.is_some(), expected.is_some(), "{case}");
            // Time passes while the test runs, but not ten seconds of it.
            let late = left.zip(expected).map(|(left, expected)| expected.checked_sub(left).unwrap());
            assert!(late.unwrap_or_default() < SECOND * 5, "{case}: {left:?}");
        }
    }

    /// All ways to put these values into five places.
    fn all_of<T: Copy>(values: [T; 5]) -> impl Iterator<Item = [T; 5]> {
        (0..5_usize.pow(5)).map(move |number| [1, 5, 25, 125, 625].map(|place| values[number / place % 5]))
    }

    #[test]
    fn what_is_sent_with_a_call_is_not_sent_with_one_that_is_made_for_its_sake() {
        let mut metadata = Metadata::new();
        metadata.insert("token", "secret").unwrap();
        let context = Context::new().with_metadata(metadata).with_timeout(SECOND);
        context.insert(1_u8);
        let outgoing = CallOptions::new().context(&context).begin(None);
        assert_eq!(outgoing.get::<u8>(), Some(1));
        let for_its_sake = CallOptions::new().context(&outgoing).begin(Some(SECOND * 60));
        assert!(for_its_sake.metadata().is_empty());
        assert_eq!(for_its_sake.get::<u8>(), None);
        assert!(for_its_sake.time_left().unwrap() <= SECOND);
        assert_eq!(for_its_sake.parent().and_then(|parent| parent.get::<u8>()), Some(1));
    }

    #[test]
    fn a_call_knows_for_whose_sake_it_is_made() {
        let left = |context: &Context| context.parent().and_then(|parent| parent.get::<u8>());
        assert_eq!(left(&CallOptions::new().begin(None)), None);
        let (around, given) = (Context::new(), Context::new());
        around.insert(1_u8);
        given.insert(2_u8);
        let mut around = Some(around);
        let _ambient = Ambient::enter(&mut around);
        assert_eq!(left(&CallOptions::new().begin(None)), Some(1));
        assert_eq!(left(&CallOptions::new().context(&given).begin(None)), Some(2));
    }

    #[test]
    fn metadata_of_a_call_that_came_in_is_not_passed_on() {
        let mut metadata = Metadata::new();
        metadata.insert("token", "secret").unwrap();
        let received = Context::received(metadata.clone(), None, Arc::new(Peer::memory()));
        assert!(CallOptions::new().context(&received).begin(None).metadata().is_empty());
        let made = Context::new().with_metadata(metadata);
        assert_eq!(CallOptions::new().context(&made).begin(None).metadata().get("token"), Some("secret"));
    }
}
