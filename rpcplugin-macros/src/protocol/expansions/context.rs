// #[rpc_protocol]
// trait Kv {
//     async fn get(&self, context: Context, key: String) -> Result<u32, Status>;
//     async fn put(&self, pairs: Streaming<u32>, _: rpcplugin::Context) -> Result<u32, Status>;
//     async fn clear(&self, context: Context) -> Result<(), Status>;
// }

trait Kv: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn get(
        &self,
        context: Context,
        key: String,
    ) -> impl ::core::future::Future<
        Output = Result<u32, Status>,
    > + ::core::marker::Send;
    fn put(
        &self,
        pairs: Streaming<u32>,
        _: rpcplugin::Context,
    ) -> impl ::core::future::Future<
        Output = Result<u32, Status>,
    > + ::core::marker::Send;
    fn clear(
        &self,
        context: Context,
    ) -> impl ::core::future::Future<Output = Result<(), Status>> + ::core::marker::Send;
}
#[allow(dead_code)]
struct __KvMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<0> {
    type Request = String;
    type Response = u32;
    type Outcome = Result<u32, Status>;
}
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<1> {
    type Request = u32;
    type Response = u32;
    type Outcome = Result<u32, Status>;
}
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __KvMethod<2> {
    type Request = ();
    type Response = ();
    type Outcome = Result<(), Status>;
}
/// Calls `Kv` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct KvClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl KvClient {
    const ROW_0: ::rpcplugin::__private::Row<__KvMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 0 >, ::rpcplugin::__private::MethodSpec::new("Kv",
        "Get", "/Kv/Get", ::rpcplugin::__private::MethodKind::UnaryUnary, "", 0,)
    );
    const ROW_1: ::rpcplugin::__private::Row<__KvMethod<1>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 1 >, ::rpcplugin::__private::MethodSpec::new("Kv",
        "Put", "/Kv/Put", ::rpcplugin::__private::MethodKind::StreamUnary, "", 1,)
    );
    const ROW_2: ::rpcplugin::__private::Row<__KvMethod<2>> = ::rpcplugin::__row!(
        unary, Unary, __KvMethod < 2 >, ::rpcplugin::__private::MethodSpec::new("Kv",
        "Clear", "/Kv/Clear", ::rpcplugin::__private::MethodKind::UnaryUnary, "", 2,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Kv",
        &[Self::ROW_0.spec, Self::ROW_1.spec, Self::ROW_2.spec],
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
#[allow(dead_code, deprecated, non_snake_case)]
#[automatically_derived]
impl Kv for KvClient {
    async fn get(&self, context: Context, key: String) -> Result<u32, Status> {
        ::rpcplugin::__private::unary_unary(
                &self
                    .channel
                    .in_context(
                        <Context as ::rpcplugin::__private::CallContext>::as_context(
                            &context,
                        ),
                    ),
                &Self::ROW_0,
                key,
            )
            .await
    }
    async fn put(
        &self,
        pairs: Streaming<u32>,
        context: rpcplugin::Context,
    ) -> Result<u32, Status> {
        ::rpcplugin::__private::stream_unary(
                &self
                    .channel
                    .in_context(
                        <rpcplugin::Context as ::rpcplugin::__private::CallContext>::as_context(
                            &context,
                        ),
                    ),
                &Self::ROW_1,
                pairs,
            )
            .await
    }
    async fn clear(&self, context: Context) -> Result<(), Status> {
        ::rpcplugin::__private::unary_unary(
                &self
                    .channel
                    .in_context(
                        <Context as ::rpcplugin::__private::CallContext>::as_context(
                            &context,
                        ),
                    ),
                &Self::ROW_2,
                (),
            )
            .await
    }
}
/// Answers the calls of `Kv` with a handler: register it with the router.
#[allow(dead_code)]
struct KvServer<T> {
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
                    move |__context, __request| async move {
                        <__Handler as Kv>::get(
                                &__handler,
                                <Context as ::rpcplugin::__private::CallContext>::from_context(
                                    __context,
                                ),
                                __request,
                            )
                            .await
                    },
                )
            }
            1 => {
                ::rpcplugin::__private::serve_stream_unary(
                    &KvClient::ROW_1,
                    __call,
                    move |__context, __request| async move {
                        <__Handler as Kv>::put(
                                &__handler,
                                __request,
                                <rpcplugin::Context as ::rpcplugin::__private::CallContext>::from_context(
                                    __context,
                                ),
                            )
                            .await
                    },
                )
            }
            2 => {
                ::rpcplugin::__private::serve_unary_unary(
                    &KvClient::ROW_2,
                    __call,
                    move |__context, (): ()| async move {
                        <__Handler as Kv>::clear(
                                &__handler,
                                <Context as ::rpcplugin::__private::CallContext>::from_context(
                                    __context,
                                ),
                            )
                            .await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
