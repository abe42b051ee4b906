use super::Protocol;
use crate::call::{Call, Messages};
use crate::compression::{CallCompression, Compression, Encoding};
use crate::contract::Status;
use crate::rpc::{Interceptor, Next};

impl Protocol {
    /// Has a plugin read, and send, compressed messages in the calls of all that is there, where the host does so too. Contracts
    /// and handlers see messages as they are, and so does whatever is around the services, on both sides.
    ///
    /// A connection is what reads and sends, so this is for a plugin that serves the protocol, not for
    /// [`router`](Self::router). It reads what any of its protocols reads, in every call. It sends in one encoding: the one
    /// that [`PluginServer::compression`](crate::PluginServer::compression) names, and then in every call, or else that of the
    /// first protocol which names one, in the calls of those protocols alone.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "gzip")] {
    /// use rpcplugin::compression::{Compression, Encoding};
    /// use rpcplugin::{Protocol, Service};
    ///
    /// fn compressed(service: impl Service) -> Protocol {
    ///     let compression = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip);
    ///     Protocol::new("documents", service).monitored().compressed(compression)
    /// }
    /// # }
    /// ```
    #[must_use]
    pub fn compressed(self, compression: Compression) -> Self {
        let mut protocol = match compression.sent() {
            Encoding::Identity => self,
            _ => self.intercepted(Compressed),
        };
        protocol.compression = Some(compression);
        protocol
    }
}

/// Turns compression on in the calls that pass it. What is further in may turn it off again.
struct Compressed;

impl Interceptor for Compressed {
    async fn intercept(&self, call: Call, next: Next<'_>) -> Result<Messages, Status> {
        if let Some(compression) = call.context().get::<CallCompression>() {
            compression.set_sending(true);
        }
        next.run(call).await
    }
}
