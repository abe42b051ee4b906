//! A server without file descriptors. The limit holds for a whole process, so this test starts itself again in one with few.

use std::process::Command;

use tokio::net::TcpListener;

use super::poll_times;
use crate::family::{FamilyConnection, FamilyOptions, serve_tcp};
use crate::limits::ACCEPT_RETRY_PAUSE;
use crate::message::sample::Telemetry;

/// Set in the process that has few.
const FEW: &str = "RPCPLUGIN_TEST_FEW_DESCRIPTORS";

const NAME: &str = "family::tests::descriptors::a_server_without_descriptors_waits_for_them";

#[test]
fn a_server_without_descriptors_waits_for_them() {
    if std::env::var_os(FEW).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(run_out_of_descriptors());
    }
    let program = std::env::current_exe().unwrap();
    let script = "ulimit -n 40 && exec \"$0\" --exact \"$1\" --test-threads 1";
    let output =
        Command::new("sh").args(["-c", script]).arg(program).arg(NAME).env(FEW, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

async fn run_out_of_descriptors() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = |message: Telemetry| async move { Ok::<_, String>(Some(message)) };
    let _serving = tokio::spawn(serve_tcp(listener, FamilyOptions::new(), echo));
    let connect = || FamilyConnection::<Telemetry, _>::connect_tcp(address, FamilyOptions::new());
    // Both ends are of this process: our end takes the last descriptor, and there is none for the server's.
    let mut taken = Vec::new();
    let error = loop {
        match std::fs::File::open("/dev/null") {
            Ok(file) => taken.push(file),
            Err(error) => break error,
        }
        assert!(taken.len() < 40, "the limit does not hold");
    };
    assert!(error.to_string().contains("Too many open files"), "{error}");
    taken.pop();
    let mut client = connect().await.unwrap();
    assert!(std::fs::File::open("/dev/null").is_err());
    client.send(&Telemetry::sensor()).await.unwrap();
    // Long enough for many attempts of a server that would spin or end.
    tokio::time::sleep(2 * ACCEPT_RETRY_PAUSE).await;
    assert!(poll_times(client.receive(), 1).is_none(), "it was accepted without a descriptor");
    drop(taken);
    assert_eq!(client.receive().await.unwrap(), Some(Telemetry::sensor()));
    assert_eq!(connect().await.unwrap().request(&Telemetry::sensor()).await.unwrap(), Telemetry::sensor());
}
