use std::error::Error;
use std::fmt::{self, Debug};
use std::io::{self, Write};
use std::time::SystemTime;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as SpanRecord};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::record::{Fields, Record};

/// A layer for `tracing` that writes each event as a line of hclog's JSON, which hosts made with go-plugin and with this crate
/// read as a record: with level, message and fields, under the plugin's name.
///
/// The fields of the spans around an event stand before its own, the outermost first. An event's target is the record's
/// module. A line has at most 60 KiB, less than a host reads in one piece: what is longer is cut, and says so.
///
/// # Examples
///
/// ```
/// use rpcplugin::logging::HclogLayer;
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry().with(HclogLayer::new());
/// tracing::subscriber::with_default(subscriber, || {
///     tracing::warn!(free_bytes = 512, "the disk is full");
/// });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct HclogLayer<W = fn() -> io::Stderr> {
    make_writer: W,
}

impl HclogLayer {
    /// Writes to standard error, where hosts read it.
    #[must_use]
    pub fn new() -> Self {
        Self { make_writer: io::stderr }
    }
}

impl<W> HclogLayer<W> {
    /// Writes elsewhere. A line is one `write_all`.
    #[must_use]
    pub fn with_writer<M>(self, make_writer: M) -> HclogLayer<M> {
        HclogLayer { make_writer }
    }
}

impl Default for HclogLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, W> Layer<S> for HclogLayer<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut Visitor(&mut fields));
        if let Some(span) = context.span(id) {
            // Another layer of this type in the same subscriber has the same fields.
            span.extensions_mut().replace(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &SpanRecord<'_>, context: Context<'_, S>) {
        // Before the lock is taken: a user's `Debug` may log within the span.
        let mut late = Fields::default();
        values.record(&mut Visitor(&mut late));
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            fields.extend(&late);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(of_span) = span.extensions().get::<Fields>() {
                fields.extend(of_span);
            }
        }
        event.record(&mut Visitor(&mut fields));
        let message = match fields.take("message") {
            Some(Value::String(message)) => message,
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let metadata = event.metadata();
        let record = Record {
            level: *metadata.level(),
            module: metadata.target(),
            message: &message,
            time: SystemTime::now(),
        };
        // In one piece, so that no other line comes between. Where standard error is gone there is nobody to tell.
        let _ = self.make_writer.make_writer_for(metadata).write_all(record.line(&fields).as_bytes());
    }
}

/// Takes the fields of an event or a span.
struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.set(field.name(), format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.set(field.name(), value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.set(field.name(), value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.set(field.name(), value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.set(field.name(), value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for what is no number.
        let number = serde_json::Number::from_f64(value);
        self.0.set(field.name(), number.map_or_else(|| value.to_string().into(), Value::Number));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.0.set(field.name(), Sources(value).to_string().into());
    }
}

/// An error with what it comes from.
struct Sources<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Sources<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        formatter.write_str(&said)?;
        let mut next = self.0.source();
        while let Some(source) = next {
            let text = source.to_string();
            // Many errors say their source themselves.
            if !said.contains(&text) {
                write!(formatter, ": {text}")?;
                said = text;
            }
            next = source.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The records that some code writes.
    fn records(work: impl FnOnce()) -> Vec<Value> {
        let lines = Shared::default();
        let writer = lines.clone();
        let subscriber =
            tracing_subscriber::registry().with(HclogLayer::new().with_writer(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, work);
        let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn an_event_keeps_its_level_its_target_and_the_kinds_of_its_fields() {
        let found = records(|| {
            tracing::error!(target: "of::mine", count = 3_u64, below = -1, ratio = 0.5, none = f64::NAN, on = true, "said {}", 1);
        });
        assert_eq!(found.len(), 1);
        let record = &found[0];
        assert_eq!(record["@level"], "error");
        assert_eq!(record["@module"], "of::mine");
        assert_eq!(record["@message"], "said 1");
        assert_eq!(record["count"], 3);
        assert_eq!(record["below"], -1);
        assert_eq!(record["ratio"], 0.5);
        assert_eq!(record["none"], "NaN");
        assert_eq!(record["on"], true);
        let time = record["@timestamp"].as_str().unwrap();
        assert_eq!(time.len(), "2006-01-02T15:04:05.000000Z".len(), "{time}");
    }

    #[test]
    fn the_fields_of_spans_stand_before_those_of_the_event_which_win() {
        let found = records(|| {
            let outer =
                tracing::info_span!("outer", request = 7, late = tracing::field::Empty, who = "outer");
            outer.record("late", "known");
            let _outer = outer.entered();
            let _inner = tracing::info_span!("inner", who = "inner").entered();
            tracing::info!(request = 8, "done");
        });
        assert_eq!(found[0]["request"], 8);
        assert_eq!(found[0]["late"], "known");
        assert_eq!(found[0]["who"], "inner");
    }

    #[test]
    fn two_layers_in_one_subscriber_write_the_same() {
        let (first, second) = (Shared::default(), Shared::default());
        let layer = |lines: &Shared| {
            let lines = lines.clone();
            HclogLayer::new().with_writer(move || lines.clone())
        };
        let subscriber = tracing_subscriber::registry().with(layer(&first)).with(layer(&second));
        tracing::subscriber::with_default(subscriber, || {
            let _span = tracing::info_span!("span", request = 7).entered();
            tracing::info!("done");
        });
        for lines in [first, second] {
            let line = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
            let record: Value = serde_json::from_str(&line).unwrap();
            assert_eq!((&record["request"], &record["@message"]), (&7.into(), &"done".into()));
        }
    }

    #[test]
    fn what_is_recorded_of_a_span_may_log_within_it() {
        struct Talks;

        impl Debug for Talks {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                tracing::info!("asked for my text");
                formatter.write_str("told")
            }
        }

        let found = records(|| {
            let span = tracing::info_span!("span", late = tracing::field::Empty).entered();
            span.record("late", tracing::field::debug(Talks));
            tracing::info!("done");
        });
        assert_eq!(found[0]["@message"], "asked for my text");
        assert_eq!(found[1]["late"], "told");
    }

    #[test]
    fn an_error_is_written_with_its_sources() {
        #[derive(Debug, thiserror::Error)]
        #[error("failed to save")]
        struct Outer(#[source] io::Error);

        let error = Outer(io::Error::other("the disk is full"));
        let error: &dyn Error = &error;
        let found = records(|| tracing::warn!(error, "no"));
        assert_eq!(found[0]["error"], "failed to save: the disk is full");
    }
}
