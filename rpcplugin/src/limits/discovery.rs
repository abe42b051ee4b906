//! Bounds of what a host learns of a plugin by asking, and of calls of methods that it has no types for.

use std::time::Duration;

/// Methods that this process calls by their paths, as a number: of each a row stays in memory until the process ends. Far more
/// than anybody calls who is no loop over names that somebody else made up.
pub(crate) const UNTYPED_METHODS_MAX: usize = 4096;

/// The path of such a method, in bytes. Longer than any name that people write, and all rows together stay below 5 MiB.
pub(crate) const UNTYPED_PATH_BYTES_MAX: usize = 1024;

/// To ask a plugin for all that it has. It takes a few milliseconds for each service, and a plugin that hangs is left.
pub(crate) const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(20);

/// Services that a plugin may have, as a number. The largest of known programs has some dozens.
pub(crate) const DESCRIBED_SERVICES_MAX: usize = 1024;

/// Files that describe a plugin, as a number: each is a question at worst.
pub(crate) const DESCRIBED_FILES_MAX: usize = 2048;

/// The bytes of these files together. All of Google's own interfaces are about as much; a provider of Terraform has 100 KiB.
pub(crate) const DESCRIBED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A description as text, in bytes. What is deeply nested is indented, and so a text may be many times longer than what it is
/// made of.
pub(crate) const DESCRIBED_TEXT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A response that becomes JSON, in bytes. Read without its type, a message takes some forty times its bytes of memory; gRPC's
/// own bound of a message is the same.
pub(crate) const JSON_MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The JSON of a response, in bytes. A byte of an enum may have a name as long as its author wants.
pub(crate) const JSON_TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Messages within messages in a response that becomes JSON, in levels, those in a `google.protobuf.Any` included. Deeper than
/// anything that people read, and far from the end of a stack.
pub(crate) const JSON_DEPTH_MAX: usize = 64;

/// What a reader of JSON or of a description says of a mistake, in characters. It may hold names of any length.
pub(crate) const JSON_FAULT_CHARACTERS_MAX: usize = 500;
