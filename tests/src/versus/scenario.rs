//! The misfortunes, and what is promised of our host in each.

mod attacks;
mod processes;

use crate::driver::{Host, Outcome, Taken};
use crate::sides::Side;

/// Something that goes wrong.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) says: &'static str,
    run: fn(&Side, bool) -> Finding,
}

/// What was found.
pub(crate) struct Finding {
    pub(crate) text: String,
    /// How long the longest step took.
    pub(crate) seconds: Option<f64>,
    /// Whether it is what we promise.
    pub(crate) as_promised: bool,
}

/// All of them, in the order of the table.
pub(crate) const SCENARIOS: [Scenario; 11] = [
    Scenario {
        name: "B1",
        says: "the plugin's process is stopped (SIGSTOP), then called without a deadline, then ended",
        run: processes::stopped,
    },
    Scenario {
        name: "B2",
        says: "the plugin leaves a child that holds its standard output",
        run: processes::grandchild,
    },
    Scenario {
        name: "B3",
        says: "300,000 bytes without an end of line on file descriptor 1, within a call",
        run: processes::flood,
    },
    Scenario {
        name: "B4",
        says: "a certificate in the handshake line of a host that asked for none",
        run: attacks::certificate,
    },
    Scenario { name: "B5", says: "the host is killed (SIGKILL)", run: processes::killed_host },
    Scenario {
        name: "B6",
        says: "the plugin is killed in the middle of a call, many times",
        run: processes::killed_plugins,
    },
    Scenario {
        name: "B7",
        says: "a checksum, and somebody who exchanges the file at the path again and again",
        run: attacks::exchanged,
    },
    Scenario {
        name: "B8",
        says: "a handshake line that says tcp 192.0.2.7:80",
        run: attacks::foreign_address,
    },
    Scenario {
        name: "B9",
        says: "umask 0 and nothing configured: who can reach the socket, what the plugin is given",
        run: attacks::inherited,
    },
    Scenario {
        name: "B10",
        says: "one stray line on standard output before the handshake",
        run: processes::stray_line,
    },
    Scenario {
        name: "P10",
        says: "a plugin that ends at once, many times, and with a child that holds its pipes",
        run: processes::ended_at_once,
    },
];

impl Scenario {
    pub(crate) fn run(&self, side: &Side, quick: bool) -> Finding {
        eprintln!("{} with {} ...", self.name, side.name);
        (self.run)(side, quick)
    }
}

impl Taken {
    fn is_done(&self) -> bool {
        self.outcome == Outcome::Done
    }

    /// Whether it ended, in whatever way, and the host lives.
    fn has_ended(&self) -> bool {
        matches!(self.outcome, Outcome::Done | Outcome::Failed)
    }

    /// A word or a sentence for it.
    fn says(&self, what: &str) -> String {
        let detail = shortened(&self.detail);
        // Less is only the noise of the machine.
        let after = match self.seconds {
            seconds if seconds >= 1.0 => format!(" after {seconds:.1} s"),
            _ => String::new(),
        };
        match self.outcome {
            Outcome::Done => format!("{what}: done{after}"),
            Outcome::Failed => format!("{what}: failed{after}, \"{detail}\""),
            Outcome::Hung => format!("{what}: **hung**{after}"),
            Outcome::Crashed => format!("{what}: **the host's process ended**, {detail}"),
        }
    }
}

/// What a reader of a table reads of an error.
const DETAIL_CHARS: usize = 110;

fn shortened(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(DETAIL_CHARS) {
        Some((end, _)) => format!("{}..", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The longest of them.
fn longest(taken: &[&Taken]) -> Option<f64> {
    taken.iter().map(|taken| taken.seconds).reduce(f64::max)
}

/// Reads what became of several steps.
fn steps<const COUNT: usize>(host: &mut Host, names: [&str; COUNT]) -> [Taken; COUNT] {
    names.map(|name| host.step(name))
}

/// The side's plugin, started by a shell that says something before.
fn behind(side: &Side, words: &str) -> Vec<String> {
    let mut command =
        vec!["/bin/sh".to_owned(), "-c".to_owned(), format!("{words}\nexec \"$@\""), "sh".to_owned()];
    command.extend(side.plugin.iter().cloned());
    command
}

/// A plugin that is only a shell.
fn shell(words: &str) -> Vec<String> {
    vec!["/bin/sh".to_owned(), "-c".to_owned(), words.to_owned()]
}
