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
#[allow(dead_code, deprecated)]
#[automatically_derived]
impl Kv for KvClient
where
    String: ::rpcplugin::__private::message::Message,
    u32: ::rpcplugin::__private::message::Message,
    (): ::rpcplugin::__private::message::Message,
    Result<u32, Status>: ::rpcplugin::__private::Outcome<u32>,
    Context: ::rpcplugin::__private::CallContext,
    rpcplugin::Context: ::rpcplugin::__private::CallContext,
    Result<(), Status>: ::rpcplugin::__private::Outcome<()>,
{
    async fn get(&self, context: Context, key: String) -> Result<u32, Status> {
        ::rpcplugin::__private::unary_unary(
                &self.channel.in_context(&context),
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
                &self.channel.in_context(&context),
                &Self::ROW_1,
                pairs,
            )
            .await
    }
    async fn clear(&self, context: Context) -> Result<(), Status> {
        ::rpcplugin::__private::unary_unary(
                &self.channel.in_context(&context),
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
    String: ::rpcplugin::__private::message::Message,
    u32: ::rpcplugin::__private::message::Message,
    (): ::rpcplugin::__private::message::Message,
    Result<u32, Status>: ::rpcplugin::__private::Outcome<u32>,
    Context: ::rpcplugin::__private::CallContext,
    rpcplugin::Context: ::rpcplugin::__private::CallContext,
    Result<(), Status>: ::rpcplugin::__private::Outcome<()>,
{
    fn spec(&self) -> &'static ::rpcplugin::__private::ServiceSpec {
        Self::SPEC
    }
    fn call(
        &self,
        call: ::rpcplugin::__private::Call,
    ) -> ::rpcplugin::__private::ResponseFuture {
        let handler = ::core::clone::Clone::clone(&self.handler);
        match call.method().position {
            0 => {
                ::rpcplugin::__private::serve_unary_unary(
                    call,
                    move |context, request| async move {
                        <__Handler as Kv>::get(
                                &handler,
                                ::rpcplugin::__private::CallContext::from_context(context),
                                request,
                            )
                            .await
                    },
                )
            }
            1 => {
                ::rpcplugin::__private::serve_stream_unary(
                    call,
                    move |context, request| async move {
                        <__Handler as Kv>::put(
                                &handler,
                                request,
                                ::rpcplugin::__private::CallContext::from_context(context),
                            )
                            .await
                    },
                )
            }
            2 => {
                ::rpcplugin::__private::serve_unary_unary(
                    call,
                    move |context, (): ()| async move {
                        <__Handler as Kv>::clear(
                                &handler,
                                ::rpcplugin::__private::CallContext::from_context(context),
                            )
                            .await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(call.method()),
        }
    }
}
