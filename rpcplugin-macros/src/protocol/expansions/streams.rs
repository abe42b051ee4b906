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
#[allow(dead_code)]
struct __NumbersMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Streamed for __NumbersMethod<0> {
    type Request = u32;
    type Response = u32;
    type Outcome = Result<Streaming<u32>, Status>;
}
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __NumbersMethod<1> {
    type Request = u32;
    type Response = u64;
    type Outcome = Result<u64, Status>;
}
#[allow(deprecated)]
impl ::rpcplugin::__private::Streamed for __NumbersMethod<2> {
    type Request = u32;
    type Response = u32;
    type Outcome = Result<Streaming<u32>, Status>;
}
/// Calls `Numbers` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct NumbersClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl NumbersClient {
    const ROW_0: ::rpcplugin::__private::Row<__NumbersMethod<0>> = ::rpcplugin::__row!(
        streamed, Streamed, __NumbersMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("Numbers", "Count", "/Numbers/Count",
        ::rpcplugin::__private::MethodKind::UnaryStream, "", 0,)
    );
    const ROW_1: ::rpcplugin::__private::Row<__NumbersMethod<1>> = ::rpcplugin::__row!(
        unary, Unary, __NumbersMethod < 1 >,
        ::rpcplugin::__private::MethodSpec::new("Numbers", "Sum", "/Numbers/Sum",
        ::rpcplugin::__private::MethodKind::StreamUnary, "", 1,)
    );
    const ROW_2: ::rpcplugin::__private::Row<__NumbersMethod<2>> = ::rpcplugin::__row!(
        streamed, Streamed, __NumbersMethod < 2 >,
        ::rpcplugin::__private::MethodSpec::new("Numbers", "Echo", "/Numbers/Echo",
        ::rpcplugin::__private::MethodKind::StreamStream, "", 2,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Numbers",
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
impl Numbers for NumbersClient {
    async fn count(&self, end: u32) -> Result<Streaming<u32>, Status> {
        ::rpcplugin::__private::unary_stream(&self.channel, &Self::ROW_0, end).await
    }
    async fn sum(&self, numbers: Streaming<u32>) -> Result<u64, Status> {
        ::rpcplugin::__private::stream_unary(&self.channel, &Self::ROW_1, numbers).await
    }
    async fn echo(&self, numbers: Streaming<u32>) -> Result<Streaming<u32>, Status> {
        ::rpcplugin::__private::stream_stream(&self.channel, &Self::ROW_2, numbers).await
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
        let __handler = ::core::clone::Clone::clone(&self.handler);
        match __call.method().position {
            0 => {
                ::rpcplugin::__private::serve_unary_stream(
                    &NumbersClient::ROW_0,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Numbers>::count(&__handler, __request).await
                    },
                )
            }
            1 => {
                ::rpcplugin::__private::serve_stream_unary(
                    &NumbersClient::ROW_1,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Numbers>::sum(&__handler, __request).await
                    },
                )
            }
            2 => {
                ::rpcplugin::__private::serve_stream_stream(
                    &NumbersClient::ROW_2,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Numbers>::echo(&__handler, __request).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
