//! Compiles every `pass/*.rs` and every `fail/*.rs`; what the compiler says about a `fail` case stands beside it as `.stderr`.
//!
//! A case is named after the mistake, and begins with `message_` or `protocol_` after the macro that finds it.
//! To write the expected answers anew: `TRYBUILD=overwrite cargo test -p rpcplugin-ui-tests`, then read each of them.
//! The caret must stand under the smallest thing to change, the sentence must say what to write, and nothing must follow.

use std::io::{self, Write as _};
use std::process::Command;

/// The compiler whose wording the `.stderr` files hold. Another one says the same things in other words.
const COMPILER: &str = "1.95";

#[test]
fn the_compiler_says_what_to_change() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    let found = compiler().expect("rustc -vV names its release");
    if found == COMPILER {
        cases.compile_fail("fail/*.rs");
    } else {
        let notice = format!(
            "SKIPPED every case in `fail/`: they hold the wording of rustc {COMPILER}, this is {found}"
        );
        // Written to the stream itself: what a test prints in the usual way is shown only when it fails.
        writeln!(io::stderr(), "\n*** {notice} ***\n").expect("the test runner has a stream for errors");
    }
}

/// The version of the compiler as `major.minor`.
fn compiler() -> Option<String> {
    let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(program).arg("-vV").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let release = text.lines().find_map(|line| line.strip_prefix("release: "))?;
    Some(release.splitn(3, '.').take(2).collect::<Vec<_>>().join("."))
}
