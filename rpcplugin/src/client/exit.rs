use std::error::Error;
use std::fmt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use super::exit_status::{is_signal_of_its_own, signal};
use super::panic_text;
use crate::contract::Status;
use crate::quote::printable;

/// Why a plugin is no longer there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExitReason {
    /// It ended by itself, with this exit code: 0 where it says that all went well.
    Code(i32),
    /// It was ended by the signal with this number. Not on Windows, where a kill is the code 1, and a crash one below 0.
    Signal(i32),
    /// The system killed it for want of memory. Linux alone says so: there the number of such kills in the plugin's control
    /// group, or without one on the whole system, has risen, and this host has not killed it.
    OutOfMemory,
    /// Nobody knows: it is no process of this host's, or its runtime has ended before it.
    Unknown,
}

/// What is known of an end, to make a [`PluginExit`] of.
pub(super) struct Circumstances {
    pub(super) plugin: Arc<str>,
    pub(super) status: Option<ExitStatus>,
    pub(super) is_out_of_memory: bool,
    pub(super) stderr: String,
    pub(super) uptime: Duration,
    pub(super) is_asked: bool,
}

impl Circumstances {
    /// Nothing is known.
    pub(super) const fn unknown(plugin: Arc<str>) -> Self {
        Self {
            plugin,
            status: None,
            is_out_of_memory: false,
            stderr: String::new(),
            uptime: Duration::ZERO,
            is_asked: false,
        }
    }
}

/// How a plugin ended: the reason, what it wrote last, and whether its host wanted it.
///
/// Its text is a sentence that says what to do. A call that the end has cut off carries it: [`PluginExit::of`].
#[derive(Clone)]
pub struct PluginExit {
    plugin: Arc<str>,
    status: Option<ExitStatus>,
    reason: ExitReason,
    // Every call that was cut off carries the end.
    stderr: Arc<str>,
    panic: Option<Arc<str>>,
    uptime: Duration,
    is_asked: bool,
}

impl PluginExit {
    pub(super) fn new(circumstances: Circumstances) -> Self {
        let Circumstances { plugin, status, is_out_of_memory, stderr, uptime, is_asked } = circumstances;
        let reason = match status {
            Some(_) if is_out_of_memory => ExitReason::OutOfMemory,
            Some(status) => match (status.code(), signal(status)) {
                (Some(code), _) => ExitReason::Code(code),
                (None, Some(signal)) => ExitReason::Signal(signal),
                (None, None) => ExitReason::Unknown,
            },
            None => ExitReason::Unknown,
        };
        let panic = if may_be_of_a_panic(reason) { panic_text::find(&stderr) } else { None };
        let plugin = if plugin.chars().all(|character| printable(character).eq([character])) {
            plugin
        } else {
            plugin.chars().flat_map(printable).collect::<String>().into()
        };
        let (stderr, panic) = (stderr.into(), panic.map(Into::into));
        Self { plugin, status, reason, stderr, panic, uptime, is_asked }
    }

    /// The end that a call was cut off by, or came too late for: `None` for every other status.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{PluginExit, Status};
    ///
    /// fn report(status: &Status) {
    ///     match PluginExit::of(status) {
    ///         Some(exit) => eprintln!("{:?} after {:?}: {:?}", exit.reason(), exit.uptime(), exit.panic()),
    ///         None => eprintln!("{status}"),
    ///     }
    /// }
    /// # report(&Status::not_found("no key"));
    /// ```
    #[must_use]
    pub fn of(status: &Status) -> Option<&Self> {
        let mut source = status.source();
        while let Some(error) = source {
            if let Some(exit) = error.downcast_ref() {
                return Some(exit);
            }
            source = error.source();
        }
        None
    }

    /// The name of the plugin: that of its program.
    #[must_use]
    pub fn plugin(&self) -> &str {
        &self.plugin
    }

    /// Why it is no longer there.
    #[must_use]
    pub const fn reason(&self) -> ExitReason {
        self.reason
    }

    /// The operating system's own word; `None` where it was no process of this host's, or could not be waited for.
    #[must_use]
    pub const fn status(&self) -> Option<ExitStatus> {
        self.status
    }

    /// The last 64 KiB of its standard error, as it wrote them: whoever shows them at a terminal escapes them first.
    #[must_use]
    pub fn stderr(&self) -> &str {
        &self.stderr
    }

    /// The panic that ended it, in one line, escaped: the last one in [`stderr`](Self::stderr), or what Go, Python and Java
    /// have for it. `None` after an end that no panic brings about, such as a kill.
    #[must_use]
    pub fn panic(&self) -> Option<&str> {
        self.panic.as_deref()
    }

    /// How long it ran, from the start of its process on.
    #[must_use]
    pub const fn uptime(&self) -> Duration {
        self.uptime
    }

    /// Whether the host had asked for the end before it came: by stopping the plugin, or by dropping it.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.is_asked
    }
}

/// A crash that was caught may have left its words behind, long before somebody killed the plugin.
fn may_be_of_a_panic(reason: ExitReason) -> bool {
    match reason {
        ExitReason::Code(code) => code != 0,
        ExitReason::Signal(number) => is_signal_of_its_own(number),
        ExitReason::OutOfMemory => false,
        ExitReason::Unknown => true,
    }
}

impl fmt::Display for PluginExit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the plugin `{}` ", self.plugin)?;
        match (self.reason, self.status) {
            (ExitReason::OutOfMemory, _) => formatter.write_str("was killed for want of memory")?,
            (ExitReason::Unknown, _) | (_, None) => formatter.write_str("ended, and nobody knows how")?,
            (_, Some(status)) => write!(formatter, "ended ({status})")?,
        }
        if !self.uptime.is_zero() {
            write!(formatter, " after {:.1?}", self.uptime)?;
        }
        if self.is_asked {
            formatter.write_str(", as this host asked")?;
        }
        if let Some(panic) = &self.panic {
            write!(formatter, ": {panic}")?;
        }
        formatter.write_str("; ")?;
        formatter.write_str(self.advice())
    }
}

impl PluginExit {
    /// What to do about it.
    const fn advice(&self) -> &'static str {
        match self.reason {
            _ if self.is_asked => "start it anew to call it again",
            _ if self.panic.is_some() => "mend what its panic names, and start it anew",
            ExitReason::OutOfMemory => "give it more memory, or have it use less, and start it anew",
            ExitReason::Signal(_) => "look who sent the signal, and start it anew",
            ExitReason::Code(0) => {
                "a plugin serves until its host asks it to end: mend it, and start it anew"
            }
            ExitReason::Code(_) => "its standard error says more; start it anew",
            ExitReason::Unknown => "its log may say more; start it anew",
        }
    }
}

impl fmt::Debug for PluginExit {
    /// Of its standard error the length: whatever carries an end is shown with it, and it may be 64 KiB.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PluginExit")
            .field("plugin", &self.plugin)
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("stderr_bytes", &self.stderr.len())
            .field("panic", &self.panic)
            .field("uptime", &self.uptime)
            .field("is_asked", &self.is_asked)
            .finish()
    }
}

impl Error for PluginExit {}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    fn exit(raw: i32, stderr: &str, is_asked: bool) -> PluginExit {
        PluginExit::new(Circumstances {
            status: Some(ExitStatus::from_raw(raw)),
            stderr: stderr.to_owned(),
            uptime: Duration::from_millis(1500),
            is_asked,
            ..Circumstances::unknown("kv".into())
        })
    }

    #[test]
    fn an_end_is_a_sentence_that_says_what_to_do() {
        let cases = [
            (
                exit(2 << 8, "panic: boom\n", false),
                "the plugin `kv` ended (exit status: 2) after 1.5s: panic: boom; mend what its panic names, and start it anew",
            ),
            (
                exit(9, "", false),
                "the plugin `kv` ended (signal: 9 (SIGKILL)) after 1.5s; look who sent the signal, and start it anew",
            ),
            (
                exit(0, "", true),
                "the plugin `kv` ended (exit status: 0) after 1.5s, as this host asked; start it anew to call it again",
            ),
            (
                exit(0, "", false),
                "the plugin `kv` ended (exit status: 0) after 1.5s; a plugin serves until its host asks it to end: mend it, and start it anew",
            ),
            (
                PluginExit::new(Circumstances::unknown("\u{1b}[31mkv".into())),
                "the plugin `\\u{1b}[31mkv` ended, and nobody knows how; its log may say more; start it anew",
            ),
        ];
        for (exit, expected) in cases {
            assert_eq!(exit.to_string(), expected);
        }
    }

    #[test]
    fn a_panic_is_one_that_may_have_ended_it() {
        let stderr = "panic: boom\n";
        for (raw, is_found) in
            [(0, false), (2 << 8, true), (101 << 8, true), (6, true), (9, false), (15, false)]
        {
            assert_eq!(exit(raw, stderr, false).panic().is_some(), is_found, "{raw}");
        }
    }

    #[test]
    fn a_kill_for_want_of_memory_has_a_name() {
        let killed = Circumstances {
            status: Some(ExitStatus::from_raw(9)),
            is_out_of_memory: true,
            ..Circumstances::unknown("kv".into())
        };
        let exit = PluginExit::new(killed);
        assert_eq!(exit.reason(), ExitReason::OutOfMemory);
        assert!(exit.to_string().contains("killed for want of memory; give it more"), "{exit}");
    }

    #[test]
    fn an_end_that_is_shown_within_something_else_has_not_all_that_was_written() {
        let stderr = format!("panic: boom\n{}", "x".repeat(60_000));
        let exit = exit(2 << 8, &stderr, false);
        let shown = format!("{exit:?}");
        assert!(shown.len() < 1000, "{}", shown.len());
        let length = stderr.len().to_string();
        assert!(["panic: boom", &length, "kv"].iter().all(|part| shown.contains(part)), "{shown}");
    }
}
