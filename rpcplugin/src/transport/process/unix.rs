use std::io;

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::Process;

impl Process {
    /// What the process with this number does. It waits for nothing.
    pub(in crate::transport) fn look(number: Option<u32>) -> Self {
        // The system calls a process 0 that it knows and does not show.
        let process = number.and_then(|number| i32::try_from(number).ok()).and_then(Pid::from_raw);
        let Some(process) = process else { return Self::Unknown };
        match state(process) {
            Ok(Some('T' | 't')) => Self::Stopped,
            // One that has ended and that its parent has not asked for yet.
            Ok(Some('Z' | 'X' | 'x')) => Self::Gone,
            Ok(_) => Self::Runs,
            // It is gone, or not for us to see.
            Err(_) if test_kill_process(process) == Err(Errno::SRCH) => Self::Gone,
            Err(_) => Self::Runs,
        }
    }
}

fn state(process: Pid) -> io::Result<Option<char>> {
    Ok(stat(process.as_raw_nonzero().get())?.trim_start().chars().next())
}

/// The process that started this one, or took it over; `None` where the system does not say.
#[cfg(feature = "client")]
pub(in crate::transport) fn parent(process: u32) -> Option<u32> {
    stat(process).ok()?.split_ascii_whitespace().nth(1)?.parse().ok()
}

/// The group of a process: 0 if that is one of another container. `None` if the process is gone.
#[cfg(feature = "client")]
pub(in crate::transport) fn group(process: u32) -> Option<u32> {
    stat(process).ok()?.split_ascii_whitespace().nth(2)?.parse().ok()
}

/// Whether a process of this user has the group among those that it has beside its own. Not where the system does not say.
pub(in crate::transport) fn is_in_group(process: u32, user: u32, group: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let numbers = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_ascii_whitespace().filter_map(|number| number.parse::<u32>().ok())
    };
    // The second is the one that counts for what it may do. Of another user, it is another process with the same number.
    numbers("Uid:").nth(1) == Some(user) && numbers("Groups:").any(|found| found == group)
}

/// What the system says of a process behind its number and its name.
fn stat(process: impl std::fmt::Display) -> io::Result<String> {
    // No device is behind this file.
    let mut text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program stands before in parentheses, and may hold any.
    let end = text.rfind(')').map_or(text.len(), |end| end.saturating_add(1));
    text.drain(..end);
    Ok(text)
}

#[cfg(test)]
pub(in crate::transport) mod tests {
    use std::process::{Child, Command};
    use std::time::{Duration, Instant};

    use rustix::process::{Signal, kill_process};

    use super::*;

    /// A process that sleeps. Dropping it kills it.
    pub(in crate::transport) struct Sleeper(Child);

    impl Sleeper {
        pub(in crate::transport) fn start() -> Self {
            Self(Command::new("sleep").arg("600").spawn().unwrap())
        }

        pub(in crate::transport) fn number(&self) -> u32 {
            self.0.id()
        }

        /// Sends the signal and waits until it has worked.
        pub(in crate::transport) fn signal(&self, signal: Signal, expected: Process) {
            let process = Pid::from_raw(i32::try_from(self.number()).unwrap()).unwrap();
            kill_process(process, signal).unwrap();
            let clock = Instant::now();
            while Process::look(Some(self.number())) != expected {
                assert!(clock.elapsed() < Duration::from_secs(60), "the signal does not work");
                std::thread::yield_now();
            }
        }
    }

    impl Drop for Sleeper {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    #[test]
    fn a_process_that_runs_is_told_from_one_that_was_stopped_and_one_that_ended() {
        let sleeper = Sleeper::start();
        let number = Some(sleeper.number());
        assert_eq!(Process::look(number), Process::Runs);
        sleeper.signal(Signal::STOP, Process::Stopped);
        sleeper.signal(Signal::CONT, Process::Runs);
        // Nobody has asked for its end yet.
        sleeper.signal(Signal::KILL, Process::Gone);
        drop(sleeper);
        assert_eq!(Process::look(number), Process::Gone);
        assert_eq!(Process::look(Some(std::process::id())), Process::Runs);
        // The first process of the system: it may be another user's.
        assert_eq!(Process::look(Some(1)), Process::Runs);
    }

    #[test]
    fn a_process_without_a_number_is_unknown() {
        for number in [None, Some(0), Some(u32::MAX)] {
            assert_eq!(Process::look(number), Process::Unknown);
        }
    }
}
