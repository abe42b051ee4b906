use std::any::Any;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use crate::rpc::Channel;
use crate::testing::{Route, Setup, TestingError};

/// Runs one test over every way that a call can be carried: [`Route::all`].
///
/// `setup` makes what is served, anew for each route: a service, or a [`Setup`] with more of them. `test` gets the channel
/// to it. Every route is tried, also after one has failed; behind each of them the pair is
/// [closed](crate::testing::Pair::close), and a call that still runs then is a failure as well.
///
/// Sockets and tokio's paused time do not go together: tokio would let time pass while the operating system works.
///
/// # Panics
///
/// When the test panics, a route cannot be set up, or a call is left, on any route. The message names the routes, and what
/// happened on each.
///
/// # Cancel safety
///
/// Dropping the future stops the test where it is.
///
/// # Examples
///
/// ```
/// use rpcplugin::{Status, rpc_protocol, testing};
///
/// #[rpc_protocol]
/// trait Greeter {
///     async fn greet(&self, request: String) -> Result<String, Status>;
/// }
///
/// struct Polite;
/// impl Greeter for Polite {
///     async fn greet(&self, request: String) -> Result<String, Status> {
///         Ok(format!("good morning, {request}"))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// testing::for_each_route(|| GreeterServer::new(Polite), async |channel| {
///     let greeter = GreeterClient::new(channel);
///     assert_eq!(greeter.greet("Ada".to_owned()).await.unwrap(), "good morning, Ada");
/// })
/// .await;
/// # }
/// ```
#[expect(clippy::panic, reason = "it is an assertion")]
pub async fn for_each_route<S: Into<Setup>>(setup: impl Fn() -> S, test: impl AsyncFn(Channel)) {
    let routes = Route::all();
    let mut failures = Vec::new();
    for route in &routes {
        let run = run(setup().into().route(*route), &test);
        let failure = match AssertUnwindSafe(run).catch_unwind().await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(panic) => said(&*panic),
        };
        failures.push(format!("over {route}: {failure}"));
    }
    if !failures.is_empty() {
        panic!("the test failed on {} of {} routes:\n{}", failures.len(), routes.len(), failures.join("\n"));
    }
}

async fn run(setup: Setup, test: &impl AsyncFn(Channel)) -> Result<(), TestingError> {
    let pair = setup.await?;
    test(pair.channel()).await;
    pair.close().await
}

/// What a panic said. The place is on standard error already.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("the test panicked without a text").to_owned()
}
