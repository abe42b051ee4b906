//! What generated code may say. Not for people: it changes without notice.

pub use crate::call::{Call, CallOptions, ResponseFuture};
pub use crate::contract::{MethodKind, MethodSpec, ServiceSpec};
pub use crate::message::ProtobufName;
pub use crate::message::generated as message;
pub use crate::rpc::{
    CallContext, Channel, Outcome, Row, Service, Streamed, Unary, serve_stream_stream, serve_stream_unary,
    serve_unary_stream, serve_unary_unary, stream_stream, stream_unary, unary_stream, unary_unary,
    unknown_method,
};

/// Asks a type for its name in protobuf. Not every type has one, and none has to say that it has none: what is found first is
/// the constant of the type itself, whose condition a type without a name does not meet, and then that of the trait.
#[derive(Debug)]
pub struct Named<T>(std::marker::PhantomData<T>);

impl<T: prost::Name> Named<T> {
    /// The name.
    pub const NAME: Option<ProtobufName> = Some(ProtobufName::new(T::full_name));
}

/// See [`Named`].
pub trait Unnamed {
    /// Nothing.
    const NAME: Option<ProtobufName> = None;
}

impl<T> Unnamed for Named<T> {}

/// The row of a method, with the names of its messages. A macro, because only where a type is known is it known whether it
/// has one.
#[doc(hidden)]
#[macro_export]
macro_rules! __row {
    ($new:ident, $types:ident, $method:ty, $spec:expr) => {{
        #[allow(unused_imports, reason = "only a type without a name needs it")]
        use $crate::__private::Unnamed as _;
        use $crate::__private::{Named, Row, $types};
        Row::<$method>::$new(
            $spec.names(
                Named::<<$method as $types>::Request>::NAME,
                Named::<<$method as $types>::Response>::NAME,
            ),
        )
    }};
}

/// The wires, the handshake, the log and discovery opposite any bytes. A promise that is broken is a panic.
#[cfg(feature = "_fuzz")]
pub mod fuzz {
    /// Two ends of a connection of the binary wire, or one and a stranger, as a script says.
    pub fn binary_connection(script: &[u8]) {
        crate::wire::binary::model::connection(script);
    }

    /// Any bytes as frames of the binary wire.
    pub fn binary_frames(bytes: &[u8]) {
        crate::wire::binary::model::frames(bytes);
    }

    /// Any bytes as compressed messages, of which so many may come out.
    #[cfg(all(feature = "gzip", feature = "zstd"))]
    pub fn compressed_messages(bytes: &[u8], bytes_max: usize) {
        crate::compression::any_bytes::messages(bytes, bytes_max);
    }

    /// Any bytes as what a plugin says of itself, and as what it answers.
    #[cfg(feature = "json")]
    pub fn description(bytes: &[u8]) {
        crate::discovery::any_description::description(bytes);
    }

    /// Any bytes on the standard output of a plugin, until its handshake line.
    pub fn handshake_line(bytes: &[u8]) {
        crate::handshake::any_bytes::first_lines(bytes);
    }

    /// Any bytes on the standard error of a plugin, as its log.
    pub fn log_line(bytes: &[u8]) {
        crate::client::any_log::log(bytes);
    }
}
