use std::sync::Arc;

use tokio::sync::watch;

use super::exit::{Circumstances, PluginExit};

/// Waits for the end of a plugin. Made by [`PluginClient::exit_watch`](super::PluginClient::exit_watch).
///
/// The end is noticed when it happens, whether anybody waits or not, and stays known: whoever asks later is told at once.
/// Clones watch the same plugin, and none of them keeps it alive.
///
/// # Examples
///
/// ```no_run
/// use rpcplugin::{Cookie, ExitReason, PluginClient};
///
/// # async fn host(cookie: Cookie) -> Result<(), Box<dyn std::error::Error>> {
/// let plugin = PluginClient::builder("target/debug/greeter", cookie).start().await?;
/// let watch = plugin.exit_watch();
/// tokio::spawn(async move {
///     let exit = watch.ended().await;
///     if !exit.is_asked() {
///         eprintln!("{exit}");
///     }
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ExitWatch {
    plugin: Arc<str>,
    exit: watch::Receiver<Option<Arc<PluginExit>>>,
}

/// Tells those who watch. Dropping it without a word tells them that nobody knows how the plugin ended.
#[derive(Debug)]
pub(super) struct ExitSender {
    plugin: Arc<str>,
    exit: watch::Sender<Option<Arc<PluginExit>>>,
}

impl ExitWatch {
    pub(super) fn new(plugin: Arc<str>) -> (ExitSender, Self) {
        let (sender, exit) = watch::channel(None);
        (ExitSender { plugin: Arc::clone(&plugin), exit: sender }, Self { plugin, exit })
    }

    /// How the plugin ended; `None` as long as it runs.
    #[must_use]
    pub fn now(&self) -> Option<Arc<PluginExit>> {
        self.exit.borrow().clone()
    }

    /// Waits until the plugin has ended, however that happens.
    ///
    /// It is known some milliseconds after the process is gone: until then its last words are read. A plugin whose host has
    /// let go of its runtime ends with [`ExitReason::Unknown`](super::ExitReason::Unknown).
    ///
    /// # Cancel safety
    ///
    /// This is cancel-safe.
    pub async fn ended(&self) -> Arc<PluginExit> {
        let mut exit = self.exit.clone();
        let ended = exit.wait_for(Option::is_some).await.ok().and_then(|exit| exit.clone());
        // The sender never goes without a word.
        ended.unwrap_or_else(|| Arc::new(unknown(&self.plugin)))
    }
}

impl ExitSender {
    /// Waits until nobody watches any more. Cancel-safe.
    pub(super) async fn unwatched(&mut self) {
        self.exit.closed().await;
    }

    pub(super) fn publish(self, exit: PluginExit) {
        self.exit.send_replace(Some(Arc::new(exit)));
    }
}

impl Drop for ExitSender {
    fn drop(&mut self) {
        self.exit.send_if_modified(|exit| {
            let is_silent = exit.is_none();
            if is_silent {
                *exit = Some(Arc::new(unknown(&self.plugin)));
            }
            is_silent
        });
    }
}

fn unknown(plugin: &Arc<str>) -> PluginExit {
    PluginExit::new(Circumstances::unknown(Arc::clone(plugin)))
}
