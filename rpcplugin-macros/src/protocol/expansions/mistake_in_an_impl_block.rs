// #[rpc_protocol]
// impl<S> Cache<S> {
//     pub async fn add(&self, value: S) -> Result<u64, Status> {
//         Ok(1)
//     }
//     pub async fn size(&self) -> Result<u64, Status> {
//         Ok(1)
//     }
// }

impl<S> Cache<S> {
    pub async fn add(&self, value: S) -> Result<u64, Status> {
        Ok(1)
    }
    pub async fn size(&self) -> Result<u64, Status> {
        Ok(1)
    }
}
#[allow(missing_docs, dead_code)]
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
pub struct CacheClient;
#[allow(missing_docs, unused)]
impl CacheClient {
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = &::rpcplugin::__private::ServiceSpec::new(
        "",
        &[],
        "",
    );
    pub fn new(
        channel: impl ::core::convert::Into<::rpcplugin::__private::Channel>,
    ) -> Self {
        Self
    }
    pub fn with(&self, options: ::rpcplugin::__private::CallOptions) -> Self {
        Self
    }
}
#[allow(unused)]
impl CacheClient {
    pub fn size(
        &self,
    ) -> impl ::core::future::Future<
        Output = Result<u64, Status>,
    > + ::core::marker::Send {
        async { ::core::unreachable!() }
    }
}
#[allow(missing_docs, dead_code, missing_debug_implementations)]
pub struct CacheServer<S>(::core::marker::PhantomData<fn(Cache<S>)>);
#[allow(missing_docs, unused)]
impl<S> CacheServer<S> {
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = CacheClient::SPEC;
    pub fn new<__Handler>(handler: __Handler) -> Self {
        ::core::unreachable!()
    }
    pub fn from_arc<__Handler>(handler: ::std::sync::Arc<__Handler>) -> Self {
        ::core::unreachable!()
    }
}
#[allow(unused)]
impl<S> ::core::clone::Clone for CacheServer<S> {
    fn clone(&self) -> Self {
        ::core::unreachable!()
    }
}
#[allow(unused)]
impl<S> ::rpcplugin::__private::Service for CacheServer<S>
where
    Cache<S>: 'static,
{
    fn spec(&self) -> &'static ::rpcplugin::__private::ServiceSpec {
        ::core::unreachable!()
    }
    fn call(
        &self,
        __call: ::rpcplugin::__private::Call,
    ) -> ::rpcplugin::__private::ResponseFuture {
        ::core::unreachable!()
    }
}
::core::compile_error! {
    "there is one client for every `S`, so it cannot say which: write the message's type"
}
