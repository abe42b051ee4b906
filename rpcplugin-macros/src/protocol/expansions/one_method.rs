// /// Keeps values under keys.
// #[rpc_protocol(service = "example.Kv")]
// pub trait Kv {
//     /// The value of a key.
//     async fn get(&self, key: String) -> Result<Vec<u8>, Status>;
// }

/// Keeps values under keys.
pub trait Kv: ::core::marker::Send + ::core::marker::Sync + 'static {
    /// The value of a key.
    fn get(
        &self,
        key: String,
    ) -> impl ::core::future::Future<
        Output = Result<Vec<u8>, Status>,
    > + ::core::marker::Send;
}
#[allow(dead_code)]
struct __KvMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<0> {
    type Request = String;
    type Response = Vec<u8>;
    type Outcome = Result<Vec<u8>, Status>;
}
/// Calls `Kv` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
pub struct KvClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl KvClient {
    const ROW_0: ::rpcplugin::__private::Row<__KvMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("example.Kv", "Get", "/example.Kv/Get",
        ::rpcplugin::__private::MethodKind::UnaryUnary, "The value of a key.", 0,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
            "example.Kv",
            &[Self::ROW_0.spec],
            "Keeps values under keys.",
        )
        .protocol("Kv");
    /// A client whose calls go through this channel.
    #[must_use]
    pub fn new(
        channel: impl ::core::convert::Into<::rpcplugin::__private::Channel>,
    ) -> Self {
        Self {
            channel: ::core::convert::Into::into(channel),
        }
    }
    /// A client whose calls have these options.
    #[must_use]
    pub fn with(&self, options: ::rpcplugin::__private::CallOptions) -> Self {
        Self {
            channel: self.channel.with(options),
        }
    }
}
#[allow(dead_code, deprecated, non_snake_case)]
#[automatically_derived]
impl Kv for KvClient {
    async fn get(&self, key: String) -> Result<Vec<u8>, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, key).await
    }
}
/// Answers the calls of `Kv` with a handler: register it with the router.
#[allow(dead_code)]
pub struct KvServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[allow(dead_code)]
impl<T> KvServer<T> {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = KvClient::SPEC;
    /// A server that owns its handler.
    #[must_use]
    pub fn new(handler: T) -> Self {
        Self::from_arc(::std::sync::Arc::new(handler))
    }
    /// A server for a handler that others hold as well.
    #[must_use]
    pub fn from_arc(handler: ::std::sync::Arc<T>) -> Self {
        Self { handler }
    }
}
#[automatically_derived]
impl<T> ::core::clone::Clone for KvServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Debug for KvServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("KvServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<__Handler> ::rpcplugin::__private::Service for KvServer<__Handler>
where
    __Handler: Kv,
{
    fn spec(&self) -> &'static ::rpcplugin::__private::ServiceSpec {
        Self::SPEC
    }
    fn call(
        &self,
        __call: ::rpcplugin::__private::Call,
    ) -> ::rpcplugin::__private::ResponseFuture {
        let __handler = ::core::clone::Clone::clone(&self.handler);
        match __call.method().position {
            0 => {
                ::rpcplugin::__private::serve_unary_unary(
                    &KvClient::ROW_0,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Kv>::get(&__handler, __request).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
