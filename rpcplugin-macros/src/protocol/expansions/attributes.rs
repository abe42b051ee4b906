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
#[allow(dead_code)]
struct __PricesMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __PricesMethod<0> {
    type Request = String;
    type Response = u64;
    type Outcome = Result<u64, Status>;
}
/// Calls `Prices` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct PricesClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl PricesClient {
    const ROW_0: ::rpcplugin::__private::Row<__PricesMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __PricesMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("exchange.Prices", "GetPrice",
        "/exchange.Prices/GetPrice", ::rpcplugin::__private::MethodKind::UnaryUnary, "",
        0,).aliases(& ["/exchange.Prices/Price", "/old.Prices/Get"])
        .timeout(::core::time::Duration::from_millis(1500)).idempotent()
        .message_bytes_max(64 * 1024)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
            "exchange.Prices",
            &[Self::ROW_0.spec],
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
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, symbol).await
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
        let __handler = ::core::clone::Clone::clone(&self.handler);
        match __call.method().position {
            0 => {
                ::rpcplugin::__private::serve_unary_unary(
                    &PricesClient::ROW_0,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Prices>::price(&__handler, __request).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
