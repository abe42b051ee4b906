//! The server of the test service.

use std::time::Duration;

use futures_util::{Stream, TryStreamExt, stream};
use rpcplugin::compression::CallCompression;
use rpcplugin::{Code, Context, Status, Streaming};

use super::cases::{ECHO_INITIAL, ECHO_TRAILING};
use super::observer::WatchedStream;
use super::{
    BoolValue, CallsObserver, EchoStatus, Empty, Payload, PayloadType, ResponseParameters, SimpleRequest,
    SimpleResponse, StreamingInputCallRequest, StreamingInputCallResponse, StreamingOutputCallRequest,
    StreamingOutputCallResponse, TestService,
};

/// Answers as the public description of the test service says.
#[derive(Clone, Debug, Default)]
pub struct TestServer {
    observer: CallsObserver,
}

impl TestServer {
    /// A server whose calls are counted by `observer`.
    #[must_use]
    pub const fn new(observer: CallsObserver) -> Self {
        Self { observer }
    }
}

impl TestService for TestServer {
    async fn empty_call(&self, _request: Empty) -> Result<Empty, Status> {
        Ok(Empty {})
    }

    async fn unary_call(&self, request: SimpleRequest) -> Result<SimpleResponse, Status> {
        echo_metadata()?;
        let compression = Compression::of_call()?;
        compression.expect(request.expect_compressed.as_ref())?;
        compression.answer(request.response_compressed.as_ref());
        asked_for(request.response_status)?;
        Ok(SimpleResponse { payload: payload(request.response_type, request.response_size)? })
    }

    async fn streaming_input_call(
        &self,
        mut requests: Streaming<StreamingInputCallRequest>,
    ) -> Result<StreamingInputCallResponse, Status> {
        let mut watched = self.observer.watch();
        let sum = sum(&mut requests, &Compression::of_call()?).await;
        watched.ended(sum.as_ref().map(drop));
        sum
    }

    async fn streaming_output_call(
        &self,
        request: StreamingOutputCallRequest,
    ) -> Result<Streaming<StreamingOutputCallResponse>, Status> {
        Ok(Streaming::new(answers(request, Compression::of_call()?)?))
    }

    async fn full_duplex_call(
        &self,
        requests: Streaming<StreamingOutputCallRequest>,
    ) -> Result<Streaming<StreamingOutputCallResponse>, Status> {
        echo_metadata()?;
        let compression = Compression::of_call()?;
        let answers = requests.and_then(move |request| {
            let compression = compression.clone();
            async { answers(request, compression) }
        });
        let answers = Box::pin(answers.try_flatten());
        Ok(Streaming::new(WatchedStream { answers, watched: self.observer.watch() }))
    }
}

async fn sum(
    requests: &mut Streaming<StreamingInputCallRequest>,
    compression: &Compression,
) -> Result<StreamingInputCallResponse, Status> {
    let mut bytes = 0;
    while let Some(request) = requests.message().await? {
        compression.expect(request.expect_compressed.as_ref())?;
        bytes += request.payload.map_or(0, |payload| payload.body.len());
    }
    let aggregated_payload_size =
        i32::try_from(bytes).map_err(|_| Status::out_of_range("the payloads have more than 2 GiB in all"))?;
    Ok(StreamingInputCallResponse { aggregated_payload_size })
}

/// The answers that one request asks for, each after its pause.
fn answers(
    request: StreamingOutputCallRequest,
    compression: Compression,
) -> Result<impl Stream<Item = Result<StreamingOutputCallResponse, Status>> + Send, Status> {
    asked_for(request.response_status)?;
    let kind = request.response_type;
    Ok(stream::iter(request.response_parameters.into_iter().map(Ok)).and_then(
        move |parameters: ResponseParameters| {
            let compression = compression.clone();
            async move {
                if let Ok(pause @ 1..) = u64::try_from(parameters.interval_us) {
                    tokio::time::sleep(Duration::from_micros(pause)).await;
                }
                compression.answer(parameters.compressed.as_ref());
                Ok(StreamingOutputCallResponse { payload: payload(kind, parameters.size)? })
            }
        },
    ))
}

/// Sends metadata back that asks for it.
fn echo_metadata() -> Result<(), Status> {
    let context = Context::current().ok_or_else(|| Status::internal("a handler runs outside of a call"))?;
    let metadata = context.metadata();
    for value in metadata.get_all(ECHO_INITIAL) {
        context.response().update_initial(|initial| initial.append(ECHO_INITIAL, value))?;
    }
    for value in metadata.get_all_bin(ECHO_TRAILING) {
        context.response().update_trailing(|trailing| trailing.append_bin(ECHO_TRAILING, value.to_vec()))?;
    }
    Ok(())
}

/// Fails with the status that the request asks for, if it asks for one.
fn asked_for(status: Option<EchoStatus>) -> Result<(), Status> {
    match status {
        Some(EchoStatus { code, message }) if code != 0 => Err(Status::new(Code::from_number(code), message)),
        _ => Ok(()),
    }
}

/// What a call makes of compression. Nothing where the server does not compress.
#[derive(Clone)]
struct Compression(CallCompression);

impl Compression {
    fn of_call() -> Result<Self, Status> {
        let context =
            Context::current().ok_or_else(|| Status::internal("a handler runs outside of a call"))?;
        let compression = Self(context.get().unwrap_or_default());
        // Nothing is compressed that nobody asked for: the other cases measure messages as they are.
        compression.answer(None);
        Ok(compression)
    }

    /// Who says of a message that it is compressed, or that it is not, finds out.
    fn expect(&self, expected: Option<&BoolValue>) -> Result<(), Status> {
        match (expected.map(|expected| expected.value), self.0.was_compressed()) {
            (Some(expected), found) if expected != found => Err(Status::invalid_argument(format!(
                "the request says of itself that it is compressed: {expected}; it was: {found}"
            ))),
            _ => Ok(()),
        }
    }

    /// Sends the next message as is asked for.
    fn answer(&self, asked: Option<&BoolValue>) {
        self.0.set_sending(asked.is_some_and(|asked| asked.value));
    }
}

fn payload(kind: PayloadType, size: i32) -> Result<Option<Payload>, Status> {
    if kind != PayloadType::Compressable {
        return Err(Status::invalid_argument(format!(
            "no payloads of the kind {kind:?}; ask for zeros, kind 0"
        )));
    }
    let length = usize::try_from(size)
        .map_err(|_| Status::invalid_argument(format!("{size} is no length; ask for 0 or more bytes")))?;
    Ok(Some(Payload::zeros(length)))
}
