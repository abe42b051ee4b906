// #[rpc_protocol]
// trait Numbers {
//     async fn count(&self, end: u32) -> Result<Streaming<u32>, Status>;
//     async fn sum(&self, numbers: Streaming<u32>) -> Result<u64, Status>;
//     async fn echo(&self, numbers: Streaming<u32>) -> Result<Streaming<u32>, Status>;
// }

trait Numbers: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn count(
        &self,
        end: u32,
    ) -> impl ::core::future::Future<
        Output = Result<Streaming<u32>, Status>,
    > + ::core::marker::Send;
    fn sum(
        &self,
        numbers: Streaming<u32>,
    ) -> impl ::core::future::Future<
        Output = Result<u64, Status>,
    > + ::core::marker::Send;
    fn echo(
        &self,
        numbers: Streaming<u32>,
    ) -> impl ::core::future::Future<
        Output = Result<Streaming<u32>, Status>,
    > + ::core::marker::Send;
}
/// Calls `Numbers` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct NumbersClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl NumbersClient {
    const ROW_0: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Numbers",
        "Count",
        "/Numbers/Count",
        ::rpcplugin::__private::MethodKind::UnaryStream,
        "",
        0,
    );
    const ROW_1: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Numbers",
        "Sum",
        "/Numbers/Sum",
        ::rpcplugin::__private::MethodKind::StreamUnary,
        "",
        1,
    );
    const ROW_2: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
        "Numbers",
        "Echo",
        "/Numbers/Echo",
        ::rpcplugin::__private::MethodKind::StreamStream,
        "",
        2,
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Numbers",
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
impl Numbers for NumbersClient {
    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (<u32 as __runtime::Message>::encode,);
        let __requests = __runtime::request::<u32>(end);
        let __answer = __runtime::begin(&self.channel, &Self::ROW_0, __requests).await;
        let __response = __runtime::responses::<u32>(__answer);
        <Result<
            Streaming<u32>,
            Status,
        > as __runtime::Outcome<__runtime::Streaming<u32>>>::from_result(__response)
    }
    async fn sum(&self, numbers: Streaming<u32>) -> Result<u64, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (
            <u32 as __runtime::Message>::encode,
            <u64 as __runtime::Message>::encode,
        );
        let __requests = __runtime::requests::<u32>(numbers);
        let __answer = __runtime::answer(&self.channel, &Self::ROW_1, __requests).await;
        let __response = __runtime::response::<u64>(__answer);
        <Result<u64, Status> as __runtime::Outcome<u64>>::from_result(__response)
    }
    async fn echo(&self, numbers: Streaming<u32>) -> Result<Streaming<u32>, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (<u32 as __runtime::Message>::encode,);
        let __requests = __runtime::requests::<u32>(numbers);
        let __answer = __runtime::begin(&self.channel, &Self::ROW_2, __requests).await;
        let __response = __runtime::responses::<u32>(__answer);
        <Result<
            Streaming<u32>,
            Status,
        > as __runtime::Outcome<__runtime::Streaming<u32>>>::from_result(__response)
    }
}
/// Answers the calls of `Numbers` with a handler: register it with the router.
#[allow(dead_code)]
struct NumbersServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[allow(dead_code)]
impl<T> NumbersServer<T> {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = NumbersClient::SPEC;
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
impl<T> ::core::clone::Clone for NumbersServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Debug for NumbersServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("NumbersServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<__Handler> ::rpcplugin::__private::Service for NumbersServer<__Handler>
where
    __Handler: Numbers,
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
                let _ = (<u32 as __runtime::Message>::encode,);
                __runtime::serve_unary_stream::<
                    u32,
                    u32,
                    _,
                    _,
                >(
                    __call,
                    move |_, __request| async move {
                        let __outcome = <__Handler as Numbers>::count(
                                &__handler,
                                __request,
                            )
                            .await;
                        <Result<
                            Streaming<u32>,
                            Status,
                        > as __runtime::Outcome<
                            __runtime::Streaming<u32>,
                        >>::into_result(__outcome)
                    },
                )
            }
            1 => {
                let _ = (
                    <u32 as __runtime::Message>::encode,
                    <u64 as __runtime::Message>::encode,
                );
                __runtime::serve_stream_unary::<
                    u32,
                    u64,
                    _,
                    _,
                >(
                    __call,
                    move |_, __request| async move {
                        let __outcome = <__Handler as Numbers>::sum(
                                &__handler,
                                __request,
                            )
                            .await;
                        <Result<
                            u64,
                            Status,
                        > as __runtime::Outcome<u64>>::into_result(__outcome)
                    },
                )
            }
            2 => {
                let _ = (<u32 as __runtime::Message>::encode,);
                __runtime::serve_stream_stream::<
                    u32,
                    u32,
                    _,
                    _,
                >(
                    __call,
                    move |_, __request| async move {
                        let __outcome = <__Handler as Numbers>::echo(
                                &__handler,
                                __request,
                            )
                            .await;
                        <Result<
                            Streaming<u32>,
                            Status,
                        > as __runtime::Outcome<
                            __runtime::Streaming<u32>,
                        >>::into_result(__outcome)
                    },
                )
            }
            _ => __runtime::unknown_method(__call.method()),
        }
    }
}
