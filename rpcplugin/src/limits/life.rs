//! The bounds of a plugin's life: start, handshake, output, end.

use std::time::Duration;

/// How often a plugin asks who its parent is, on a system that tells nobody of the end of one: a plugin without a host is in
/// nobody's way for a second.
#[cfg(all(feature = "server", unix))]
pub(crate) const PARENT_LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// How long a runner is asked why a plugin did not start. It is one more moment for whoever waits for the error.
pub(crate) const RUNNER_DIAGNOSIS_TIMEOUT: Duration = Duration::from_secs(1);

/// What a runner says of that, in characters: some lines of a container's state. The rest is left out.
pub(crate) const RUNNER_DIAGNOSIS_CHARACTERS_MAX: usize = 4096;

/// The handshake line, in bytes: a P-521 certificate is 800 characters, a socket path at most 107; the rest is room.
pub(crate) const HANDSHAKE_LINE_BYTES_MAX: usize = 64 * 1024;

/// From the spawn to the handshake line. go-plugin's default, so a host that moves over sees no new failures.
pub(crate) const START_TIMEOUT_DEFAULT: Duration = Duration::from_secs(60);

/// From the handshake line to an HTTP/2 connection, TLS included. Both ends are on one machine.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// From the request to end to the SIGTERM: go-plugin's whole time, which a plugin of ours with calls under way keeps to.
pub(crate) const STOP_ASK_DEFAULT: Duration = Duration::from_secs(2);

/// From the SIGTERM to the kill. A plugin that was asked before has had its time; this is for one that could not be.
pub(crate) const STOP_TERMINATE_DEFAULT: Duration = Duration::from_millis(500);

/// From the kill to the end of a stop, or from the plugin's own end: for reaping it and for its last output. Together with
/// the stages before it is 3 s, as long as a person waits for a program to end.
pub(crate) const STOP_KILL_DEFAULT: Duration = Duration::from_millis(500);

/// How long a plugin lets calls run on that are under way when it is asked to end. With what it still prints this is less
/// than [`STOP_ASK_DEFAULT`], which is a Go host's time as well: a plugin that ends in order must not be killed for it.
pub(crate) const SERVE_GRACE_DEFAULT: Duration = Duration::from_secs(1);

/// From a request to end that was not answered to the SIGTERM: a go-plugin plugin ends without an answer.
pub(crate) const UNANSWERED_END_TIMEOUT: Duration = Duration::from_millis(500);

/// From the end of the stdio stream to the end of the connections that carried it. After the grace and after
/// [`OUTPUT_DRAIN_TIMEOUT`] the plugin must still end before a Go host's 2 s.
pub(crate) const SETTLE_TIMEOUT: Duration = Duration::from_millis(300);

/// From the kill to the reaped process. Only a process in uninterruptible sleep takes longer.
pub(crate) const REAP_TIMEOUT: Duration = Duration::from_secs(1);

/// How long the plugin's last output is waited for after its process ended; a grandchild may hold the pipe for ever.
pub(crate) const OUTPUT_DRAIN_TIMEOUT: Duration = Duration::from_millis(500);

/// What a host reads of the file in which a plugin says which wires it speaks, in bytes: some lines with an address each.
pub(crate) const WIRES_FILE_BYTES_MAX: u64 = 4 * 1024;

/// A line of a plugin's stderr, in bytes; the rest of a longer line is counted and left out.
pub(crate) const LOG_LINE_BYTES_MAX: usize = 64 * 1024;

/// Lines of the plugin's stderr that an error carries, as a number: enough for a panic and what led to it.
pub(crate) const STDERR_TAIL_LINES_MAX: usize = 20;

/// One line of [`STDERR_TAIL_LINES_MAX`], in characters.
pub(crate) const STDERR_TAIL_LINE_CHARACTERS_MAX: usize = 512;

/// One chunk of the plugin's stdout or stderr on the stdio stream, in bytes.
pub(crate) const STDIO_CHUNK_BYTES_MAX: usize = 8 * 1024;

/// Output that waits for the host to read it, in bytes; the oldest is dropped, because a plugin must never block in a
/// print. Bytes and not pieces: a program that prints many short lines must not lose them.
pub(crate) const STDIO_BYTES_MAX: usize = 2 * 1024 * 1024;

/// A socket path, in bytes: `sun_path` holds 108 with its terminating zero on Linux, and 104 on macOS.
pub(crate) const SOCKET_PATH_BYTES_MAX: usize = if cfg!(target_vendor = "apple") { 103 } else { 107 };

/// A certificate is made for one pair of processes and stored nowhere. A Go host checks the dates again whenever it
/// reconnects: a plugin that runs for longer can be called on the connections that it has, not on new ones.
pub(crate) const CERTIFICATE_LIFETIME: Duration = Duration::from_secs(365 * 24 * 3600);

/// How far the two clocks of one machine may be apart when a certificate is made.
pub(crate) const CERTIFICATE_BACKDATE: Duration = Duration::from_secs(3600);

/// Versions in one offer that are looked at, as a number: a bound, so that the search stays short.
pub(crate) const PROTOCOL_VERSIONS_MAX: usize = 256;

/// Ports that a plugin on TCP may take: go-plugin's range.
pub(crate) const PLUGIN_PORTS_DEFAULT: std::ops::RangeInclusive<u16> = 10_000..=25_000;

/// Pieces of output that wait for a writer of the host's, as a number; later ones are dropped, because the plugin must
/// never wait for the host's terminal. A plugin in Go sends pieces of at most 1 KiB: there are enough of them for all of
/// [`SINK_BYTES_MAX`], and for smaller ones.
pub(crate) const SINK_CHUNKS_MAX: usize = 4096;

/// Bytes that wait for a writer of the host's: the pieces come from the plugin, and so does their size.
pub(crate) const SINK_BYTES_MAX: usize = 1024 * 1024;

/// One record of a plugin's log, its line end included, in bytes. go-plugin cuts lines at 64 KiB and reads no record in the pieces.
pub(crate) const LOG_RECORD_BYTES_MAX: usize = 60 * 1024;

/// The message of such a record, in bytes of JSON, and that of a panic in bytes: most of a line is left for fields.
pub(crate) const LOG_MESSAGE_BYTES_MAX: usize = 16 * 1024;

/// What is kept of a plugin's standard error for how it ended, in bytes: the trace of a crash in any language fits.
pub(crate) const STDERR_KEPT_BYTES_MAX: usize = 64 * 1024;

/// What is quoted of the panic that ended a plugin, in characters: it stands in the error of each call.
pub(crate) const PANIC_CHARACTERS_MAX: usize = 512;

/// From a plugin's end to the word of it, for what it wrote last: that is in the pipe by then, and only somebody else who
/// holds the pipe keeps its end away. The calls under way wait for this word.
pub(crate) const EXIT_STDERR_TIMEOUT: Duration = Duration::from_millis(50);

/// From the end of a program that did not become a plugin to the error, for what it wrote last on both of its pipes, with
/// [`EXIT_STDERR_TIMEOUT`] in it. The error should be there within a tenth of a second, and needs some of it for itself.
pub(crate) const UNSTARTED_OUTPUT_TIMEOUT: Duration = Duration::from_millis(60);

/// What the tasks that read have behind such a time, where this process was not at work while it went by: a turn of each is over
/// in microseconds.
pub(crate) const READERS_TURN_TIMEOUT: Duration = Duration::from_millis(10);

/// What is read of a program that the system did not start, to find out what it is, in bytes: linkers put the name of the
/// loader into the first page.
pub(crate) const PROGRAM_HEAD_BYTES_MAX: u64 = 16 * 1024;

/// From the handshake line to a socket that takes connections. A plugin that says where it listens listens already; this is
/// for one that says so a moment too early. One that never does must not be waited for as long as for a busy one.
pub(crate) const LISTEN_TIMEOUT: Duration = Duration::from_secs(2);

/// The first pause before the next attempt to connect to a plugin that does not listen yet; each further one is twice as long.
pub(crate) const LISTEN_PAUSE_MIN: Duration = Duration::from_millis(2);

/// The longest of these pauses: how much later than necessary a plugin is reached.
pub(crate) const LISTEN_PAUSE_MAX: Duration = Duration::from_millis(50);

/// How long the end of a process is waited for whose connection failed. A process that is ending closes its sockets a moment
/// before it is known to have ended, and how it ended says more than that it hung up.
pub(crate) const ENDING_TIMEOUT: Duration = Duration::from_millis(200);

/// A text that says how to attach to plugins, in bytes: what Linux lets one variable hold.
pub(crate) const REATTACH_TEXT_BYTES_MAX: usize = 128 * 1024;

/// Plugins that are listed of one directory, as a number: a host with more of them would start none of them by hand.
pub(crate) const DISCOVERED_PLUGINS_MAX: usize = 4096;

/// From the loss of a connection to the word that the plugin has ended, with [`EXIT_STDERR_TIMEOUT`] in it: the system closes
/// the connections of a process just before it is gone. A call on a connection that was lost for another reason waits as long.
pub(crate) const EXIT_TOLD_TIMEOUT: Duration = Duration::from_millis(500);

/// Lines on a plugin's standard output that are skipped before its handshake line, as a number, unless the user sets another
/// bound: the banner of a library, the warnings of a start script.
pub(crate) const HANDSHAKE_STRAY_LINES_DEFAULT: usize = 64;

/// These lines together, in bytes. They are kept until somebody can be given them.
pub(crate) const HANDSHAKE_STRAY_BYTES_MAX: usize = 64 * 1024;

/// Parents of a process that are followed to find out whether the plugin started it, as a number. Nobody stacks so many shells.
pub(crate) const ANCESTORS_MAX: usize = 32;

/// The bound of the pause before the first restart of a plugin, unless the user sets another one. It is not noticed by
/// whoever waits for the plugin, and enough to spread the restarts of plugins that failed together.
pub(crate) const RESTART_DELAY_SHORTEST_DEFAULT: Duration = Duration::from_millis(100);

/// The bound of the pause before a restart behind many failures, unless the user sets another one. How late a plugin may be
/// back whose trouble has gone.
pub(crate) const RESTART_DELAY_LONGEST_DEFAULT: Duration = Duration::from_secs(30);

/// The longest bound of a pause that a user may set: longer, and it is no restart. Clocks can add it.
pub(crate) const RESTART_DELAY_MAX: Duration = Duration::from_secs(24 * 3600);

/// How long a plugin must run to begin with the shortest pause again, unless the user sets another time. One that cannot do
/// its work fails sooner.
pub(crate) const RESTART_HEALTHY_DEFAULT: Duration = Duration::from_secs(10);

/// Restarts within [`RESTART_WINDOW_DEFAULT`], as a number, unless the user sets another one. One plugin in trouble for a
/// moment needs one or two; the fifth one needs a person.
pub(crate) const RESTARTS_DEFAULT: usize = 5;

/// The time in which restarts are counted, unless the user sets another one. Longer than five restarts take with their pauses.
pub(crate) const RESTART_WINDOW_DEFAULT: Duration = Duration::from_secs(60);

/// Restarts within a window that a user may allow, as a number: each is remembered.
pub(crate) const RESTARTS_MAX: usize = 1000;

/// How long what is done behind each start of a plugin may take together, unless the user sets another bound. It is a part of
/// the start: see [`START_TIMEOUT_DEFAULT`].
pub(crate) const ON_START_TIMEOUT_DEFAULT: Duration = Duration::from_secs(60);

/// Between two looks at whether the connection of a supervised plugin is there. Calls that find it lost say so at once; this is
/// for a plugin that nobody calls.
pub(crate) const CONNECTION_LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Between two questions for a plugin's health, unless the user sets another time. Kubernetes' default.
pub(crate) const HEALTH_INTERVAL_DEFAULT: Duration = Duration::from_secs(10);

/// How long the answer may take, unless the user sets another bound. A plugin that needs longer is busier than its host
/// should leave unsaid.
pub(crate) const HEALTH_ANSWER_TIMEOUT_DEFAULT: Duration = Duration::from_secs(5);

/// How long a plugin may be anything but healthy, unless the user sets another bound: three questions, as in Kubernetes.
pub(crate) const UNHEALTHY_TIME_DEFAULT: Duration = Duration::from_secs(30);

/// The shortest time of a health check that a user may set: with less, questions are all that a connection carries.
pub(crate) const HEALTH_INTERVAL_MIN: Duration = Duration::from_millis(10);

/// The longest time of a health check that a user may set. Clocks can add it.
pub(crate) const HEALTH_INTERVAL_MAX: Duration = Duration::from_secs(24 * 3600);

/// How long a connection is kept whose plugin has ended: the answers that came in time are read by then, and only a process that
/// the plugin has left behind still holds the other end.
pub(crate) const CONNECTION_OUTLIVES_TIMEOUT: Duration = Duration::from_secs(1);

/// Looks at such a connection in this time, as a number: what waits for it to be lost is gone soon after.
pub(crate) const CONNECTION_OUTLIVES_LOOKS: u32 = 50;

/// What a plugin may write to the log of its host in a second, on each of its streams, in bytes, unless the user sets another
/// bound: some twenty thousand short lines. More than that nobody reads, and it fills a disk in a night.
pub(crate) const LOG_BYTES_PER_SECOND_DEFAULT: usize = 4 * 1024 * 1024;

/// What a line of the log costs beside its text, in bytes: the rest of the line in the log of the host.
pub(crate) const LOG_LINE_COST_BYTES: usize = 128;

/// Bytes of one stream of a plugin that wait for the log of the host. Beyond it the log is waited for, and then left alone.
pub(crate) const LOG_WAITING_BYTES_MAX: usize = 1024 * 1024;

/// How long a plugin waits for a log that is behind, before its lines are left out. A pause of a disk is over by then, and a
/// plugin that waits for its log answers no calls.
pub(crate) const LOG_PATIENCE: Duration = Duration::from_millis(500);

/// What a plugin's socket needs below the directory for temporary files of its host, in bytes: 25 for the host's directory in
/// it, and 24 for `/plugin-12345678/socket`, which is longer than the names that go-plugin and pyvider's plugins choose.
pub(crate) const PLUGIN_SOCKET_ROOM_BYTES: usize = 49;

/// For a new guard to read what it is told at its start, where that is more than a pipe holds. It takes some milliseconds.
pub(crate) const GUARD_ROOM_TIMEOUT: Duration = Duration::from_millis(500);
