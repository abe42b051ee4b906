//! How much is too much? Every bound of the crate stands here once, with its unit and its reason.
//!
//! A name ends in its unit and `MAX`, `MIN` or `DEFAULT`.
#![allow(dead_code, unused_imports, reason = "which bounds are used depends on the features that are on")]

mod broker;
#[cfg(feature = "_connected")]
mod compression;
mod config;
mod discovery;
#[cfg(feature = "_connected")]
mod interceptors;
mod life;
mod pool;
#[cfg(all(feature = "client", target_os = "linux"))]
mod sweep;
mod versions;

use std::time::Duration;

pub(crate) use broker::*;
#[cfg(feature = "_connected")]
pub(crate) use compression::*;
pub(crate) use config::*;
pub(crate) use discovery::*;
#[cfg(feature = "_connected")]
pub(crate) use interceptors::*;
pub(crate) use life::*;
pub(crate) use pool::*;
#[cfg(all(feature = "client", target_os = "linux"))]
pub(crate) use sweep::*;
pub(crate) use versions::*;

/// Nested messages that a decoder or an encoder follows, in levels.
/// Deeper than any schema people write, shallow enough for a 128 KiB stack.
pub(crate) const MESSAGE_DEPTH_MAX: usize = 64;

/// What a decoder reserves ahead on the word of a count, in bytes. Beyond it memory grows only with items that were read.
pub(crate) const DECODE_RESERVE_BYTES_MAX: usize = 64 * 1024;

/// The memory that lists, maps and boxes of a decoded value may take, as a multiple of the message's bytes, beside
/// [`DECODE_RESERVE_BYTES_MAX`]. A list of short strings takes 24 bytes for each where the message has 2 to 5; more than
/// 16 times is what a message takes that was made to fill memory.
pub(crate) const DECODE_MEMORY_FACTOR_DEFAULT: usize = 16;

/// Items that take no bytes, in one message, as a number. The bytes cannot bound them, and each costs a step.
pub(crate) const ITEMS_WITHOUT_BYTES_MAX: usize = 64 * 1024;

/// Fields of one message in an exported Python module, as a number. There is one for each item of an array; a longer module
/// is of no use to anybody.
pub(crate) const PYTHON_FIELDS_MAX: usize = 4096;

/// One message in either direction, in bytes, unless the user sets another bound.
/// Terraform's providers send schemas of tens of MiB; gRPC's own 4 MiB is the most reported limit of go-plugin.
pub(crate) const MESSAGE_BYTES_DEFAULT: usize = 64 * 1024 * 1024;

/// What a message of the services that every plugin has may take at least, in bytes, whatever the user's bound is. Far above
/// what the largest of them, a piece of a plugin's output, takes in any language.
pub(crate) const OWN_MESSAGE_BYTES_MIN: usize = 1024 * 1024;

/// One TLS handshake: a peer that says nothing is dropped after it. On a plugin's socket unless the user sets another bound.
pub(crate) const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// What TLS keeps of a connection that the socket has not taken, in bytes: a message of 64 KiB with what stands around it goes
/// in one piece, and not its last few bytes alone. rustls would keep 64 KiB.
pub(crate) const TLS_UNSENT_BYTES_MAX: usize = 128 * 1024;

/// Connections on which somebody has called, that a plugin serves at once, as a number, unless the user sets another
/// bound. A host needs one; a debugger and a health check two more.
pub(crate) const CONNECTIONS_DEFAULT: usize = 128;

/// Connections on which nobody has called yet, as a number, unless the user sets another bound. Together with
/// [`CONNECTIONS_DEFAULT`] they leave a third of the 1024 file descriptors that a process has by default.
pub(crate) const NEWCOMERS_DEFAULT: usize = 512;

/// For how long a newcomer may have sent no byte before it leaves earlier than those that have. A host begins its handshake at
/// once; one that has only just come has had no time, and must not leave for it.
pub(crate) const NEWCOMER_SILENCE: Duration = Duration::from_millis(250);

/// The shortest of the times of keep-alive: below it, pings would be all that a connection does.
pub(crate) const KEEP_ALIVE_TIME_MIN: Duration = Duration::from_millis(10);

/// The longest of them: above it, the clock runs out of numbers.
pub(crate) const KEEP_ALIVE_TIME_MAX: Duration = Duration::from_secs(365 * 24 * 3600);

/// The key of an entry of metadata, in bytes. A name, and not a place for what belongs into its value.
pub(crate) const METADATA_KEY_BYTES_MAX: usize = 256;

/// The silence of a peer after which it is asked for a sign of life, unless the user sets another one.
pub(crate) const KEEP_ALIVE_INTERVAL_DEFAULT: Duration = Duration::from_secs(3);

/// How long a peer may take for that sign, unless the user sets another bound. Older C cores of gRPC look at an idle
/// connection every 5 s only. Both times together are the 10 s after which a caller wants to know.
pub(crate) const KEEP_ALIVE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(7);

/// How long a peer may take for it that may be busy, unless the user sets another bound. A plugin that was taken for dead
/// is lost, so this is more than the work that people leave on a thread without a call.
pub(crate) const KEEP_ALIVE_PATIENCE_DEFAULT: Duration = Duration::from_secs(5 * 60);

/// Questions for a sign of life within that time, as a number. Each one that is given up unanswered is a reset, and h2 takes
/// more than 20 of them that nobody has looked at for an attack.
pub(crate) const KEEP_ALIVE_QUESTIONS: u32 = 10;

/// Calls in flight on one connection, as a number: above it the peer waits, it is not refused.
pub(crate) const STREAMS_MAX: u32 = 1024;

/// Calls that a host begins on a connection before the plugin has said how many it takes, as a number: what HTTP/2 advises
/// every plugin to take at least.
pub(crate) const FIRST_STREAMS_MAX: usize = 100;

/// Metadata of one call in one direction, in bytes as HTTP/2 counts them: 32 for each entry beside key and value.
pub(crate) const HEADER_LIST_BYTES_MAX: u32 = 16 * 1024;

/// What of [`HEADER_LIST_BYTES_MAX`] is left to the wire's own headers, in bytes: path, timeout, status, message.
pub(crate) const HEADER_LIST_BYTES_RESERVED: usize = 6 * 1024;

/// Entries of metadata in one direction of a call, as a number: with 32 bytes for each, more than
/// [`HEADER_LIST_BYTES_MAX`] takes.
pub(crate) const METADATA_ENTRIES_MAX: usize = 512;

/// The `tracestate` that a call passes on, in bytes: what W3C asks of whoever passes one on. It shares
/// [`HEADER_LIST_BYTES_MAX`] with all other metadata.
pub(crate) const TRACE_STATE_BYTES_MAX: usize = 512;

/// Members of one `tracestate`, as a number: W3C's bound. More are no `tracestate`.
pub(crate) const TRACE_STATE_MEMBERS_MAX: usize = 32;

/// The longest time that a call can be given: what gRPC's eight digits can say in hours, and clocks can add.
pub(crate) const CALL_TIMEOUT_MAX: Duration = Duration::from_secs(99_999_999);

/// Calls that may be given up before the handlers' side has looked at them, as a number. h2 takes more for an attack and
/// closes the connection; a host whose plugin was busy for a moment gives up all calls that it may have at once.
pub(crate) const PENDING_RESETS_MAX: usize = 1024;

/// Calls that this side gave up and still knows, as a number: what comes late for them is no fault. Four times the
/// calls that a connection may have at once; each is kept for a second.
pub(crate) const RESETS_REMEMBERED_MAX: usize = 4096;

/// Flow-control window of a stream, in bytes: a 1 MiB message crosses without a pause.
pub(crate) const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;

/// Flow-control window of a connection, in bytes: HTTP/2's largest. A smaller one would be filled by a few streams that
/// nobody reads, and every other call would wait for them. The windows of the streams are the bound.
pub(crate) const CONNECTION_WINDOW_BYTES: u32 = (1 << 31) - 1;

/// Small messages of a stream that are sent together, in bytes with their prefixes: what a frame of HTTP/2 holds unless the
/// peer allows more.
pub(crate) const SENT_TOGETHER_BYTES_MAX: usize = 16 * 1024;

/// Room for messages that go out together below which no further one is asked for, in bytes. Most messages of streams are
/// shorter, and fit; a longer one would often have to go alone behind the others.
pub(crate) const SENT_TOGETHER_ROOM_BYTES_MIN: usize = 1024;

/// How long messages that go out together may take to be made, from the first of them on. A system call costs some
/// microseconds: what takes longer than a few of them to be made does not wait for more.
pub(crate) const SENT_TOGETHER_TIME_MAX: Duration = Duration::from_micros(50);

/// From a connection to the bytes with which a wire begins. Who connects and says nothing does not keep the place.
pub(crate) const PREFACE_TIMEOUT: Duration = Duration::from_secs(5);

/// The payload of a frame of the binary wire that we take, in bytes. Larger than [`BINARY_PART_BYTES_MAX`] with metadata.
pub(crate) const BINARY_FRAME_BYTES_MAX: u32 = 128 * 1024;

/// A part of a message on the binary wire, in bytes: a longer message is cut, so that small calls pass it. 64 KiB of a user's
/// with what stands around them go in one piece; the socket takes it in some 30 microseconds.
pub(crate) const BINARY_PART_BYTES_MAX: usize = 96 * 1024;

/// Small messages of a stream that go in one frame of the binary wire, in bytes with their lengths: some hundred of them, which
/// the socket takes in one write.
pub(crate) const BINARY_SEVERAL_BYTES_MAX: usize = 32 * 1024;

/// What is copied into the buffer of outgoing frames, in bytes; a longer part of a message is written from where it is.
/// And what is copied out of what was read where it may have to wait: else it would hold a whole read.
pub(crate) const BINARY_COPIED_BYTES_MAX: usize = 4 * 1024;

/// Outgoing bytes of a connection above which messages wait for their turn, in bytes: about what a socket takes in one write,
/// and the longest that a small call waits behind large ones.
pub(crate) const BINARY_OUTBOX_BYTES: usize = 256 * 1024;

/// Room for a read from a connection of the binary wire, in bytes, while its calls are small: some hundred of them, and what an
/// idle connection costs in memory.
pub(crate) const BINARY_READ_BYTES_MIN: usize = 32 * 1024;

/// The same where messages are large: what is left of a frame is then moved rarely.
pub(crate) const BINARY_READ_BYTES_MAX: usize = 512 * 1024;

/// Room that is still worth a read from a connection of the binary wire, in bytes. Above it no new room is made: messages that
/// are kept share the buffer, instead of holding one each.
pub(crate) const BINARY_ROOM_BYTES_MIN: usize = 4 * 1024;

/// Reads one after another that take little of the room behind which it is made small again, as a number.
pub(crate) const BINARY_SMALL_READS: u8 = 200;

/// Reads of a connection of the binary wire after which the other tasks of its thread have their turn, as a number.
pub(crate) const BINARY_READS_MAX: usize = 16;

/// Outgoing bytes of a connection of the binary wire above which nothing more is read from it: the peer makes us answer, and
/// does not read what we answer. Calls that were answered are bounded by their number; this is for pings, grants and ends.
pub(crate) const BINARY_UNREAD_OUTBOX_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Calls under way up to which whoever has something to say writes to the connection itself, as a number. With more of them it
/// pays to let the frames of several go out together.
pub(crate) const BINARY_DIRECT_CALLS_MAX: usize = 2;

/// How long a call may take that has no task of its own, on the binary wire: those behind it wait, and on a runtime with one
/// thread nothing else is read. It is what tokio advises as the longest time between two awaits; a task of its own costs a few microseconds.
pub(crate) const QUICK_CALL_TIME_MAX: Duration = Duration::from_micros(100);

/// How long calls of one connection of the binary wire are run one after another before their answers are sent, and others have
/// their turn. Longer than one call takes that is quick, so that many of them can be answered together.
pub(crate) const QUICK_CALLS_TIME_MAX: Duration = Duration::from_micros(500);

/// Calls of a method that get a task of their own behind one that took longer than [`QUICK_CALL_TIME_MAX`], or had to wait, as
/// a number: at first one, at most so many.
pub(crate) const QUICK_CALLS_MISSED_MAX: u8 = 64;

/// What a reader of a stream takes from the connection at once, in bytes.
pub(crate) const BINARY_TAKEN_TOGETHER_BYTES_MAX: usize = 64 * 1024;

/// What a direction of a call may send on the binary wire before some of it was taken, in bytes: a 1 MiB message crosses
/// without a pause.
pub(crate) const BINARY_WINDOW_BYTES: u32 = 1024 * 1024;

/// What all streams of a connection of the binary wire may send together before some of it was taken, in bytes. Sixty-four
/// streams that nobody reads fill it; then streams wait, and calls with single messages do not.
pub(crate) const BINARY_CONNECTION_WINDOW_BYTES: u32 = 64 * 1024 * 1024;

/// Calls of a host on one connection of the binary wire that run or have an answer which nobody has read, as a number: ids have
/// sixteen bits for their place, of which 0 is none.
pub(crate) const BINARY_PLACES: u32 = (1 << 16) - 1;

/// Calls of a host on one connection of the binary wire, as a number, whatever the plugin allows: ids have sixteen bits for
/// their place.
pub(crate) const BINARY_CALLS_MAX: usize = 60_000;

/// What is read at once of a new connection, to find out what is spoken on it, in bytes. What a peer says before it waits for
/// an answer fits, on every wire.
pub(crate) const FIRST_READ_BYTES: usize = 1024;

/// How long a peer that speaks no wire of ours may take for the answer that says so. It is on this machine.
pub(crate) const REFUSAL_TIMEOUT: Duration = Duration::from_secs(1);

/// What a side may say in its HELLO that it takes as the payload of a frame, in bytes. Below it a STATUS, metadata or an entry
/// of the table of methods would have to be cut; above it small calls would wait for the frames of large ones.
pub(crate) const BINARY_HELLO_FRAME_BYTES: std::ops::RangeInclusive<u32> = 64 * 1024..=16 * 1024 * 1024;

/// What a side may say in its HELLO of a window, in bytes. With less a message of some bytes would need several frames; no
/// window can have more.
pub(crate) const BINARY_HELLO_WINDOW_BYTES: std::ops::RangeInclusive<u32> = 64..=(1 << 31) - 1;

/// Methods of a plugin on the binary wire, as a number, aliases included. Terraform's providers, with the most methods of any
/// plugin that we know, have some forty.
pub(crate) const BINARY_METHODS_MAX: usize = 4096;

/// The table of a plugin's methods on the binary wire, in bytes: 1 KiB for each of [`BINARY_METHODS_MAX`]. It is read before
/// anybody has called.
pub(crate) const BINARY_TABLE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The path of a method on the binary wire, in bytes. gRPC carries no longer one, see [`HEADER_LIST_BYTES_MAX`].
pub(crate) const BINARY_PATH_BYTES_MAX: usize = 16 * 1024;

/// The layout of a message in the table of methods, in bytes: it is for people.
pub(crate) const BINARY_LAYOUT_TEXT_BYTES_MAX: usize = 1024;

/// Text of a status that crosses the wire, in bytes as it travels, escapes included: it travels in a header.
pub(crate) const STATUS_MESSAGE_BYTES_MAX: usize = 2 * 1024;

/// Code, text and details of a status together, in bytes as they travel in base64. With
/// [`STATUS_MESSAGE_BYTES_MAX`] they fit into [`HEADER_LIST_BYTES_RESERVED`].
pub(crate) const STATUS_DETAILS_BYTES_MAX: usize = 3 * 1024;

/// What an error quotes of the other side's bytes, in characters.
pub(crate) const QUOTE_CHARACTERS_MAX: usize = 120;

/// The first pause of a plugin's listener after a failed accept; each further one is twice as long.
pub(crate) const ACCEPT_PAUSE_MIN: Duration = Duration::from_millis(2);

/// The longest pause of a plugin's listener after a failed accept: how late it may notice that there are descriptors again.
/// Four attempts a second cost nothing.
pub(crate) const ACCEPT_PAUSE_MAX: Duration = Duration::from_millis(250);

/// Between two lines of the log about the same trouble with connections: who makes them decides how many there are.
pub(crate) const CONNECTION_LOG_PAUSE: Duration = Duration::from_secs(1);

/// Pause after a failed accept (no descriptors left, for example): the listener must not spin.
pub(crate) const ACCEPT_RETRY_PAUSE: Duration = Duration::from_millis(100);

/// Contexts of calls whose memory a connection keeps for its next calls, as a number: some 200 bytes each. More calls than
/// these are seldom under way at once, and an idle connection must cost nothing worth a word.
pub(crate) const CONTEXTS_KEPT_MAX: usize = 64;

/// The payload of one frame of a message family, in bytes, unless the user sets another bound: what `binary_protocol` says
/// and does not enforce.
pub(crate) const FAMILY_PAYLOAD_BYTES_DEFAULT: usize = 1024 * 1024;

/// From the wish to be connected to a TCP connection. `binary_protocol`'s default, so that who moves over sees no new
/// failures.
pub(crate) const FAMILY_CONNECT_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// From the wish to read a frame of a family to the whole frame. `binary_protocol`'s default for one read; it bounds as
/// well how long a peer that says nothing keeps its place.
pub(crate) const FAMILY_READ_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// From the wish to send a frame of a family until the connection has taken all of it. As long as reading may take.
pub(crate) const FAMILY_WRITE_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// From a message of a family to what the handler of a server returns for it. As long as a peer waits for an answer by
/// default: what comes later finds nobody, and a handler that waits for ever would keep the place of a peer that has left.
pub(crate) const FAMILY_HANDLER_TIMEOUT_DEFAULT: Duration = Duration::from_secs(30);

/// How long a server of a family that is asked to stop lets answers that are under way take. Half of the 10 s after which
/// `docker stop` kills.
pub(crate) const FAMILY_STOP_GRACE_DEFAULT: Duration = Duration::from_secs(5);

/// Room that a connection of a family makes for what it reads, in bytes. Some hundred small frames a system call, and what
/// an idle connection costs in memory.
pub(crate) const FAMILY_READ_BYTES: usize = 16 * 1024;

/// Room that is still worth a read from a connection of a family, in bytes. Above it no new room is made: messages that are
/// kept share the buffer, instead of holding one each.
pub(crate) const FAMILY_READ_BYTES_MIN: usize = 4 * 1024;

/// The buffer that a connection of a family keeps in each direction from one frame to the next, in bytes. Larger ones are
/// given back when the frame was sent or taken: a thousand connections that saw one large frame each must not hold its
/// memory.
pub(crate) const FAMILY_KEPT_BYTES_MAX: usize = 64 * 1024;

/// Connections that a server of a family serves at once, as a number, unless the user sets another bound. Below the 1024
/// file descriptors that a process has by default, with some left for the rest of the program.
pub(crate) const FAMILY_CONNECTIONS_DEFAULT: usize = 900;

/// How long a server of a family goes on reading what it throws away before it closes a connection: closed at once, with
/// bytes unread, TCP would take back the last answer. A peer over the longest link reads it within this. The answer to an
/// unknown type has as long, beside the time that receiving may take: the peer may be one that never reads.
pub(crate) const FAMILY_LINGER_TIMEOUT: Duration = Duration::from_secs(1);

/// Datagrams that are thrown away before a question is sent, as a number. The queue of a socket holds some hundred by
/// default; a peer that sends faster than they are thrown away must not keep the question waiting.
pub(crate) const FAMILY_STALE_DATAGRAMS_MAX: usize = 1024;

/// The longest datagram, in bytes: 65535 of an IPv4 packet, without 20 of its header and 8 of UDP's.
pub(crate) const DATAGRAM_BYTES_MAX: usize = 65_507;

/// The longest datagram that can come, in bytes: what the length in UDP's header can say. IPv6 takes a few more than
/// [`DATAGRAM_BYTES_MAX`].
pub(crate) const DATAGRAM_ROOM_BYTES: usize = 65_535;

/// What the testing kit waits for calls to end and connections to close, before it says that something was left behind. Long
/// enough for a busy machine: a test that leaves nothing never waits for it.
pub(crate) const TESTING_TIMEOUT: Duration = Duration::from_secs(5);

/// Bytes between the two ends of a pipe of the testing kit: what a socket of the system holds about.
pub(crate) const TESTING_PIPE_BYTES: usize = 64 * 1024;

/// Bytes that one read of a connection with faults gives at most: its buffer is on the stack.
pub(crate) const TESTING_READ_BYTES_MAX: usize = 4 * 1024;

/// Polls after which the testing kit takes a future for one that never gets ready, as a number.
pub(crate) const TESTING_POLLS_MAX: usize = 10_000;
