use std::future::Future;
use std::io::{self, Write};

use super::bring_up::Ready;
use super::capture::HeldStdout;
use super::signals::Signals;
use super::{PluginServer, ServeError};
use crate::handshake::{ReattachConfig, ReattachProviders};
use crate::rpc::Router;

impl PluginServer {
    /// Listens in test mode: for hosts that attach to this process, instead of one that started it.
    ///
    /// The cookie is not looked at, and neither is any other variable of a host; nothing is printed, and the signals are left to
    /// the program. Of the [versions](Self::protocol_versions) the lowest is served. There is no TLS unless the plugin has
    /// [its own](Self::tls): on a unix socket only this user can connect, on TCP every user of the machine.
    ///
    /// A plugin in a test is a task of it, and a plugin in a debugger a program of its own. What a host needs to attach is in
    /// [`reattach_config`](ListeningPlugin::reattach_config).
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the process cannot listen.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, or what it gives, removes the socket.
    ///
    /// # Examples
    ///
    /// ```
    /// use rpcplugin::{Cookie, PluginServer};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a")?;
    /// let plugin = PluginServer::new(cookie).listen().await?;
    /// let config = plugin.reattach_config().clone();
    /// assert!(config.test);
    /// let (end, ended) = tokio::sync::oneshot::channel::<()>();
    /// let serving = tokio::spawn(plugin.serve_until(async { drop(ended.await) }));
    /// // Here hosts attach by `config`.
    /// drop(end);
    /// serving.await??;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub async fn listen(mut self) -> Result<ListeningPlugin, ServeError> {
        let offered = self.offered()?;
        let ready = self.bring_up(&offered, |_variable| None).await?;
        let router = offered.of(ready.line.version);
        let held = self.hold_stdout(false)?;
        let config = ReattachConfig::new(ready.line.address.clone())
            .with_protocol_version(ready.line.version)
            .with_process_id(std::process::id())
            .with_test(true);
        Ok(ListeningPlugin { server: self, router, ready, held, config })
    }

    /// Serves in test mode as a program of its own, for a debugger: prints how to attach, as Terraform's providers do, and ends
    /// by SIGINT, by SIGTERM, or when a host asks for it.
    ///
    /// `name` is what the host calls the plugin: for Terraform and OpenTofu the address of the provider.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the process cannot listen or print.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the plugin at once: connections are closed and the socket is removed.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::{Cookie, PluginServer, ServeError};
    ///
    /// # async fn main_of_a_provider() -> Result<(), ServeError> {
    /// let cookie = Cookie::new("GREETER_PLUGIN", "5d1a").map_err(ServeError::Cookie)?;
    /// let server = PluginServer::new(cookie);
    /// match std::env::args().any(|argument| argument == "--debug") {
    ///     true => server.serve_for_debugging("example.com/demo/greeter").await,
    ///     false => server.serve().await,
    /// }
    /// # }
    /// ```
    pub async fn serve_for_debugging(self, name: &str) -> Result<(), ServeError> {
        let mut signals = Signals::listen()?;
        let plugin = self.listen().await?;
        let providers = ReattachProviders::new().with(name, plugin.config.clone());
        let value = providers.to_json().map_err(ServeError::Reattach)?;
        let text = format!(
            "This plugin runs and waits. To have a host attach to it, set this variable for the host:\n\n\t{}={}\n\n",
            ReattachProviders::VARIABLE,
            quoted(&value)
        );
        // Where standard output is captured, people read what it was before.
        let printed = match &plugin.held {
            Some(held) => print(held.original(), &text),
            None => print(io::stdout().lock(), &text),
        };
        printed.map_err(ServeError::Print)?;
        plugin.serve_until(signals.terminate_or_interrupt()).await
    }
}

/// A plugin that listens for hosts which attach to it. Made by [`PluginServer::listen`].
///
/// A host may connect as soon as the value is there, and is served by [`serve_until`](Self::serve_until).
#[derive(Debug)]
#[must_use = "a plugin serves nobody until `serve_until` is awaited"]
pub struct ListeningPlugin {
    server: PluginServer,
    router: Router,
    ready: Ready,
    held: Option<HeldStdout>,
    config: ReattachConfig,
}

impl ListeningPlugin {
    /// What a host needs to attach.
    #[must_use]
    pub const fn reattach_config(&self) -> &ReattachConfig {
        &self.config
    }

    /// Serves until `end` is ready, or a host asks the plugin to end. Hosts come and go meanwhile.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when standard output cannot be captured, where that was asked for.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future ends the plugin at once: connections are closed and the socket is removed.
    pub async fn serve_until(self, end: impl Future<Output = ()>) -> Result<(), ServeError> {
        let Self { server, router, ready, held, config: _ } = self;
        server.run(router, ready, held, end).await
    }
}

fn print(mut output: impl Write, text: &str) -> io::Result<()> {
    output.write_all(text.as_bytes())?;
    output.flush()
}

/// A word for a shell, whatever is in it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_shell_reads_what_was_meant() {
        let word = r#"{"it's":"$HOME `a` \"b\" \\ c"}"#;
        let script = format!("printf %s {}", quoted(word));
        let output = Command::new("/bin/sh").arg("-c").arg(script).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), word);
    }
}
