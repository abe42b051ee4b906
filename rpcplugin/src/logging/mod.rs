//! What a plugin says, so that hosts understand it: records of its log, and the report of a panic.
//!
//! A host reads a plugin's standard error line by line. What is JSON in the form of Go's hclog is a record with a level and
//! fields; everything else is a text. [`init`] is all that most plugins need.

mod init;
mod layer;
mod panic_hook;
mod record;

pub use init::{LoggingError, init, init_at};
pub use layer::HclogLayer;
pub use panic_hook::install_panic_hook;
