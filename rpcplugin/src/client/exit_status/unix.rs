use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Signal;

/// The signal that ended it.
pub(in crate::client) fn signal(status: ExitStatus) -> Option<i32> {
    status.signal()
}

/// Whether a program is ended by it that gives up, or does something that it may not.
pub(in crate::client) fn is_signal_of_its_own(number: i32) -> bool {
    const OF_ITS_OWN: [Signal; 6] =
        [Signal::ABORT, Signal::SEGV, Signal::BUS, Signal::ILL, Signal::FPE, Signal::TRAP];
    OF_ITS_OWN.iter().any(|signal| signal.as_raw() == number)
}

/// Whether the system says by this code that it found a library of the program nowhere. Loaders say it in words.
pub(in crate::client) const fn is_missing_library(_code: i32) -> bool {
    false
}
