use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use prost_reflect::DescriptorPool;

use super::JsonCallError;
use super::codec::Codec;
use crate::call::{MessageStream, Messages};
use crate::contract::{MethodKind, Status};
use crate::discovery::{MessageDescription, MethodDescription, PluginDescription};
use crate::quote::quote;
use crate::rpc::Streaming;

impl PluginDescription {
    /// Calls a method with one request and one response, both as JSON as protobuf has it: `{"key": "a"}`.
    ///
    /// `method` is what [`method`](Self::method) takes. In the JSON of a request a field may be called as in the file or as in
    /// JSON, `bytes` are base64, and a field that is left out has its default. In that of the response fields are called as in
    /// JSON, numbers of 64 bits are text, and a field with its default is left out. Messages of files of an edition are not read.
    ///
    /// # Errors
    ///
    /// [`JsonCallError::Request`], before anything is sent, for a JSON that is not of the message: it names the field and what
    /// was expected. Others for a method that is not described or has streams, for a message that is none of protobuf, and for
    /// a call that fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the call up, and the handler is dropped.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use rpcplugin::PluginClient;
    ///
    /// # async fn host(plugin: PluginClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let description = plugin.describe().await?;
    /// let answer = description.call_json("example.Kv/Get", r#"{"key": "a"}"#).await?;
    /// println!("{answer}");
    /// # Ok(())
    /// # }
    /// ```
    pub async fn call_json(&self, method: &str, request: &str) -> Result<String, JsonCallError> {
        let Typed { method, request: asked, response } = self.typed(method)?;
        let named = || method.path.clone();
        if method.kind != MethodKind::UnaryUnary {
            return Err(JsonCallError::Streams { method: named(), kind: method.kind });
        }
        let fault = |source| JsonCallError::Request { method: named(), source };
        let request = Messages::One(asked.encode(request).map_err(fault)?);
        let failed = |source| JsonCallError::Call { method: named(), source };
        let bytes = match self.channel.call_untyped(&method.untyped(), request).await.map_err(failed)? {
            Messages::One(bytes) => bytes,
            Messages::Many(_) => {
                let source = Status::internal("expected one response, found a stream: report this bug");
                return Err(JsonCallError::Call { method: named(), source });
            }
        };
        response.decode(bytes).map_err(|reason| JsonCallError::Response { method: named(), reason })
    }

    /// Calls a method of any kind: requests are a stream of JSON, and so are the responses.
    ///
    /// A method that takes one request gets it from a stream of one, which has to end: only then is it known to be the only one,
    /// and the method is called. A request that is no JSON of its message ends the call with
    /// INVALID_ARGUMENT, whose source is a [`JsonFault`](crate::JsonFault); a response without a JSON ends the stream with
    /// INTERNAL, whose source is a [`JsonCallError`].
    ///
    /// # Errors
    ///
    /// [`JsonCallError`] as for [`call_json`](Self::call_json), where the call fails at once.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future, or later the stream, gives the call up, and the handler is dropped.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use futures_util::stream;
    /// use rpcplugin::PluginClient;
    ///
    /// # async fn host(plugin: PluginClient) -> Result<(), Box<dyn std::error::Error>> {
    /// let description = plugin.describe().await?;
    /// let requests = stream::iter([r#"{"prefix": "a"}"#.to_owned()]);
    /// let mut pairs = description.stream_json("example.Kv/List", requests).await?;
    /// while let Some(pair) = pairs.message().await? {
    ///     println!("{pair}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn stream_json(
        &self,
        method: &str,
        requests: impl Stream<Item = String> + Send + 'static,
    ) -> Result<Streaming<String>, JsonCallError> {
        let Typed { method, request, response } = self.typed(method)?;
        let requests = match method.kind.streams_requests() {
            true => Messages::Many(MessageStream::new(requests.map(move |json| as_request(&request, &json)))),
            false => Messages::One(one(method, &request, requests).await?),
        };
        let answer = self.channel.call_untyped(&method.untyped(), requests).await;
        let answer = answer.map_err(|source| JsonCallError::Call { method: method.path.clone(), source })?;
        let path = method.path.clone();
        let as_json = move |bytes| {
            response.decode(bytes).map_err(|reason| {
                let error = JsonCallError::Response { method: path.clone(), reason };
                Status::internal(error.to_string()).with_source(error)
            })
        };
        Ok(match answer {
            Messages::One(bytes) => Streaming::new(futures_util::stream::iter([as_json(bytes)])),
            Messages::Many(answers) => Streaming::new(answers.map(move |bytes| bytes.and_then(&as_json))),
        })
    }

    /// A method with the types of its messages.
    fn typed(&self, name: &str) -> Result<Typed<'_>, JsonCallError> {
        let unknown =
            || JsonCallError::UnknownMethod { method: name.to_owned(), known: self.methods_like(name) };
        let method = self.method(name).ok_or_else(unknown)?;
        for (side, message) in [("request", &method.request), ("response", &method.response)] {
            if !message.is_protobuf {
                let (method, message) = (method.path.clone(), message.name.clone());
                return Err(JsonCallError::NotProtobuf { method, side, message });
            }
        }
        let useless = |reason| JsonCallError::Description { service: method.service.clone(), reason };
        let path = self.service(&method.service).and_then(|service| service.file.as_deref());
        let pool = self.pools.get(self, path.ok_or_else(unknown)?).map_err(useless)?;
        let codec = |message| codec(&pool, message).map_err(useless);
        Ok(Typed { method, request: codec(&method.request)?, response: codec(&method.response)? })
    }
}

struct Typed<'a> {
    method: &'a MethodDescription,
    request: Codec,
    response: Codec,
}

fn codec(pool: &DescriptorPool, message: &MessageDescription) -> Result<Codec, String> {
    let found = pool.get_message_by_name(&message.name).map(Codec::new);
    found.ok_or_else(|| format!("there is no message {}", quote(&message.name)))
}

/// A request of a stream.
fn as_request(codec: &Codec, json: &str) -> Result<Bytes, Status> {
    codec.encode(json).map_err(|fault| Status::invalid_argument(fault.to_string()).with_source(fault))
}

/// The one request of a method that takes one.
async fn one(
    method: &MethodDescription,
    codec: &Codec,
    requests: impl Stream<Item = String> + Send + 'static,
) -> Result<Bytes, JsonCallError> {
    let mut requests = Box::pin(requests);
    let named = || method.path.clone();
    let first =
        requests.next().await.ok_or_else(|| JsonCallError::RequestCount { method: named(), found: 0 })?;
    let request =
        codec.encode(&first).map_err(|source| JsonCallError::Request { method: named(), source })?;
    match requests.next().await {
        None => Ok(request),
        Some(_) => Err(JsonCallError::RequestCount { method: named(), found: 2 }),
    }
}
