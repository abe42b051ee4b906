// #[rpc_protocol]
// trait Clock {
//     async fn now(&self) -> Result<u64, Status>;
// }

trait Clock: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn now(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<u64, Status>,
    > + ::core::marker::Send;
}
#[allow(dead_code)]
struct __ClockMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __ClockMethod<0> {
    type Request = ();
    type Response = u64;
    type Outcome = Result<u64, Status>;
}
/// Calls `Clock` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct ClockClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl ClockClient {
    const ROW_0: ::rpcplugin::__private::Row<__ClockMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __ClockMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("Clock", "Now", "/Clock/Now",
        ::rpcplugin::__private::MethodKind::UnaryUnary, "", 0,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Clock",
        &[Self::ROW_0.spec],
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
impl Clock for ClockClient {
    async fn now(&self) -> Result<u64, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, ()).await
    }
}
/// Answers the calls of `Clock` with a handler: register it with the router.
#[allow(dead_code)]
struct ClockServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[allow(dead_code)]
impl<T> ClockServer<T> {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = ClockClient::SPEC;
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
impl<T> ::core::clone::Clone for ClockServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Debug for ClockServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("ClockServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<__Handler> ::rpcplugin::__private::Service for ClockServer<__Handler>
where
    __Handler: Clock,
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
                    &ClockClient::ROW_0,
                    __call,
                    move |_, (): ()| async move {
                        <__Handler as Clock>::now(&__handler).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
