//! A provider that a person has started, in a debugger perhaps.

use std::process::Command;

use rustix::process::{Signal, kill_process};

use super::interrupted::hold;
use super::tool::{Run, Terraform, comes, provider_program};
use crate::reattach::Debugged;

#[tokio::test]
async fn one_run_after_the_other_uses_a_provider_that_runs_already() {
    let Some(mut terraform) = Terraform::new() else { return };
    let mut command = Command::new(provider_program());
    let log = std::fs::File::create(terraform.path("provider-log")).unwrap();
    command.arg("--debug").current_dir(terraform.directory.path()).stderr(log);
    let mut provider = Debugged::start(command);
    terraform.attach(&provider.value);
    terraform.configure("resource \"notebook_note\" \"a\" {\n  title = \"a\"\n  text  = \"a\"\n}\n");

    // A run that is given up does not keep the next one from its work.
    let lock = hold(&terraform);
    let run = terraform.begin(&["apply", "-no-color", "-auto-approve"]);
    let said = || std::fs::read_to_string(terraform.path("provider-log")).unwrap();
    comes("a provider that waits", || said().contains("waiting for another process")).await;
    kill_process(run.group().unwrap(), Signal::INT).unwrap();
    Run::end_of(run).await.fails(&["because Terraform is being stopped"]);
    drop(lock);

    terraform.apply().await;
    assert_eq!(terraform.notebook()["notes"]["note-1"]["text"], "a");
    terraform.rests().await;
    terraform.done(&["destroy", "-no-color", "-auto-approve"]).await;
    assert!(provider.process.try_wait().unwrap().is_none(), "nobody has ended it");
    provider.signal(Signal::INT);
    provider.ends();
}
