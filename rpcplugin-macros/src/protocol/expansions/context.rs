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
/// Calls `Kv` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct KvClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl KvClient {
    const ROW_0: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Kv",
        "Get",
        "/Kv/Get",
        ::rpcplugin::__private::MethodKind::UnaryUnary,
        "",
        0,
    );
    const ROW_1: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Kv",
        "Put",
        "/Kv/Put",
        ::rpcplugin::__private::MethodKind::StreamUnary,
        "",
        1,
    );
    const ROW_2: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Kv",
        "Clear",
        "/Kv/Clear",
        ::rpcplugin::__private::MethodKind::UnaryUnary,
        "",
        2,
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Kv",
        &[Self::ROW_0, Self::ROW_1, Self::ROW_2],
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
        use ::rpcplugin::__private as __runtime;
        let _ = (
            <String as __runtime::Message>::encode,
            <u32 as __runtime::Message>::encode,
        );
        let __requests = __runtime::request::<String>(key);
        let __answer = __runtime::answer(
                &self
                    .channel
                    .in_context(
                        <Context as __runtime::CallContext>::as_context(&context),
                    ),
                &Self::ROW_0,
                __requests,
            )
            .await;
        let __response = __runtime::response::<u32>(__answer);
        <Result<u32, Status> as __runtime::Outcome<u32>>::from_result(__response)
    }
    async fn put(
        &self,
        pairs: Streaming<u32>,
        context: rpcplugin::Context,
    ) -> Result<u32, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (<u32 as __runtime::Message>::encode,);
        let __requests = __runtime::requests::<u32>(pairs);
        let __answer = __runtime::answer(
                &self
                    .channel
                    .in_context(
                        <rpcplugin::Context as __runtime::CallContext>::as_context(
                            &context,
                        ),
                    ),
                &Self::ROW_1,
                __requests,
            )
            .await;
        let __response = __runtime::response::<u32>(__answer);
        <Result<u32, Status> as __runtime::Outcome<u32>>::from_result(__response)
    }
    async fn clear(&self, context: Context) -> Result<(), Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (<() as __runtime::Message>::encode,);
        let __requests = __runtime::request::<()>(());
        let __answer = __runtime::answer(
                &self
                    .channel
                    .in_context(
                        <Context as __runtime::CallContext>::as_context(&context),
                    ),
                &Self::ROW_2,
                __requests,
            )
            .await;
        let __response = __runtime::response::<()>(__answer);
        <Result<(), Status> as __runtime::Outcome<()>>::from_result(__response)
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
        use ::rpcplugin::__private as __runtime;
        let __handler = ::core::clone::Clone::clone(&self.handler);
        match __call.method().position {
            0 => {
                let _ = (
                    <String as __runtime::Message>::encode,
                    <u32 as __runtime::Message>::encode,
                );
                __runtime::serve_unary_unary::<
                    String,
                    u32,
                    _,
                    _,
                >(
                    __call,
                    move |__context, __request| async move {
                        let __outcome = <__Handler as Kv>::get(
                                &__handler,
                                <Context as __runtime::CallContext>::from_context(
                                    __context,
                                ),
                                __request,
                            )
                            .await;
                        <Result<
                            u32,
                            Status,
                        > as __runtime::Outcome<u32>>::into_result(__outcome)
                    },
                )
            }
            1 => {
                let _ = (<u32 as __runtime::Message>::encode,);
                __runtime::serve_stream_unary::<
                    u32,
                    u32,
                    _,
                    _,
                >(
                    __call,
                    move |__context, __request| async move {
                        let __outcome = <__Handler as Kv>::put(
                                &__handler,
                                __request,
                                <rpcplugin::Context as __runtime::CallContext>::from_context(
                                    __context,
                                ),
                            )
                            .await;
                        <Result<
                            u32,
                            Status,
                        > as __runtime::Outcome<u32>>::into_result(__outcome)
                    },
                )
            }
            2 => {
                let _ = (<() as __runtime::Message>::encode,);
                __runtime::serve_unary_unary::<
                    (),
                    (),
                    _,
                    _,
                >(
                    __call,
                    move |__context, (): ()| async move {
                        let __outcome = <__Handler as Kv>::clear(
                                &__handler,
                                <Context as __runtime::CallContext>::from_context(__context),
                            )
                            .await;
                        <Result<
                            (),
                            Status,
                        > as __runtime::Outcome<()>>::into_result(__outcome)
                    },
                )
            }
            _ => __runtime::unknown_method(__call.method()),
        }
    }
}
