//! A client on grpcio, which is the host, opposite our server.

use std::time::Duration;

use rpcplugin::Security;

use super::table::Outcomes;
use super::{Way, cases};
use crate::python::Python;

/// A client that is not done by then hangs. The soaks may be asked for any number of calls, and so may be this.
const CLIENT_TIMEOUT_SECONDS_DEFAULT: u64 = 300;

pub(super) async fn run(python: &Python, way: Way) -> Outcomes {
    run_cases(python, way, cases().map(|case| case.name)).await
}

/// The same of these cases alone.
pub(super) async fn run_cases(
    python: &Python,
    way: Way,
    cases: impl IntoIterator<Item = &'static str>,
) -> Outcomes {
    let mut command = python.command("conformance_client.py");
    command.args((way.security == Security::AutoMtls).then_some("--tls"));
    command.arg(env!("CARGO_BIN_EXE_conformance_plugin")).args(way.tcp.then_some("--tcp")).arg("--");
    command.args(cases);
    let seconds = std::env::var("RPCPLUGIN_SOAK_TIMEOUT_S").ok().and_then(|seconds| seconds.parse().ok());
    let limit = Duration::from_secs(seconds.unwrap_or(CLIENT_TIMEOUT_SECONDS_DEFAULT));
    let output = tokio::time::timeout(limit, command.output())
        .await
        .unwrap_or_else(|_| {
            panic!("{command:?} is not done after {limit:?}; RPCPLUGIN_SOAK_TIMEOUT_S gives it longer")
        })
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let outcomes: Outcomes = said.lines().filter_map(outcome).collect();
    let all_held = outcomes.values().all(Result::is_ok);
    // What happened outside of the cases: the start of our server, and its end.
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.success(), all_held, "{command:?} says:\n{said}{errors}");
    outcomes
}

fn outcome(line: &str) -> Option<(String, Result<(), String>)> {
    if let Some(case) = line.strip_prefix("ok ") {
        return Some((case.to_owned(), Ok(())));
    }
    let (case, reason) = line.strip_prefix("FAILED ")?.split_once(": ")?;
    Some((case.to_owned(), Err(reason.to_owned())))
}
