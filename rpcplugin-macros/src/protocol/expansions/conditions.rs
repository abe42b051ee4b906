// #[rpc_protocol]
// #[cfg(feature = "kv")]
// trait Kv {
//     #[cfg(unix)]
//     async fn path(&self) -> Result<String, Status>;
//     #[cfg_attr(feature = "size", doc = "How many.", cfg(windows))]
//     async fn size(&self) -> Result<u64, Status>;
// }

#[cfg(feature = "kv")]
trait Kv: ::core::marker::Send + ::core::marker::Sync + 'static {
    #[cfg(unix)]
    fn path(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<String, Status>,
    > + ::core::marker::Send;
    #[cfg_attr(feature = "size", doc = "How many.", cfg(windows))]
    fn size(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<u64, Status>,
    > + ::core::marker::Send;
}
#[cfg(feature = "kv")]
#[allow(dead_code)]
struct __KvMethod<const POSITION: usize>;
#[cfg(feature = "kv")]
#[cfg(unix)]
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<0> {
    type Request = ();
    type Response = String;
    type Outcome = Result<String, Status>;
}
#[cfg(feature = "kv")]
#[cfg_attr(feature = "size", cfg(windows))]
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<1> {
    type Request = ();
    type Response = u64;
    type Outcome = Result<u64, Status>;
}
#[cfg(feature = "kv")]
/// Calls `Kv` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct KvClient {
    channel: ::rpcplugin::__private::Channel,
}
#[cfg(feature = "kv")]
#[allow(dead_code)]
impl KvClient {
    #[cfg(unix)]
    const ROW_0: ::rpcplugin::__private::Row<__KvMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 0 >, ::rpcplugin::__private::MethodSpec::new("Kv",
        "Path", "/Kv/Path", ::rpcplugin::__private::MethodKind::UnaryUnary, "", 0,)
    );
    #[cfg_attr(feature = "size", cfg(windows))]
    const ROW_1: ::rpcplugin::__private::Row<__KvMethod<1>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 1 >, ::rpcplugin::__private::MethodSpec::new("Kv",
        "Size", "/Kv/Size", ::rpcplugin::__private::MethodKind::UnaryUnary, "", 1,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Kv",
        &[
            #[cfg(unix)]
            Self::ROW_0.spec,
            #[cfg_attr(feature = "size", cfg(windows))]
            Self::ROW_1.spec,
        ],
        "",
    );
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
#[cfg(feature = "kv")]
#[allow(dead_code, deprecated, non_snake_case)]
#[automatically_derived]
impl Kv for KvClient {
    #[cfg(unix)]
    async fn path(&self) -> Result<String, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, ()).await
    }
    #[cfg_attr(feature = "size", cfg(windows))]
    async fn size(&self) -> Result<u64, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_1, ()).await
    }
}
#[cfg(feature = "kv")]
/// Answers the calls of `Kv` with a handler: register it with the router.
#[allow(dead_code)]
struct KvServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[cfg(feature = "kv")]
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
#[cfg(feature = "kv")]
#[automatically_derived]
impl<T> ::core::clone::Clone for KvServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[cfg(feature = "kv")]
#[automatically_derived]
impl<T> ::core::fmt::Debug for KvServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("KvServer")
    }
}
#[cfg(feature = "kv")]
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
            #[cfg(unix)]
            0 => {
                ::rpcplugin::__private::serve_unary_unary(
                    &KvClient::ROW_0,
                    __call,
                    move |_, (): ()| async move {
                        <__Handler as Kv>::path(&__handler).await
                    },
                )
            }
            #[cfg_attr(feature = "size", cfg(windows))]
            1 => {
                ::rpcplugin::__private::serve_unary_unary(
                    &KvClient::ROW_1,
                    __call,
                    move |_, (): ()| async move {
                        <__Handler as Kv>::size(&__handler).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
