// #[rpc_protocol]
// impl<S: Store, const N: usize> Cache<S, N>
// where
//     S::Value: Clone,
// {
//     pub(crate) async fn size(&self, context: Context) -> Result<u64, Status> {
//         Ok(1)
//     }
// }

impl<S: Store, const N: usize> Cache<S, N>
where
    S::Value: Clone,
{
    pub(crate) async fn size(&self, context: Context) -> Result<u64, Status> {
        Ok(1)
    }
}
#[allow(dead_code)]
struct __CacheMethod<const POSITION: usize>;
#[allow(deprecated)]
impl ::rpcplugin::__private::Unary for __CacheMethod<0> {
    type Request = ();
    type Response = u64;
    type Outcome = Result<u64, Status>;
}
/// Calls `Cache` through a channel.
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
#[allow(dead_code)]
pub(crate) struct CacheClient {
    channel: ::rpcplugin::__private::Channel,
}
#[allow(dead_code)]
impl CacheClient {
    const ROW_0: ::rpcplugin::__private::Row<__CacheMethod<0>> = ::rpcplugin::__row!(
        unary, Unary, __CacheMethod < 0 >,
        ::rpcplugin::__private::MethodSpec::new("Cache", "Size", "/Cache/Size",
        ::rpcplugin::__private::MethodKind::UnaryUnary, "", 0,)
    );
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "Cache",
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
impl CacheClient {
    /// Calls `size` of the contract.
    pub(crate) async fn size(&self, context: Context) -> Result<u64, Status> {
        ::rpcplugin::__private::unary_unary(
                &self
                    .channel
                    .in_context(
                        <Context as ::rpcplugin::__private::CallContext>::as_context(
                            &context,
                        ),
                    ),
                &Self::ROW_0,
                (),
            )
            .await
    }
}
/// Answers the calls of `Cache` with a handler: register it with the router.
#[allow(dead_code)]
pub(crate) struct CacheServer<S: Store, const N: usize>
where
    S::Value: Clone,
{
    handler: ::std::sync::Arc<Cache<S, N>>,
}
#[allow(dead_code)]
impl<S: Store, const N: usize> CacheServer<S, N>
where
    S::Value: Clone,
{
    /// The methods of the contract.
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = CacheClient::SPEC;
    /// A server that owns its handler.
    #[must_use]
    pub fn new(handler: Cache<S, N>) -> Self {
        Self::from_arc(::std::sync::Arc::new(handler))
    }
    /// A server for a handler that others hold as well.
    #[must_use]
    pub fn from_arc(handler: ::std::sync::Arc<Cache<S, N>>) -> Self {
        Self { handler }
    }
}
#[automatically_derived]
impl<S: Store, const N: usize> ::core::clone::Clone for CacheServer<S, N>
where
    S::Value: Clone,
{
    fn clone(&self) -> Self {
        Self {
            handler: ::core::clone::Clone::clone(&self.handler),
        }
    }
}
#[automatically_derived]
impl<S: Store, const N: usize> ::core::fmt::Debug for CacheServer<S, N>
where
    S::Value: Clone,
{
    fn fmt(&self, formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        formatter.write_str("CacheServer")
    }
}
#[automatically_derived]
#[allow(deprecated, unused_variables)]
impl<S: Store, const N: usize> ::rpcplugin::__private::Service for CacheServer<S, N>
where
    S::Value: Clone,
    Cache<S, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
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
                    &CacheClient::ROW_0,
                    __call,
                    move |__context, (): ()| async move {
                        <Cache<
                            S,
                            N,
                        >>::size(
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
