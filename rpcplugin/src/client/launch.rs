use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;

use super::environment::is_same;
use super::handover::OutputEnds;
use super::output::Pipe;
use super::process::{ChildProcess, Running, Spawned};
use super::runner::{AnyRunner, RunnerCommand};
use super::verified::Verified;
use super::{PluginClientBuilder, SpawnCause, StartError};
use crate::handshake::HostOffer;

/// What has begun to run, and its output.
pub(super) struct Launched {
    pub(super) running: Arc<dyn Running>,
    pub(super) stdout: Pipe,
    pub(super) stderr: Pipe,
    /// Where the output is, where the system lets it be opened once more.
    pub(super) ends: Option<OutputEnds>,
}

/// The program with the host's half of the handshake in its environment, and with those of the host's own variables that it is to
/// have.
pub(super) fn prepare(
    builder: &PluginClientBuilder,
    offer: &HostOffer<'_>,
    own: impl Iterator<Item = (OsString, OsString)>,
) -> RunnerCommand {
    let inherited = builder.inherited.inherited(&builder.also_inherited, own);
    let is_foreign = |name: &OsString| HostOffer::FOREIGN.iter().any(|foreign| name == foreign);
    let mut environment: BTreeMap<OsString, OsString> =
        inherited.filter(|(name, _)| !is_foreign(name)).collect();
    let offered = offer.variables().into_iter().map(|(key, value)| (key.into(), value));
    // A later value replaces an earlier one: what is set wins over what is inherited, and the handshake over both.
    for (name, value) in builder.environment.iter().cloned().chain(offered) {
        if cfg!(windows) {
            environment.retain(|known, _| !is_same(known, &name));
        }
        environment.insert(name, value);
    }
    RunnerCommand {
        program: builder.program.clone(),
        arguments: builder.arguments.clone(),
        environment: environment.into_iter().collect(),
        directory: builder.directory.clone(),
        socket_directory: offer.socket_directory.to_owned(),
    }
}

/// Starts the program, or its copy that was verified, as a process of this host.
pub(super) fn launch(
    prepared: &RunnerCommand,
    verified: Option<&Verified>,
    inherits_stdin: bool,
) -> Result<Launched, StartError> {
    let command = match verified {
        None => prepared.to_command(),
        Some(verified) => prepared.to_command_of(&verified.path()),
    };
    let mut command = Command::from(command);
    if inherits_stdin {
        command.stdin(Stdio::inherit());
    }
    let spawned = |source| {
        let program = prepared.program.clone();
        let cause = SpawnCause::of(&source, &program, prepared.directory.as_deref());
        StartError::Spawn { program, cause, source }
    };
    let Spawned { process, stdout, stderr } = ChildProcess::spawn(command).map_err(spawned)?;
    match (stdout, stderr) {
        (Some(stdout), Some(stderr)) => {
            let ends = OutputEnds::of(&stdout, &stderr);
            let running = Arc::new(process);
            Ok(Launched { running, stdout: Box::pin(stdout), stderr: Box::pin(stderr), ends })
        }
        _ => Err(spawned(io::Error::other("the pipes of the child are missing"))),
    }
}

/// Has a runner start the program.
pub(super) async fn run(
    runner: &dyn AnyRunner,
    prepared: RunnerCommand,
    limit: Duration,
) -> Result<Launched, StartError> {
    let program = prepared.program.clone();
    let launched = tokio::time::timeout(limit, runner.launch(prepared)).await;
    let late = |_elapsed| Err(io::Error::new(io::ErrorKind::TimedOut, format!("not done after {limit:?}")));
    launched.unwrap_or_else(late).map_err(|source| StartError::Runner { program, source })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::client::{Environment, PluginClient};
    use crate::handshake::Cookie;

    /// The variables that a plugin is given by a host with some of its own, each of which it has from the host that it is a plugin
    /// of.
    fn given(options: impl FnOnce(PluginClientBuilder) -> PluginClientBuilder) -> BTreeMap<String, String> {
        let cookie = Cookie::new("COOKIE", "the handshake's").unwrap();
        let offer = HostOffer {
            cookie: &cookie,
            versions: &[1],
            certificate_pem: None,
            ports: 10_000..=10_009,
            socket_directory: Path::new("/run/private"),
            socket_group: None,
            wires_file: None,
            lifeline: None,
            multiplex: false,
        };
        let own = ["PATH", "SECRET", "COOKIE", "PLUGIN_MIN_PORT", "PLUGIN_CLIENT_CERT"];
        let own = own.into_iter().map(|name| (name.into(), "the host's".into()));
        let builder = options(PluginClient::builder("plugin", cookie.clone()));
        let variables = prepare(&builder, &offer, own).environment;
        let text = |text: OsString| text.into_string().unwrap();
        variables.into_iter().map(|(name, value)| (text(name), text(value))).collect()
    }

    const ALL: [Environment; 3] = [Environment::Listed, Environment::Whole, Environment::Empty];

    #[test]
    fn what_is_set_wins_over_what_is_inherited_and_the_handshake_over_both() {
        for environment in ALL {
            for is_named in [false, true] {
                let given = given(|builder| {
                    let mut builder = builder.environment(environment);
                    for name in ["PATH", "SECRET", "COOKIE", "PLUGIN_MIN_PORT"] {
                        builder = if is_named { builder.inherit_env(name) } else { builder };
                        // Of two values that are set the second is meant.
                        builder = builder.env(name, "not yet").env(name, "mine");
                    }
                    builder
                });
                let found = ["PATH", "SECRET", "COOKIE", "PLUGIN_MIN_PORT"].map(|name| given[name].as_str());
                let expected = ["mine", "mine", "the handshake's", "10000"];
                assert_eq!(found, expected, "{environment:?}, inherited by name: {is_named}");
            }
        }
    }

    #[test]
    fn the_hosts_own_variables_are_given_as_far_as_the_host_says() {
        for (environment, is_named, expected) in [
            (Environment::Listed, false, vec!["PATH"]),
            (Environment::Listed, true, vec!["PATH", "SECRET"]),
            (Environment::Whole, false, vec!["PATH", "SECRET"]),
            (Environment::Empty, false, vec![]),
            (Environment::Empty, true, vec!["SECRET"]),
        ] {
            let given = given(|builder| {
                let builder = builder.environment(environment);
                // The certificate of its own host is none that it may pass on.
                if is_named {
                    builder.inherit_env("SECRET").inherit_env("PLUGIN_CLIENT_CERT")
                } else {
                    builder
                }
            });
            let own = given.iter().filter(|(_name, value)| *value == "the host's");
            let found: Vec<_> = own.map(|(name, _value)| name.as_str()).collect();
            assert_eq!(found, expected, "{environment:?}, inherited by name: {is_named}");
        }
    }
}
