//! Counts what a program does with valgrind. The counts are the same on a machine however busy.

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

/// Whether anything can be counted. Says so on standard error if it cannot.
#[must_use]
pub fn is_here_or_warn() -> bool {
    let here = Command::new(PROGRAM)
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !here {
        eprintln!("\n*** NO COUNTS: valgrind is not installed. The times stand alone. ***\n");
    }
    here
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// By callgrind.
    Instructions,
    /// How often memory is asked for, by memcheck: no allocator of our own has to stand in the program that is measured.
    Allocations,
}

impl Count {
    /// Everything that can be counted.
    pub const ALL: [Self; 2] = [Self::Instructions, Self::Allocations];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Allocations => "allocations",
        }
    }

    /// The arguments of [`PROGRAM`] that stand before the counted program and its own.
    ///
    /// The count goes to the file `log`, or to standard error; the profile, which says how many instructions each function
    /// took, to the file `profile`, or nowhere.
    #[must_use]
    pub fn arguments(self, log: Option<&Path>, profile: Option<&Path>) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = match self {
            Self::Instructions => {
                let profile = profile.unwrap_or(Path::new("/dev/null"));
                vec!["--tool=callgrind".into(), option("--callgrind-out-file=", profile)]
            }
            // Nothing but the count: what else it could find takes its time.
            Self::Allocations => {
                vec!["--tool=memcheck".into(), "--leak-check=no".into(), "--undef-value-errors=no".into()]
            }
        };
        arguments.extend(log.map(|log| option("--log-file=", log)));
        arguments
    }

    /// The count in what valgrind said.
    #[must_use]
    pub fn read(self, said: &str) -> Option<u64> {
        said.lines().find_map(|line| match self {
            // `==1234== Collected : 5678`
            Self::Instructions => line.split_once("Collected :")?.1.trim().parse().ok(),
            // `==1234==   total heap usage: 1,234 allocs, 1,200 frees, 56,789 bytes allocated`
            Self::Allocations => {
                let (count, _) = line.split_once("total heap usage:")?.1.split_once("allocs")?;
                count.trim().replace(',', "").parse().ok()
            }
        })
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
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
        let said = "==4242== Events    : Ir\n==4242== Collected : 123456\n";
        assert_eq!(Count::Instructions.read(said), Some(123_456));
        assert_eq!(Count::Instructions.read("==4242== Events    : Ir"), None);
        let said =
            "==42== HEAP SUMMARY:\n==42==   total heap usage: 1,234 allocs, 1 frees, 5 bytes allocated";
        assert_eq!(Count::Allocations.read(said), Some(1_234));
        assert_eq!(Count::Allocations.read("==42== HEAP SUMMARY:"), None);
    }

    #[test]
    fn what_both_counts_hold_is_left_out() {
        assert_eq!(difference(1_000, 3_000, 100), Some(20.0));
        assert_eq!(difference(3_000, 1_000, 100), None);
    }
}
