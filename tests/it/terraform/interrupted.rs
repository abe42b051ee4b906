//! Runs that do not come to their end: a provider that is killed, and a user who does not want to wait.

use std::fs::File;

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use serde_json::json;

use super::tool::{Run, Terraform, comes};

/// Holds the notebook of a run, as another process does that changes it. Dropping the file lets go.
pub(super) fn hold(terraform: &Terraform) -> File {
    let lock = File::create(terraform.path("notes.json.lock")).unwrap();
    flock(&lock, FlockOperation::NonBlockingLockExclusive).unwrap();
    lock
}

/// The process of the provider that waits for the notebook.
async fn waiting(terraform: &Terraform) -> Pid {
    let said = || {
        let log = terraform.log();
        // The last line may be half written.
        let (whole, _) = log.rsplit_once('\n')?;
        let line = whole.lines().rfind(|line| line.contains("waiting for another process"))?;
        assert!(line.contains("[INFO]") && line.contains("path="), "{line}");
        let process = line.split_whitespace().find_map(|word| word.strip_prefix("process="))?;
        Pid::from_raw(process.parse().ok()?)
    };
    comes("a provider that waits", || said().is_some()).await;
    said().unwrap()
}

async fn gone(process: Pid) {
    comes("the end of the provider", || test_kill_process(process).is_err()).await;
}

const NOTE: &str = "resource \"notebook_note\" \"a\" {\n  title = \"a\"\n  text  = \"a\"\n}\n";

#[tokio::test]
async fn a_provider_that_is_killed_at_work_fails_the_run_and_not_the_next_one() {
    let Some(terraform) = Terraform::new() else { return };
    terraform.configure(NOTE);
    let lock = hold(&terraform);
    let run = terraform.begin(&["apply", "-no-color", "-auto-approve"]);
    let provider = waiting(&terraform).await;
    kill_process(provider, Signal::KILL).unwrap();
    // That it did not respond, or that the request was cancelled: Terraform notices the end of the process and of the
    // connection in either order.
    Run::end_of(run).await.fails(&["ApplyResourceChange"]);
    gone(provider).await;
    assert!(!terraform.path("notes.json").exists());

    drop(lock);
    terraform.apply().await;
    assert_eq!(terraform.notebook()["written"], 1);
    terraform.rests().await;
}

#[tokio::test]
async fn an_interrupt_ends_what_waits_and_nothing_is_done() {
    let Some(terraform) = Terraform::new() else { return };
    terraform.configure(NOTE);
    let lock = hold(&terraform);
    let run = terraform.begin(&["apply", "-no-color", "-auto-approve"]);
    let provider = waiting(&terraform).await;
    // As a terminal does it: the provider hears it as well, and leaves it to Terraform what that means.
    kill_process_group(run.group().unwrap(), Signal::INT).unwrap();
    let run = Run::end_of(run).await;
    run.fails(&["The notebook was not changed", "because Terraform is being stopped; apply again"]);
    assert!(run.output.contains("Interrupt received"), "{}", run.output);
    gone(provider).await;
    assert!(!terraform.path("notes.json").exists(), "the lock was never free");

    drop(lock);
    terraform.apply().await;
    assert_eq!(terraform.notebook()["notes"]["note-1"]["title"], json!("a"));
}
