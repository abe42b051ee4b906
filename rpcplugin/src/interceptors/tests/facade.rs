//! What reaches the recorder of the `metrics` crate.
#![cfg(feature = "metrics")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use ::metrics::{
    Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};

use super::sample::{FourServer, Handler, Way, call};
use crate::contract::MethodKind;
use crate::interceptors::Metrics;
use crate::rpc::{Channel, Router};

/// Keeps what it is told, under a line with name and labels.
#[derive(Default)]
struct Kept {
    numbers: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    times: Mutex<BTreeMap<String, Arc<Times>>>,
}

#[derive(Default)]
struct Times(AtomicU64);

impl HistogramFn for Times {
    fn record(&self, value: f64) {
        assert!((0.0..20.0).contains(&value), "{value} seconds");
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn line(key: &Key) -> String {
    let labels = key.labels().map(|label| format!(" {}={}", label.key(), label.value()));
    labels.fold(key.name().to_owned(), |line, label| line + &label)
}

impl Kept {
    fn number(&self, key: &Key) -> Arc<AtomicU64> {
        Arc::clone(self.numbers.lock().unwrap().entry(line(key)).or_default())
    }
}

impl Recorder for Kept {
    fn describe_counter(&self, _key: KeyName, _unit: Option<Unit>, _text: SharedString) {}
    fn describe_gauge(&self, _key: KeyName, _unit: Option<Unit>, _text: SharedString) {}
    fn describe_histogram(&self, _key: KeyName, _unit: Option<Unit>, _text: SharedString) {}

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.number(key))
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.number(key))
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(Arc::clone(self.times.lock().unwrap().entry(line(key)).or_default()))
    }
}

#[test]
fn the_figures_reach_the_recorder_with_their_labels() {
    let kept = Kept::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    ::metrics::with_local_recorder(&kept, || {
        runtime.block_on(async {
            let metrics = Metrics::new();
            let router =
                Router::new().interceptor(metrics.clone()).service(FourServer::new(Handler)).unwrap();
            let channel = Channel::local(router);
            metrics.watch("four", &channel);
            for way in [Way::Answers, Way::Answers, Way::Fails] {
                let _ended = call(&channel, MethodKind::UnaryStream, way).await;
            }
            drop(metrics.snapshot());
        });
    });
    let method = "side=server service=test.Four method=Many";
    let numbers = kept.numbers.lock().unwrap();
    let number =
        |name: &str| numbers.get(name).unwrap_or_else(|| panic!("no {name}")).load(Ordering::Relaxed);
    assert_eq!(number(&format!("rpcplugin_calls_total {method} code=OK")), 2);
    assert_eq!(number(&format!("rpcplugin_calls_total {method} code=NOT_FOUND")), 1);
    assert_eq!(number(&format!("rpcplugin_messages_sent_total {method}")), 5);
    assert_eq!(number(&format!("rpcplugin_messages_received_total {method}")), 3);
    // Gauges are floating point numbers, kept as their bits.
    assert_eq!(number(&format!("rpcplugin_calls_in_flight {method}")), 0.0_f64.to_bits());
    assert_eq!(number("rpcplugin_channel_connected channel=four"), 1.0_f64.to_bits());
    assert_eq!(numbers.len(), 6, "{numbers:?}");
    let times = kept.times.lock().unwrap();
    assert_eq!(times[&format!("rpcplugin_call_duration_seconds {method}")].0.load(Ordering::Relaxed), 3);
}
