// #[rpc_protocol(service = "example.Calculator")]
// impl Calculator {
//     pub fn new(base: i64) -> Self {
//         Self { base }
//     }
//     /// Adds to the base.
//     #[deprecated]
//     #[expect(unused_variables)]
//     #[inline]
//     pub async fn add(&self, number: i64) -> Result<i64, Status> {
//         Ok(self.base)
//     }
//     #[rpc(skip)]
//     async fn checked(&self, number: i64) -> Result<i64, Status> {
//         Ok(number)
//     }
// }

impl Calculator {
    pub fn new(base: i64) -> Self {
        Self { base }
    }
    /// Adds to the base.
    #[deprecated]
    #[expect(unused_variables)]
    #[inline]
    pub async fn add(&self, number: i64) -> Result<i64, Status> {
        Ok(self.base)
    }
    async fn checked(&self, number: i64) -> Result<i64, Status> {
        Ok(number)
    }
}
#[allow(dead_code)]
struct __CalculatorMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __CalculatorMethod<0> {
    type Request = i64;
    type Response = i64;
    type Outcome = Result<i64, Status>;
}
/// Calls `Calculator` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
pub struct CalculatorClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl CalculatorClient {
    const ROW_0: ::rpcplugin::__private::Row<__CalculatorMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __CalculatorMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("example.Calculator", "Add",
        "/example.Calculator/Add", ::rpcplugin::__private::MethodKind::UnaryUnary,
        "Adds to the base.", 0,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
            "example.Calculator",
            &[Self::ROW_0.spec],
            "",
        )
        .protocol("Calculator");
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
impl CalculatorClient {
    /// Adds to the base.
    #[deprecated]
    #[allow(unused_variables)]
    pub async fn add(&self, number: i64) -> Result<i64, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, number).await
    }
}
/// Answers the calls of `Calculator` with a handler: register it with the router.
#[allow(dead_code)]
pub struct CalculatorServer {
    handler: ::std::sync::Arc<Calculator>,
}
#[allow(dead_code)]
impl CalculatorServer {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = CalculatorClient::SPEC;
    /// A server that owns its handler.
    #[must_use]
    pub fn new(handler: Calculator) -> Self {
        Self::from_arc(::std::sync::Arc::new(handler))
    }
    /// A server for a handler that others hold as well.
    #[must_use]
    pub fn from_arc(handler: ::std::sync::Arc<Calculator>) -> Self {
        Self { handler }
    }
}
#[automatically_derived]
impl ::core::clone::Clone for CalculatorServer {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl ::core::fmt::Debug for CalculatorServer {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("CalculatorServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl ::rpcplugin::__private::Service for CalculatorServer
where
    Calculator: ::core::marker::Send + ::core::marker::Sync + 'static,
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
                    &CalculatorClient::ROW_0,
                    __call,
                    move |_, __request| async move {
                        <Calculator>::add(&__handler, __request).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
