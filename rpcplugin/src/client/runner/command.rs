use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::client::process::lead_group;

/// What a [`Runner`](super::Runner) is to start: the program with the host's half of the handshake in its environment.
#[derive(Clone)]
#[non_exhaustive]
pub struct RunnerCommand {
    /// The program, as the host named it.
    pub program: PathBuf,
    /// Its arguments, without its name.
    pub arguments: Vec<OsString>,
    /// All of its environment, each name once. `PLUGIN_UNIX_SOCKET_DIR` is [`socket_directory`](Self::socket_directory) as the
    /// host sees it.
    pub environment: Vec<(OsString, OsString)>,
    /// Its working directory; `None` for that of whoever starts it.
    pub directory: Option<PathBuf>,
    /// A directory of this host's own, for the plugin's socket. It is removed behind the plugin.
    pub socket_directory: PathBuf,
}

impl RunnerCommand {
    /// Sets a variable, such as a path that is another one where the plugin runs.
    pub fn set_env(&mut self, key: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        let (key, value) = (key.as_ref(), value.as_ref());
        self.environment.retain(|(known, _)| known != key);
        self.environment.push((key.to_owned(), value.to_owned()));
    }

    /// The command of a process on this machine: nothing on its standard input, pipes for its output, a process group of its
    /// own (not on Windows), and no other variables.
    #[must_use]
    pub fn to_command(&self) -> Command {
        self.to_command_of(&self.program)
    }

    /// The same for another file with the program in it, under the name of the program.
    pub(in crate::client) fn to_command_of(&self, file: &Path) -> Command {
        let mut command = Command::new(file);
        command.args(&self.arguments);
        command.env_clear().envs(self.environment.iter().map(|(key, value)| (key, value)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        // The plugin must not eat what is typed for the host.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        lead_group(&mut command, &self.program);
        command
    }
}

impl fmt::Debug for RunnerCommand {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Arguments and environment may hold secrets.
        formatter
            .debug_struct("RunnerCommand")
            .field("program", &self.program)
            .field("socket_directory", &self.socket_directory)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_set_stands_there_once() {
        let mut command = RunnerCommand {
            program: "sh".into(),
            arguments: vec!["-c".into(), "echo $0 $A $B; pwd; env | wc -l".into()],
            environment: vec![("A".into(), "1".into()), ("B".into(), "2".into())],
            directory: Some("/".into()),
            socket_directory: "/nowhere".into(),
        };
        command.set_env("A", "3");
        assert_eq!(command.environment, [("B".into(), "2".into()), ("A".into(), OsString::from("3"))]);
        let output = command.to_command_of(Path::new("/bin/sh")).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with("sh 3 2\n/\n"), "{text}");
        assert!(!format!("{command:?}").contains('3'), "it may be a secret");
    }
}
