use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::script::{Lasting, Script};
use crate::call::{Call, ResponseFuture};
use crate::contract::{MethodSpec, ServiceSpec, Status};
use crate::rpc::Service;
use crate::testing::{Expectation, RecordedCall, TestingError};

/// A service that answers from a script, made from the table of a contract.
///
/// Nothing but the methods that a test needs is written, each call is recorded, and a call without an answer is an error that
/// says so. Clones share the script: one is served, and another asked what happened.
///
/// # Examples
///
/// ```
/// use rpcplugin::testing::{self, MockService};
/// use rpcplugin::{BinaryMessage, Code, Context, Status, Streaming, rpc_protocol};
///
/// #[derive(Clone, Debug, PartialEq, BinaryMessage)]
/// struct Pair {
///     #[binary(id = 1)]
///     key: String,
///     #[binary(id = 2)]
///     value: u64,
/// }
///
/// #[rpc_protocol(service = "example.Kv")]
/// trait Kv {
///     async fn get(&self, key: String) -> Result<Pair, Status>;
///     async fn list(&self, prefix: String) -> Result<Streaming<Pair>, Status>;
///     async fn import(&self, pairs: Streaming<Pair>) -> Result<u64, Status>;
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mock = MockService::new(KvClient::SPEC);
/// // The first call of `Get` fails, all others are answered by a function.
/// mock.on("Get")?.fail(Status::unavailable("come again"));
/// mock.always("Get")?.unary_unary(|_: Context, key: String| async { Ok(Pair { key, value: 1 }) })?;
/// mock.on("List")?.answer_stream([Pair { key: "a".into(), value: 1 }, Pair { key: "b".into(), value: 2 }])?;
///
/// let pair = testing::connect(mock.clone()).await?;
/// let kv = KvClient::new(pair.channel());
/// assert_eq!(kv.get("a".into()).await.unwrap_err().code(), Code::Unavailable);
/// assert_eq!(kv.get("a".into()).await?.value, 1);
/// let listed: Vec<Pair> = kv.list(String::new()).await?.collect().await?;
/// assert_eq!(listed.len(), 2);
///
/// mock.verify()?;
/// assert_eq!(mock.calls_of("Get")?.len(), 2);
/// assert_eq!(mock.calls_of("List")?[0].requests::<String>()?, [""]);
///
/// // Nobody said what becomes of this one.
/// let status = kv.import(Streaming::empty()).await.unwrap_err();
/// assert_eq!(status.code(), Code::FailedPrecondition);
/// assert!(mock.verify().is_err());
/// # Ok(())
/// # }
/// ```
///
/// # Other ways to a mock
///
/// A client implements the trait of its contract, so a mock of the trait is as good as a client for code that takes an
/// `impl Kv`; and any type that implements the trait can be served with `KvServer::new(..)`.
/// The `mockall` crate writes such a type: put its attribute below, and it sees the trait with `async fn`s that are written
/// out.
///
/// ```text
/// #[rpc_protocol(service = "example.Kv")]
/// #[mockall::automock]
/// trait Kv {
///     async fn get(&self, key: String) -> Result<Pair, Status>;
/// }
///
/// let mut kv = MockKv::new();
/// kv.expect_get().returning(|key| Box::pin(async { Ok(Pair { key, value: 1 }) }));
/// let pair = testing::connect(KvServer::new(kv)).await?;
/// ```
#[derive(Clone)]
pub struct MockService {
    spec: &'static ServiceSpec,
    script: Arc<Mutex<Script>>,
}

impl MockService {
    /// A mock of the contract with this table, `KvClient::SPEC`, without an answer.
    #[must_use]
    pub fn new(spec: &'static ServiceSpec) -> Self {
        Self { spec, script: Arc::default() }
    }

    /// Scripts the answer to one call of a method, by its name on the wire such as `Get`. Answers are used up in the order in
    /// which they were scripted.
    ///
    /// # Errors
    ///
    /// [`TestingError::UnknownMethod`] if the contract has no such method.
    pub fn on(&self, method: &str) -> Result<Expectation<'_>, TestingError> {
        Ok(Expectation::new(self, self.method(method)?, Lasting::Once))
    }

    /// Scripts the answer to every call of a method that [`on`](Self::on) says nothing of. A second one takes the place of the
    /// first.
    ///
    /// # Errors
    ///
    /// [`TestingError::UnknownMethod`] if the contract has no such method.
    pub fn always(&self, method: &str) -> Result<Expectation<'_>, TestingError> {
        Ok(Expectation::new(self, self.method(method)?, Lasting::Always))
    }

    /// The calls so far, in the order in which they came.
    #[must_use]
    pub fn calls(&self) -> Vec<RecordedCall> {
        self.script().calls.clone()
    }

    /// The calls of one method so far.
    ///
    /// # Errors
    ///
    /// [`TestingError::UnknownMethod`] if the contract has no such method.
    pub fn calls_of(&self, method: &str) -> Result<Vec<RecordedCall>, TestingError> {
        let method = self.method(method)?;
        let mut calls = self.calls();
        calls.retain(|call| call.method().position == method.position);
        Ok(calls)
    }

    /// Holds what happened against the script.
    ///
    /// # Errors
    ///
    /// [`TestingError::Unmet`] if a call had no answer, or an answer of [`on`](Self::on) had no call.
    pub fn verify(&self) -> Result<(), TestingError> {
        let differences = self.script().differences(self.spec);
        if differences.is_empty() {
            return Ok(());
        }
        Err(TestingError::Unmet { service: self.spec.name, differences })
    }

    pub(super) fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn method(&self, name: &str) -> Result<&'static MethodSpec, TestingError> {
        self.spec.method(name).ok_or_else(|| TestingError::UnknownMethod {
            service: self.spec.name,
            method: name.to_owned(),
            known: self.spec.methods.iter().map(|method| method.name).collect(),
        })
    }
}

impl Service for MockService {
    fn spec(&self) -> &'static ServiceSpec {
        self.spec
    }

    fn call(&self, call: Call) -> ResponseFuture {
        let method = call.method();
        let (recorded, call) = RecordedCall::record(call);
        let answer = {
            let mut script = self.script();
            script.calls.push(recorded);
            script.next(method)
        };
        match answer {
            Some(answer) => answer(call),
            None => Box::pin(std::future::ready(Err(Status::failed_precondition(format!(
                "the mock has no answer to this call of `{}`; script one with `on(\"{}\")`",
                method.path, method.name
            ))))),
        }
    }
}

impl fmt::Debug for MockService {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MockService")
            .field("service", &self.spec.name)
            .field("calls", &self.script().calls)
            .finish_non_exhaustive()
    }
}
