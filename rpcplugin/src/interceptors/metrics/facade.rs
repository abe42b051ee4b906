//! The way to the `metrics` crate. Without the feature every function here does nothing.

#[cfg(feature = "metrics")]
pub(super) use with_feature::{Exported, export_channel};
#[cfg(not(feature = "metrics"))]
pub(super) use without_feature::{Exported, export_channel};

#[cfg(feature = "metrics")]
mod with_feature {
    use std::sync::OnceLock;

    use ::metrics::{
        Counter, Gauge, Histogram, Unit, counter, describe_counter, describe_gauge, describe_histogram,
        gauge, histogram,
    };

    use crate::call::Side;
    use crate::contract::{Code, MethodSpec};
    use crate::interceptors::metrics::counters::place;

    const CALLS: &str = "rpcplugin_calls_total";
    const IN_FLIGHT: &str = "rpcplugin_calls_in_flight";
    const DURATION: &str = "rpcplugin_call_duration_seconds";
    const SENT: &str = "rpcplugin_messages_sent_total";
    const RECEIVED: &str = "rpcplugin_messages_received_total";
    const CONNECTED: &str = "rpcplugin_channel_connected";

    /// What a recorder gave for one method on one side.
    pub(crate) struct Exported {
        side: Side,
        spec: &'static MethodSpec,
        /// Each made when a call ends with it for the first time: most methods end in two or three ways.
        calls: [OnceLock<Counter>; 17],
        in_flight: Gauge,
        duration: Histogram,
        requests: Counter,
        responses: Counter,
    }

    impl Exported {
        pub(crate) fn new(side: Side, spec: &'static MethodSpec) -> Self {
            describe();
            let labels = [("side", side.as_str()), ("service", spec.service), ("method", spec.name)];
            let (sent, received) = (counter!(SENT, &labels), counter!(RECEIVED, &labels));
            let (requests, responses) = match side {
                Side::Client => (sent, received),
                Side::Server => (received, sent),
            };
            Self {
                side,
                spec,
                calls: Default::default(),
                in_flight: gauge!(IN_FLIGHT, &labels),
                duration: histogram!(DURATION, &labels),
                requests,
                responses,
            }
        }

        pub(crate) fn begun(&self) {
            self.in_flight.increment(1.0);
        }

        pub(crate) fn requested(&self) {
            self.requests.increment(1);
        }

        pub(crate) fn responded(&self) {
            self.responses.increment(1);
        }

        pub(crate) fn took(&self, seconds: f64) {
            self.duration.record(seconds);
        }

        pub(crate) fn ended(&self, code: Code) {
            self.in_flight.decrement(1.0);
            if let Some(counter) = place(code).and_then(|place| self.calls.get(place)) {
                counter.get_or_init(|| self.counter_of(code)).increment(1);
            }
        }

        fn counter_of(&self, code: Code) -> Counter {
            counter!(
                CALLS,
                "side" => self.side.as_str(),
                "service" => self.spec.service,
                "method" => self.spec.name,
                "code" => code.as_str(),
            )
        }
    }

    /// A recorder takes a description as often as it is given.
    fn describe() {
        describe_counter!(CALLS, "Calls that have ended, by the code that they ended with.");
        describe_gauge!(IN_FLIGHT, "Calls that run.");
        describe_histogram!(DURATION, Unit::Seconds, "How long calls took, their streams included.");
        describe_counter!(SENT, "Messages that left this side.");
        describe_counter!(RECEIVED, "Messages that came to this side.");
        describe_gauge!(CONNECTED, "Whether a channel is connected: 1 or 0.");
    }

    pub(crate) fn export_channel(name: &str, is_connected: bool) {
        gauge!(CONNECTED, "channel" => name.to_owned()).set(f64::from(u8::from(is_connected)));
    }
}

#[cfg(not(feature = "metrics"))]
mod without_feature {
    use crate::call::Side;
    use crate::contract::{Code, MethodSpec};

    /// Nothing.
    pub(crate) struct Exported;

    impl Exported {
        pub(crate) const fn new(_side: Side, _spec: &'static MethodSpec) -> Self {
            Self
        }

        pub(crate) const fn begun(&self) {}

        pub(crate) const fn requested(&self) {}

        pub(crate) const fn responded(&self) {}

        pub(crate) const fn took(&self, _seconds: f64) {}

        pub(crate) const fn ended(&self, _code: Code) {}
    }

    pub(crate) const fn export_channel(_name: &str, _is_connected: bool) {}
}
