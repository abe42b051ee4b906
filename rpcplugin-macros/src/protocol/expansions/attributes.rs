// #[rpc_protocol(name = "trading-data", service = "exchange.Prices", version = "2.1.0")]
// trait Prices {
//     #[rpc(name = "GetPrice", aliases = ["Price", "/old.Prices/Get"], timeout = "1500ms", idempotent, max_len = 64 * 1024)]
//     async fn price(&self, symbol: String) -> Result<u64, Status>;
// }

trait Prices: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn price(
        &self,
        symbol: String,
    ) -> impl ::core::future::Future<
        Output = Result<u64, Status>,
    > + ::core::marker::Send;
}
/// Calls `Prices` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct PricesClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl PricesClient {
    const ROW_0: ::rpcplugin::__private::MethodSpec = ::rpcplugin::__private::MethodSpec::new(
            "exchange.Prices",
            "GetPrice",
            "/exchange.Prices/GetPrice",
            ::rpcplugin::__private::MethodKind::UnaryUnary,
            "",
            0,
        )
        .aliases(&["/exchange.Prices/Price", "/old.Prices/Get"])
        .timeout(::core::time::Duration::from_millis(1500))
        .idempotent()
        .message_bytes_max(64 * 1024);
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
            "exchange.Prices",
            &[Self::ROW_0],
            "",
        )
        .protocol("trading-data")
        .version("2.1.0");
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
impl Prices for PricesClient {
    async fn price(&self, symbol: String) -> Result<u64, Status> {
        use ::rpcplugin::__private as __runtime;
        let _ = (
            <String as __runtime::Message>::encode,
            <u64 as __runtime::Message>::encode,
        );
        let __requests = __runtime::request::<String>(symbol);
        let __answer = __runtime::answer(&self.channel, &Self::ROW_0, __requests).await;
        let __response = __runtime::response::<u64>(__answer);
        <Result<u64, Status> as __runtime::Outcome<u64>>::from_result(__response)
    }
}
/// Answers the calls of `Prices` with a handler: register it with the router.
#[allow(dead_code)]
struct PricesServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[allow(dead_code)]
impl<T> PricesServer<T> {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = PricesClient::SPEC;
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
impl<T> ::core::clone::Clone for PricesServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Debug for PricesServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("PricesServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<__Handler> ::rpcplugin::__private::Service for PricesServer<__Handler>
where
    __Handler: Prices,
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
                    <u64 as __runtime::Message>::encode,
                );
                __runtime::serve_unary_unary::<
                    String,
                    u64,
                    _,
                    _,
                >(
                    __call,
                    move |_, __request| async move {
                        let __outcome = <__Handler as Prices>::price(
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
            _ => __runtime::unknown_method(__call.method()),
        }
    }
}
