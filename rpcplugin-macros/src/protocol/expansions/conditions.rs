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
    const ROW_0: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Kv",
        "Path",
        "/Kv/Path",
        ::rpcplugin::__private::MethodKind::UnaryUnary,
        "",
        0,
    );
    #[cfg_attr(feature = "size", cfg(windows))]
    const ROW_1: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Kv",
        "Size",
        "/Kv/Size",
        ::rpcplugin::__private::MethodKind::UnaryUnary,
        "",
        1,
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Kv",
        &[
            #[cfg(unix)]
            Self::ROW_0,
            #[cfg_attr(feature = "size", cfg(windows))]
            Self::ROW_1,
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
        use ::rpcplugin::__private as __runtime;
        let _ = (<String as __runtime::Message>::encode,);
        let __requests = __runtime::request::<()>(());
        let __answer = __runtime::answer(&self.channel, &Self::ROW_0, __requests).await;
        let __response = __runtime::response::<String>(__answer);
        <Result<String, Status> as __runtime::Outcome<String>>::from_result(__response)
    }
    #[cfg_attr(feature = "size", cfg(windows))]
    async fn size(&self) -> Result<u64, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (<u64 as __runtime::Message>::encode,);
        let __requests = __runtime::request::<()>(());
        let __answer = __runtime::answer(&self.channel, &Self::ROW_1, __requests).await;
        let __response = __runtime::response::<u64>(__answer);
        <Result<u64, Status> as __runtime::Outcome<u64>>::from_result(__response)
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
        use ::rpcplugin::__private as __runtime;
        let __handler = ::core::clone::Clone::clone(&self.handler);
        match __call.method().position {
            #[cfg(unix)]
            0 => {
                let _ = (<String as __runtime::Message>::encode,);
                __runtime::serve_unary_unary::<
                    (),
                    String,
                    _,
                    _,
                >(
                    __call,
                    move |_, (): ()| async move {
                        let __outcome = <__Handler as Kv>::path(&__handler).await;
                        <Result<
                            String,
                            Status,
                        > as __runtime::Outcome<String>>::into_result(__outcome)
                    },
                )
            }
            #[cfg_attr(feature = "size", cfg(windows))]
            1 => {
                let _ = (<u64 as __runtime::Message>::encode,);
                __runtime::serve_unary_unary::<
                    (),
                    u64,
                    _,
                    _,
                >(
                    __call,
                    move |_, (): ()| async move {
                        let __outcome = <__Handler as Kv>::size(&__handler).await;
                        <Result<
                            u64,
                            Status,
                        > as __runtime::Outcome<u64>>::into_result(__outcome)
                    },
                )
            }
            _ => __runtime::unknown_method(__call.method()),
        }
    }
}
