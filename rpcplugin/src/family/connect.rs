use tokio::net::{TcpStream, ToSocketAddrs};

use super::timing::within;
use super::{FamilyConnection, FamilyError, FamilyOptions};
use crate::message::Family;

impl<F: Family> FamilyConnection<F, TcpStream> {
    /// Connects to a peer that listens on TCP.
    ///
    /// # Errors
    ///
    /// [`FamilyError::Io`] if nobody listens there, [`FamilyError::Timeout`] after the connect timeout.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the attempt up. Nothing is left of it.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use rpcplugin::{BinaryMessage, FamilyConnection, FamilyError, FamilyOptions};
    ///
    /// #[derive(Debug, BinaryMessage)]
    /// #[binary(family)]
    /// enum Stock {
    ///     #[binary(id = 1)]
    ///     Ask { symbol: String },
    ///     #[binary(id = 2)]
    ///     Price { cents: u64 },
    /// }
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), FamilyError> {
    /// let options = FamilyOptions::new().read_timeout(Duration::from_secs(2));
    /// let mut market = FamilyConnection::connect_tcp(("127.0.0.1", 7000), options).await?;
    /// match market.request(&Stock::Ask { symbol: "ACME".into() }).await {
    ///     Ok(answer) => println!("{answer:?}"),
    ///     Err(FamilyError::NotFound { .. }) => println!("this market knows no prices"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn connect_tcp(
        address: impl ToSocketAddrs,
        options: FamilyOptions,
    ) -> Result<Self, FamilyError> {
        let what = "connect";
        let stream = within(what, options.connect_timeout, async {
            TcpStream::connect(address).await.map_err(FamilyError::io(what))
        })
        .await?;
        // A small message must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true).map_err(FamilyError::io(what))?;
        Ok(Self::new(stream, options))
    }
}
