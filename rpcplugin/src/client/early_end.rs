//! A plugin that ended before it said where it listens: what its end looks like. Pure.

use std::fmt;
use std::process::ExitStatus;

use super::exit_status::{is_missing_library, signal};

/// What the end of a program before its handshake line looks like, as far as its status and its last words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EarlyEnd {
    /// It closed its standard output, and ran on. It was killed then.
    OutputClosed,
    /// It ended, and nobody knows how: a runner need not say it.
    Unknown,
    /// It ended by itself, with the exit code in the status.
    Exited,
    /// A signal ended it: it crashed, or somebody killed it.
    Signalled,
    /// It says that it is a plugin of another host: it has another cookie, or expects another variable for it.
    Cookie,
    /// A library that it needs was not found when it began.
    MissingLibrary,
    /// A command that it should have run was not found. Scripts and `env` say so.
    MissingCommand,
}

impl EarlyEnd {
    /// Looks at the end, if there was one, with its status, and at the last lines of standard error.
    pub(super) fn of(ended: Option<Ended>, last_lines: &[String]) -> Self {
        let status = match ended {
            None => return Self::OutputClosed,
            Some(Ended(None)) => return Self::Unknown,
            Some(Ended(Some(status))) => status,
        };
        let says =
            |words: &[&str]| last_lines.iter().any(|line| words.iter().any(|word| line.contains(word)));
        match status.code() {
            None => Self::Signalled,
            Some(0) => Self::Exited,
            Some(_) if says(&COOKIE) => Self::Cookie,
            Some(127) if says(&LIBRARY) => Self::MissingLibrary,
            Some(code) if is_missing_library(code) => Self::MissingLibrary,
            Some(127) => Self::MissingCommand,
            Some(_) => Self::Exited,
        }
    }

    /// What to do.
    pub(super) const fn advice(self) -> &'static str {
        match self {
            Self::OutputClosed => "a plugin keeps its standard output open until its handshake line is there",
            Self::Unknown => {
                "a plugin runs until its host ends it: see what it said, and the log of what started it"
            }
            Self::Exited => {
                "a plugin runs until its host ends it: see what it said, and whether it is the right program with the right arguments"
            }
            Self::Signalled => {
                "it crashed, or somebody killed it: see what it said, and the system's log for a want of memory"
            }
            Self::Cookie => "it does not know the cookie of this host; give host and plugin the same one",
            Self::MissingLibrary => {
                "a library that it needs was not found; install it, or say where it is with LD_LIBRARY_PATH"
            }
            Self::MissingCommand => {
                "a command that it needs was not found; install it, or pass the right PATH"
            }
        }
    }
}

/// What plugins say that were not started by their host: those of this crate, and Go's.
const COOKIE: [&str; 3] =
    [": this program is a plugin;", ": this plugin belongs to another host;", "This binary is a plugin."];

/// What the loaders of GNU's and of musl's C library say.
const LIBRARY: [&str; 2] = ["error while loading shared libraries", "Error loading shared library"];

/// How it ended, as far as is known, for a sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended(pub(super) Option<ExitStatus>);

impl fmt::Display for Ended {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            // Of a signal it says the number and the name.
            Some(status) if signal(status).is_some() => write!(formatter, "was ended by a {status}"),
            Some(status) => write!(formatter, "ended ({status})"),
            None => formatter.write_str("ended (nobody knows how)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn an_end_is_known_by_its_status_and_its_last_words() {
        let raw = |raw: i32| Some(Ended(Some(ExitStatus::from_raw(raw))));
        let code = |code: i32| raw(code << 8);
        let go = "This binary is a plugin. These are not meant to be executed directly.";
        let ours = crate::handshake::CookieError::Missing { key: "KEY".to_owned() }.to_string();
        let other = crate::handshake::CookieError::Different { key: "KEY".to_owned() }.to_string();
        let glibc = "kv: error while loading shared libraries: libkv.so.1: cannot open shared object file";
        for (ended, said, expected) in [
            (None, "", EarlyEnd::OutputClosed),
            (Some(Ended(None)), "", EarlyEnd::Unknown),
            (code(0), "", EarlyEnd::Exited),
            (code(1), "the disk is full", EarlyEnd::Exited),
            (raw(11), "", EarlyEnd::Signalled),
            // Whoever was killed did not end for what it said.
            (raw(9), go, EarlyEnd::Signalled),
            (code(1), go, EarlyEnd::Cookie),
            (code(1), &ours, EarlyEnd::Cookie),
            (code(1), &other, EarlyEnd::Cookie),
            (code(127), glibc, EarlyEnd::MissingLibrary),
            (code(127), "env: 'python9': No such file or directory", EarlyEnd::MissingCommand),
        ] {
            assert_eq!(EarlyEnd::of(ended, &[said.to_owned()]), expected, "{ended:?} {said}");
        }
    }
}
