//! Keeps the spans and events of this process, for the tests to look at.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// A span of a call, and what happened in it.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptSpan {
    pub(super) fields: BTreeMap<&'static str, String>,
    /// The numbers that handlers and streams logged while it was the innermost span.
    pub(super) numbers: Vec<u64>,
    pub(super) is_closed: bool,
}

impl KeptSpan {
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

static SPANS: OnceLock<Mutex<BTreeMap<u64, KeptSpan>>> = OnceLock::new();

/// Begins to keep spans, in the whole process and for all tests: ask for those of a trace of your own.
pub(super) fn keep_spans() {
    SPANS.get_or_init(|| {
        tracing::subscriber::set_global_default(Registry::default().with(Keep)).unwrap();
        Mutex::default()
    });
}

/// The spans of a trace, in the order in which they began.
pub(super) fn spans_of(trace_id: &str) -> Vec<KeptSpan> {
    let spans = SPANS.get().unwrap().lock().unwrap();
    spans.values().filter(|span| span.field("trace_id") == trace_id).cloned().collect()
}

struct Keep;

impl Keep {
    fn change(id: &Id, change: impl FnOnce(&mut KeptSpan)) {
        if let Some(spans) = SPANS.get() {
            change(spans.lock().unwrap().entry(id.into_u64()).or_default());
        }
    }
}

/// A number that is given to one span and never again, unlike its `Id`.
struct Place(u64);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Keep {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
        let place = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        context.span(id).unwrap().extensions_mut().insert(Place(place));
        Self::change(&Id::from_u64(place), |span| attributes.record(&mut Fields(&mut span.fields)));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let place = context.span(id).unwrap().extensions().get::<Place>().unwrap().0;
        Self::change(&Id::from_u64(place), |span| values.record(&mut Fields(&mut span.fields)));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(span) = context.lookup_current() else { return };
        let place = span.extensions().get::<Place>().unwrap().0;
        let mut fields = BTreeMap::new();
        event.record(&mut Fields(&mut fields));
        let number: Option<u64> = fields.get("number").and_then(|number| number.parse().ok());
        Self::change(&Id::from_u64(place), |span| span.numbers.extend(number));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let place = context.span(&id).unwrap().extensions().get::<Place>().unwrap().0;
        Self::change(&Id::from_u64(place), |span| span.is_closed = true);
    }
}

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}
