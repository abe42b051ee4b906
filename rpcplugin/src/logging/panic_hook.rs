use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write};
use std::panic::{PanicHookInfo, set_hook};
use std::thread;
use std::time::SystemTime;

use tracing::Level;

use super::record::{Fields, Record, beginning};
use crate::call::is_contained;
use crate::limits::LOG_MESSAGE_BYTES_MAX;

/// Has a panic say so as hosts understand it, instead of as Rust does.
///
/// A panic that nobody catches is written to standard error with `panic: ` before its message, which hosts made with go-plugin,
/// Terraform among them, take for the report of a crash. One in a handler ends its call and nothing else: it is a record of the
/// log, at error level. `RUST_BACKTRACE=1` adds a backtrace to the first.
///
/// The hook that was there is replaced. One of your own is set after this and calls what [`std::panic::take_hook`] gave it.
///
/// # Examples
///
/// ```no_run
/// rpcplugin::logging::install_panic_hook();
/// ```
pub fn install_panic_hook() {
    set_hook(Box::new(|panic| {
        let report = if is_contained() { record(panic) } else { crash(panic) };
        // In one piece; where standard error is gone there is nobody to tell.
        let _ = io::stderr().lock().write_all(report.as_bytes());
    }));
}

/// The report of a crash, in the shape of Go's: what, then where, line by line.
fn crash(panic: &PanicHookInfo<'_>) -> String {
    let thread = thread::current();
    let name = thread.name().unwrap_or("<unnamed>");
    let mut report = format!("panic: {}\n\nthread '{name}'{}\n", message(panic), place(panic));
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        report.push_str(&format!("{backtrace}\n"));
    }
    report
}

/// A panic in a handler, as a record: the plugin goes on.
fn record(panic: &PanicHookInfo<'_>) -> String {
    let message = format!("a handler panicked: {}", message(panic));
    let mut fields = Fields::default();
    if let Some(place) = panic.location() {
        fields.set("location", place.to_string().into());
    }
    let time = SystemTime::now();
    Record { level: Level::ERROR, module: module_path!(), message: &message, time }.line(&fields)
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(String::new, |place| format!(" at {place}"))
}

/// What the panic says, cut where a host would.
fn message<'a>(panic: &'a PanicHookInfo<'_>) -> &'a str {
    beginning(text(panic.payload()), LOG_MESSAGE_BYTES_MAX)
}

fn text(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("a value that is no text")
}
