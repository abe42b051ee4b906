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

/// One of them, in bytes. Each that was read may take a hundred times as much in memory until it is known to be too much. Files
/// that people write have some hundred KiB, comments included.
pub(crate) const DESCRIBED_FILE_BYTES_MAX: usize = 2 * 1024 * 1024;

/// What a file counts as at least, in bytes: an empty one has a place in a list, too.
pub(crate) const DESCRIBED_FILE_COST: usize = 32;

/// Messages, fields, enums and their values, services, methods, imports and comments in all files, as a number. Each takes some
/// hundred bytes, several times where there is JSON, and so all together some ten MiB. The largest of known plugins has some
/// thousands.
pub(crate) const DESCRIBED_THINGS_MAX: usize = 64 * 1024;

/// Fields in one message, as a number, and also its oneofs, and its ranges of numbers.
pub(crate) const DESCRIBED_FIELDS_MAX: usize = 4096;

/// Methods of all services, as a number: as many as may be called by their paths.
pub(crate) const DESCRIBED_METHODS_MAX: usize = UNTYPED_METHODS_MAX;

/// A full name, and the path of a file, in bytes: as that of a service.
pub(crate) const DESCRIBED_NAME_BYTES_MAX: usize = UNTYPED_PATH_BYTES_MAX / 2;

/// All full names together, in bytes: 128 for each thing. What has a long name hands it on to all that is in it.
pub(crate) const DESCRIBED_NAMES_BYTES_MAX: usize = 128 * DESCRIBED_THINGS_MAX;

/// The name and the layout of a message that is none of protobuf, in bytes each: whatever is behind that is left out. They are
/// said once, and stand at each method that has the message.
pub(crate) const DESCRIBED_LAYOUT_BYTES_MAX: usize = 4 * 1024;

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

/// The default of a field, in bytes, where messages become JSON: each message has a copy of it.
pub(crate) const JSON_DEFAULT_BYTES_MAX: usize = 1024;

/// What files import, and what they see by public imports of others, as a number. Each is looked for once for each file that
/// imports it, and there are seldom more than ten in a file.
pub(crate) const DESCRIBED_IMPORTS_MAX: usize = 32 * 1024;

/// The files whose types are kept in memory for JSON, in bytes. Types take up to a hundred times as much, and what several
/// services import is there for each.
pub(crate) const JSON_POOLS_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a reader of JSON or of a description says of a mistake, in characters. It may hold names of any length.
pub(crate) const JSON_FAULT_CHARACTERS_MAX: usize = 500;

/// A question of reflection, and the answer to one, in bytes. What most implementations of gRPC take anyway: it is read before
/// anybody counts what is in it, and an entry of two bytes takes ten times as much in memory.
pub(crate) const REFLECTION_MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;
