//! Counts the instructions of a program with valgrind's callgrind. They are the same on a machine however busy.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// The program that counts.
pub const PROGRAM: &str = "valgrind";

/// A variable that every counted program must find in its environment.
///
/// The x86 instruction that copies any number of bytes counts as one for each byte under valgrind, and glibc takes it for
/// long copies. Kept from it, it copies with vectors, as the loops do that it is compared with.
pub const NO_STRING_INSTRUCTIONS: (&str, &str) = (
    "GLIBC_TUNABLES",
    "glibc.cpu.x86_rep_movsb_threshold=1000000000:glibc.cpu.x86_rep_stosb_threshold=1000000000",
);

/// Whether instructions can be counted. Says so on standard error if they cannot.
#[must_use]
pub fn is_here_or_warn() -> bool {
    let here = Command::new(PROGRAM)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !here {
        eprintln!("\n*** NO INSTRUCTIONS: valgrind is not installed. The times stand alone. ***\n");
    }
    here
}

/// The arguments of [`PROGRAM`] that stand before the counted program and its own.
///
/// The count goes to the file `log`, or to standard error; the profile, which says what each function took, to the file
/// `profile`, or nowhere.
#[must_use]
pub fn arguments(log: Option<&Path>, profile: Option<&Path>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["--tool=callgrind".into()];
    arguments.push(option("--callgrind-out-file=", profile.unwrap_or(Path::new("/dev/null"))));
    arguments.extend(log.map(|log| option("--log-file=", log)));
    arguments
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// The count in what valgrind said.
#[must_use]
pub fn count(said: &str) -> Option<u64> {
    said.lines().find_map(collected)
}

/// `==1234== Collected : 5678`
fn collected(line: &str) -> Option<u64> {
    line.split_once("Collected :")?.1.trim().parse().ok()
}

/// What one of `times` took, by two counts of which the second is of twice as many: what else a process does is in both.
#[must_use]
pub fn difference(once: u64, twice: u64, times: u32) -> Option<f64> {
    let more = u32::try_from(twice.checked_sub(once)?).ok()?;
    Some(f64::from(more) / f64::from(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_found_in_what_valgrind_says() {
        assert_eq!(count("==4242== Events    : Ir\n==4242== Collected : 123456\n"), Some(123_456));
        assert_eq!(count("==4242== Events    : Ir"), None);
    }

    #[test]
    fn what_both_counts_hold_is_left_out() {
        assert_eq!(difference(1_000, 3_000, 100), Some(20.0));
        assert_eq!(difference(3_000, 1_000, 100), None);
    }
}
