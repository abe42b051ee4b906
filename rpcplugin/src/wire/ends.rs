//! Both ends of a connection, whichever wire is spoken on it.

#[cfg(feature = "client")]
pub(crate) use client::{is_refusal, open};
#[cfg(feature = "server")]
pub(crate) use server::Servers;

#[cfg(feature = "client")]
mod client {
    use std::error::Error;
    use std::sync::Arc;

    use crate::compression::MessageTerms;
    use crate::transport::Connection;
    use crate::wire::binary::{BinaryConnection, OpenError};
    use crate::wire::first_bytes::ForeignError;
    use crate::wire::grpc::GrpcConnection;
    use crate::wire::{Caller, Protocol};

    /// Whether it is why this side speaks no more: the other one broke a rule, or speaks something else.
    pub(crate) fn is_refusal(error: &(dyn Error + Send + Sync + 'static)) -> bool {
        let broken_rule = error.downcast_ref().is_some_and(|error| !matches!(error, OpenError::Broken(_)));
        broken_rule || error.is::<ForeignError>()
    }

    /// Begins to speak on a connection. `secure` says whether TLS is around it.
    pub(crate) async fn open(
        protocol: Protocol,
        connection: Connection,
        secure: bool,
        terms: impl Into<MessageTerms>,
    ) -> Result<Arc<dyn Caller>, Box<dyn Error + Send + Sync>> {
        Ok(match protocol {
            Protocol::Binary => Arc::new(BinaryConnection::open(connection, terms).await?),
            Protocol::Grpc => Arc::new(GrpcConnection::open(connection, secure, terms).await?),
        })
    }
}

#[cfg(feature = "server")]
mod server {
    use std::sync::Arc;

    use bytes::BytesMut;

    use crate::compression::MessageTerms;
    use crate::transport::Connection;
    use crate::wire::binary::BinaryServer;
    use crate::wire::grpc::GrpcServer;
    use crate::wire::{ConnectionError, Dispatch, Protocol, StopSignal, Terms};

    /// The handlers' ends of all wires.
    pub(crate) struct Servers {
        grpc: GrpcServer,
        binary: BinaryServer,
    }

    impl Servers {
        pub(crate) fn new(dispatch: Arc<dyn Dispatch>, terms: impl Into<MessageTerms>) -> Self {
            let terms = terms.into();
            let grpc = GrpcServer::new(Arc::clone(&dispatch), terms);
            Self { grpc, binary: BinaryServer::new(dispatch, terms) }
        }

        /// Serves one connection until the peer closes it, or until the calls that run at the stop signal are done.
        ///
        /// `first` are the bytes that were read from it already, from the first one on.
        pub(crate) async fn serve(
            &self,
            protocol: Protocol,
            connection: Connection,
            first: BytesMut,
            terms: Terms,
            stop: StopSignal,
        ) -> Result<(), ConnectionError> {
            match protocol {
                Protocol::Binary => self.binary.serve(connection, first, terms, stop).await,
                Protocol::Grpc => self.grpc.serve(connection, first, terms, stop).await,
            }
        }
    }
}
