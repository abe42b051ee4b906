//! Terraform or OpenTofu, with a directory that has the provider in it.
#![expect(
    clippy::indexing_slicing,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::group::Grouped;
use crate::interop::answers;
use crate::support::skipped;

/// A run that is not done by then hangs.
const RUN_TIMEOUT: Duration = Duration::from_secs(120);

/// What every configuration here begins with: eight lines.
const HEAD: &str = r#"terraform {
  required_providers {
    notebook = { source = "example.com/demo/notebook" }
  }
}
provider "notebook" {
  path = "notes.json"
}
"#;

/// The program, and the directory in which it runs.
pub(super) struct Terraform {
    program: String,
    pub(super) directory: TempDir,
    /// Where it takes the provider from.
    overridden: bool,
    /// The variable for a provider that runs already.
    reattach: Option<String>,
}

impl Terraform {
    /// A directory for it, where the program is there.
    pub(super) fn new() -> Option<Self> {
        let program = program()?;
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("provider")).unwrap();
        let provider = directory.path().join("provider/terraform-provider-notebook");
        std::os::unix::fs::symlink(provider_program(), provider).unwrap();
        Some(Self { program, directory, overridden: true, reattach: None })
    }

    /// From now on with a provider that runs already, and is found nowhere else.
    pub(super) fn attach(&mut self, variable: &str) {
        self.overridden = false;
        self.reattach = Some(variable.to_owned());
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Writes the configuration: the provider with its notebook, and this behind it.
    pub(super) fn configure(&self, text: &str) {
        self.configure_whole(&format!("{HEAD}{text}"));
    }

    /// Writes all of the configuration.
    pub(super) fn configure_whole(&self, text: &str) {
        std::fs::write(self.path("main.tf"), text).unwrap();
    }

    /// What is in the notebook.
    pub(super) fn notebook(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.path("notes.json")).unwrap()).unwrap()
    }

    /// Writes into the notebook, behind the back of everybody.
    pub(super) fn scribble(&self, pages: &Value) {
        std::fs::write(self.path("notes.json"), pages.to_string()).unwrap();
    }

    /// The log of all runs so far: of the provider alone.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let overrides = match self.overridden {
            true => {
                format!("dev_overrides {{ \"example.com/demo/notebook\" = {:?} }}", self.path("provider"))
            }
            false => String::new(),
        };
        let settings = format!("provider_installation {{\n  {overrides}\n  direct {{}}\n}}\n");
        std::fs::write(self.path("cli.tfrc"), settings).unwrap();
        let mut command = Command::new(&self.program);
        for name in settings_of_the_person() {
            command.env_remove(name);
        }
        command
            .current_dir(self.directory.path())
            .args(arguments)
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"))
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .env("TF_LOG_PROVIDER", "DEBUG")
            .env("TF_LOG_PATH", self.path("log"))
            .envs(self.reattach.iter().map(|value| ("TF_REATTACH_PROVIDERS", value)));
        command
    }

    /// Begins a run. Its provider is in its process group.
    pub(super) fn begin(&self, arguments: &[&str]) -> Grouped {
        Grouped::start(&mut self.command(arguments))
    }

    /// Runs it to its end.
    pub(super) async fn run(&self, arguments: &[&str]) -> Run {
        Run::end_of(self.begin(arguments)).await
    }

    /// Runs it, and expects that all is well.
    pub(super) async fn done(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments).await;
        assert_eq!(run.code, Some(0), "{arguments:?}\n{}\n{}", run.output, run.errors);
        run.output
    }

    pub(super) async fn apply(&self) {
        self.done(&["apply", "-no-color", "-auto-approve"]).await;
    }

    /// Expects that there is nothing to do.
    pub(super) async fn rests(&self) {
        self.done(&["plan", "-no-color", "-detailed-exitcode"]).await;
    }

    /// Plans, and gives the plan as it can be read by programs.
    pub(super) async fn plan(&self) -> Plan {
        self.done(&["plan", "-no-color", "-out=plan"]).await;
        let text = self.done(&["show", "-json", "plan"]).await;
        Plan(serde_json::from_str(&text).unwrap())
    }
}

/// How a run ended.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) output: String,
    pub(super) errors: String,
}

impl Run {
    /// Waits for the end of a run.
    pub(super) async fn end_of(mut run: Grouped) -> Self {
        let ended = run.end(RUN_TIMEOUT).await.expect("the run ends");
        Self {
            code: ended.status.code(),
            output: String::from_utf8(ended.stdout).unwrap(),
            errors: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// Expects that it failed and said all of this.
    pub(super) fn fails(&self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{}\n{}", self.output, self.errors);
        // Lines are broken to a width, and have a border.
        let said: Vec<_> = self.errors.split_whitespace().filter(|word| *word != "│").collect();
        let said = said.join(" ");
        for word in words {
            assert!(said.contains(word), "nothing of {word:?} in:\n{}", self.errors);
        }
    }
}

/// What is to be done.
pub(super) struct Plan(pub(super) Value);

impl Plan {
    /// What is to be done with a note.
    pub(super) fn change(&self, name: &str) -> &Value {
        let changes = self.0["resource_changes"].as_array().unwrap();
        let address = format!("notebook_note.{name}");
        &changes.iter().find(|change| change["address"] == *address).expect("it is in the plan")["change"]
    }

    /// Expects these actions.
    pub(super) fn does(&self, name: &str, actions: &[&str]) {
        assert_eq!(self.change(name)["actions"], serde_json::json!(actions), "{:#}", self.change(name));
    }
}

/// Waits until it is so.
pub(super) async fn comes(what: &str, mut is_so: impl FnMut() -> bool) {
    let clock = Instant::now();
    while !is_so() {
        assert!(clock.elapsed() < RUN_TIMEOUT, "{what} does not come");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What is set for the person who runs the tests, and not for them: the names of variables.
pub(super) fn settings_of_the_person() -> impl Iterator<Item = String> {
    let is_plain = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter(move |name| name.starts_with("TF_") && is_plain(name))
}

/// The provider, as a program of these tests.
pub(super) fn provider_program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_notebook_provider"))
}

/// The program that `RPCPLUGIN_TERRAFORM` names, and else the first of the two that is there.
pub(super) fn program() -> Option<String> {
    let named = std::env::var("RPCPLUGIN_TERRAFORM").ok();
    let named = named.as_deref().map_or_else(|| vec!["terraform", "tofu"], |named| vec![named]);
    let found = named.into_iter().find(|program| answers(program, "version"));
    if found.is_none() {
        let required = std::env::var("RPCPLUGIN_REQUIRE_TERRAFORM").is_ok_and(|value| value == "1");
        assert!(!required, "Terraform is absent, and RPCPLUGIN_REQUIRE_TERRAFORM=1 does not allow to skip");
        skipped("terraform or tofu is absent");
    }
    found.map(str::to_owned)
}
