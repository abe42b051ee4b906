// #[rpc_protocol]
// trait Limits {
//     async fn limit(&self, name: String) -> Result<u32, Status> {
//         Ok(name.len() as u32)
//     }
//     #[rpc(skip)]
//     fn version(&self) -> u32 {
//         1
//     }
// }

trait Limits: ::core::marker::Send + ::core::marker::Sync + 'static {
    fn limit(
        &self,
        name: String,
    ) -> impl ::core::future::Future<
        Output = Result<u32, Status>,
    > + ::core::marker::Send {
        async move {
            if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
                Result<u32, Status>,
            > {
                return output;
            }
            Ok(name.len() as u32)
        }
    }
    fn version(&self) -> u32 {
        1
    }
}
#[allow(dead_code)]
struct __LimitsMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __LimitsMethod<0> {
    type Request = String;
    type Response = u32;
    type Outcome = Result<u32, Status>;
}
/// Calls `Limits` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
struct LimitsClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl LimitsClient {
    const ROW_0: ::rpcplugin::__private::Row<__LimitsMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __LimitsMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("Limits", "Limit", "/Limits/Limit",
        ::rpcplugin::__private::MethodKind::UnaryUnary, "", 0,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Limits",
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
impl Limits for LimitsClient {
    async fn limit(&self, name: String) -> Result<u32, Status> {
        ::rpcplugin::__private::unary_unary(&self.channel, &Self::ROW_0, name).await
    }
}
/// Answers the calls of `Limits` with a handler: register it with the router.
#[allow(dead_code)]
struct LimitsServer<T> {
    handler: ::std::sync::Arc<T>,
}
#[allow(dead_code)]
impl<T> LimitsServer<T> {
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = LimitsClient::SPEC;
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
impl<T> ::core::clone::Clone for LimitsServer<T> {
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<T> ::core::fmt::Debug for LimitsServer<T> {
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("LimitsServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<__Handler> ::rpcplugin::__private::Service for LimitsServer<__Handler>
where
    __Handler: Limits,
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
                    &LimitsClient::ROW_0,
                    __call,
                    move |_, __request| async move {
                        <__Handler as Limits>::limit(&__handler, __request).await
                    },
                )
            }
            _ => ::rpcplugin::__private::unknown_method(__call.method()),
        }
    }
}
