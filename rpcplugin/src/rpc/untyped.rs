//! Calls of methods that the caller has no types for: a path, and bytes.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::call::{answer, begin};
use crate::call::Messages;
use crate::contract::{MethodKind, MethodSpec, Status};
use crate::limits::{UNTYPED_METHODS_MAX, UNTYPED_PATH_BYTES_MAX};
use crate::quote::quote;
use crate::rpc::Channel;

impl Channel {
    /// Calls a method by its path and its kind, with messages that are bytes already, and answers with bytes.
    ///
    /// It is for what knows methods only when it runs: a gateway, a recorder, a tool. Everything else about the call is as with
    /// a client: options, deadline, interceptors, limits. Nobody compares the messages with those of the plugin: bytes that it
    /// cannot read are refused by it, if it notices.
    ///
    /// `requests` is what the kind says: [`Messages::One`], or [`Messages::Many`] where requests are a stream. So is the answer.
    /// As with a client, the answer of a method with a stream of responses is there before the first of them, and what fails
    /// later fails in the stream.
    ///
    /// Of each path that was called a little stays in memory until this process ends, and after 4096 of them no others can be
    /// called: paths are those of a program's contracts, not what somebody makes up.
    ///
    /// # Errors
    ///
    /// The [`Status`] of the call. INVALID_ARGUMENT, before anything is sent, for a path that is not `/service/method`, and for
    /// requests that are not those of the kind.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use bytes::Bytes;
    /// use rpcplugin::{Channel, Messages, MethodKind, Router, Status, rpc_protocol};
    ///
    /// #[rpc_protocol(service = "example.Greeter")]
    /// trait Greeter {
    ///     async fn greet(&self, name: String) -> Result<String, Status>;
    /// }
    ///
    /// struct Polite;
    /// impl Greeter for Polite {
    ///     async fn greet(&self, name: String) -> Result<String, Status> {
    ///         Ok(format!("hi {name}"))
    ///     }
    /// }
    ///
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// let channel = Channel::local(Router::new().service(GreeterServer::new(Polite)).unwrap());
    /// // A `google.protobuf.StringValue`, as `String` is one on the wire.
    /// let request = Messages::One(Bytes::from_static(b"\x0a\x03Ada"));
    /// let answer = channel.call_bytes("/example.Greeter/Greet", MethodKind::UnaryUnary, request).await?;
    /// assert!(matches!(answer, Messages::One(bytes) if bytes == &b"\x0a\x06hi Ada"[..]));
    /// # Ok::<(), Status>(())
    /// # }).unwrap();
    /// ```
    pub async fn call_bytes(
        &self,
        path: &str,
        kind: MethodKind,
        requests: Messages,
    ) -> Result<Messages, Status> {
        self.call_untyped(&Untyped { path, kind, idempotent: false }, requests).await
    }

    /// The same, where more is known of the method.
    pub(crate) async fn call_untyped(
        &self,
        method: &Untyped<'_>,
        requests: Messages,
    ) -> Result<Messages, Status> {
        let streams = matches!(requests, Messages::Many(_));
        if streams != method.kind.streams_requests() {
            let expected = if streams { "`Messages::One`" } else { "`Messages::Many`" };
            return Err(Status::invalid_argument(format!(
                "{} is {}: give its requests as {expected}",
                quote(method.path),
                method.kind
            )));
        }
        let row = method.row()?;
        if method.kind.streams_responses() {
            begin(self, row, Ok(requests), Messages::Many).await
        } else {
            answer(self, row, Ok(requests), |bytes| Ok(Messages::One(bytes))).await
        }
    }
}

/// What is known of a method without a contract.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Untyped<'a> {
    pub(crate) path: &'a str,
    pub(crate) kind: MethodKind,
    pub(crate) idempotent: bool,
}

/// The rows of methods that were called by their paths. Interceptors and wires know a method by a row that stays.
static ROWS: LazyLock<Mutex<Rows>> = LazyLock::new(Mutex::default);

type Rows = HashMap<(&'static str, MethodKind, bool), &'static MethodSpec>;

impl Untyped<'_> {
    fn row(&self) -> Result<&'static MethodSpec, Status> {
        let mut rows = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
        self.row_of(&mut rows, UNTYPED_METHODS_MAX)
    }

    fn row_of(&self, rows: &mut Rows, count_max: usize) -> Result<&'static MethodSpec, Status> {
        if let Some(row) = rows.get(&(self.path, self.kind, self.idempotent)) {
            return Ok(row);
        }
        // Before anything of it stays.
        split(self.path)?;
        if rows.len() >= count_max {
            return Err(Status::resource_exhausted(format!(
                "this process has called {count_max} methods by their paths, and can call no other: see `Channel::call_bytes`"
            )));
        }
        let path: &'static str = Box::leak(self.path.into());
        let (service, name) = split(path)?;
        let row = MethodSpec::new(service, name, path, self.kind, "", 0);
        let row: &'static MethodSpec =
            Box::leak(Box::new(if self.idempotent { row.idempotent() } else { row }));
        rows.insert((path, self.kind, self.idempotent), row);
        Ok(row)
    }
}

/// The service and the method of a path.
fn split(path: &str) -> Result<(&str, &str), Status> {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic());
    let parts = path.strip_prefix('/').and_then(|rest| rest.split_once('/'));
    let parts = parts.filter(|(service, name)| is_part(service) && is_part(name) && !name.contains('/'));
    parts.filter(|_| path.len() <= UNTYPED_PATH_BYTES_MAX).ok_or_else(|| {
        Status::invalid_argument(format!(
            "{} is no path of a method; write `/example.Kv/Get`, with {UNTYPED_PATH_BYTES_MAX} bytes at most",
            quote(path)
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn untyped(path: &str, kind: MethodKind) -> Untyped<'_> {
        Untyped { path, kind, idempotent: false }
    }

    #[test]
    fn a_method_has_one_row_however_often_it_is_called_and_there_are_not_too_many() {
        let mut rows = Rows::new();
        let mut row = |method: Untyped<'_>| method.row_of(&mut rows, 3);
        let get = row(untyped("/a.Kv/Get", MethodKind::UnaryUnary)).unwrap();
        assert_eq!((get.service, get.name, get.path), ("a.Kv", "Get", "/a.Kv/Get"));
        assert!(std::ptr::eq(get, row(untyped("/a.Kv/Get", MethodKind::UnaryUnary)).unwrap()));
        let other = row(untyped("/a.Kv/Get", MethodKind::StreamUnary)).unwrap();
        assert_eq!((other.kind, other.idempotent), (MethodKind::StreamUnary, false));
        let idempotent =
            row(Untyped { path: "/a.Kv/Get", kind: MethodKind::UnaryUnary, idempotent: true }).unwrap();
        assert!(idempotent.idempotent);
        let refused = row(untyped("/a.Kv/Put", MethodKind::UnaryUnary)).unwrap_err();
        assert_eq!(refused.code(), crate::contract::Code::ResourceExhausted);
        assert!(row(untyped("/a.Kv/Get", MethodKind::UnaryUnary)).is_ok());
    }

    #[test]
    fn a_path_is_a_service_and_a_method() {
        assert_eq!(split("/a.b.Kv/Get").unwrap(), ("a.b.Kv", "Get"));
        let long = format!("/a/{}", "b".repeat(UNTYPED_PATH_BYTES_MAX));
        for path in ["", "/", "a/b", "/a", "/a/", "//b", "/a/b/c", "/a b/c", "/a/\u{e4}", "/a/\n", &long] {
            let error = split(path).unwrap_err();
            assert_eq!(error.code(), crate::contract::Code::InvalidArgument, "{path}");
        }
    }
}
