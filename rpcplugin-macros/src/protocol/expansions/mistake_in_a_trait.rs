// #[rpc_protocol]
// pub trait Kv {
//     async fn get(&self, key: &str) -> Result<u32, Status>;
//     async fn put(&self, pair: Pair) -> Result<(), Status> {
//         Ok(())
//     }
// }

pub trait Kv: ::core::marker::Send + ::core::marker::Sync + 'static + ::core::marker::Sized {
    fn get(
        &self,
        key: &str,
    ) -> impl ::core::future::Future<
        Output = Result<u32, Status>,
    > + ::core::marker::Send;
    fn put(
        &self,
        pair: Pair,
    ) -> impl ::core::future::Future<
        Output = Result<(), Status>,
    > + ::core::marker::Send {
        async move {
            if let ::core::option::Option::Some(output) = ::core::option::Option::None::<
                Result<(), Status>,
            > {
                return output;
            }
            Ok(())
        }
    }
}
#[allow(missing_docs, dead_code)]
#[derive(::core::clone::Clone, ::core::fmt::Debug)]
pub struct KvClient;
#[allow(missing_docs, unused)]
impl KvClient {
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
impl Kv for KvClient {
    fn get(
        &self,
        key: &str,
    ) -> impl ::core::future::Future<
        Output = Result<u32, Status>,
    > + ::core::marker::Send {
        async { ::core::unreachable!() }
    }
}
#[allow(missing_docs, dead_code, missing_debug_implementations)]
pub struct KvServer<T>(::core::marker::PhantomData<fn(T)>);
#[allow(missing_docs, unused)]
impl<T> KvServer<T> {
    pub const SPEC: &'static ::rpcplugin::__private::ServiceSpec = KvClient::SPEC;
    pub fn new(handler: T) -> Self {
        ::core::unreachable!()
    }
    pub fn from_arc(handler: ::std::sync::Arc<T>) -> Self {
        ::core::unreachable!()
    }
}
#[allow(unused)]
impl<T> ::core::clone::Clone for KvServer<T> {
    fn clone(&self) -> Self {
        ::core::unreachable!()
    }
}
#[allow(unused)]
impl<T> ::rpcplugin::__private::Service for KvServer<T>
where
    T: 'static,
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
    "a message leaves this process, so it is owned: write `String`"
}
