//! The four cases of compression: who sends compressed messages, and in which kind of call.
//!
//! The peer must read gzip and send it. What says whether a message was compressed is the flag before it, never its length.

use rpcplugin::compression::CallCompression;
use rpcplugin::{CallOptions, Code, Context, Streaming};

use super::cases::{end, equal, failed, next, zeros};
use super::client::{Fault, Peer};
use super::messages::LARGE_RESPONSE_BYTES;
use super::{
    BoolValue, Payload, ResponseParameters, SimpleRequest, StreamingInputCallRequest,
    StreamingOutputCallRequest, TestService, TestServiceClient,
};

const fn says(value: bool) -> Option<BoolValue> {
    Some(BoolValue { value })
}

/// A client of one call, and what that call makes of compression.
fn client(peer: &Peer) -> (TestServiceClient, CallCompression) {
    let (context, compression) = (Context::new(), CallCompression::new());
    context.insert(compression.clone());
    (TestServiceClient::new(peer.channel.with(CallOptions::new().context(&context))), compression)
}

/// The server finds out who says of a message what is not so, and takes it as it is and compressed.
///
/// # Errors
///
/// What does not hold.
pub async fn client_compressed_unary(peer: &Peer) -> Result<(), Fault> {
    for (is_compressed, said) in [(false, true), (true, true), (false, false)] {
        let (test, compression) = client(peer);
        compression.set_sending(is_compressed);
        let request = SimpleRequest { expect_compressed: says(said), ..SimpleRequest::large() };
        let answer = test.unary_call(request).await;
        match is_compressed == said {
            true => zeros(answer?.payload, LARGE_RESPONSE_BYTES)?,
            false => failed(answer, Code::InvalidArgument, None)?,
        }
    }
    Ok(())
}

/// Two requests of one stream, the first compressed and the second as it is.
///
/// # Errors
///
/// What does not hold.
pub async fn client_compressed_streaming(peer: &Peer) -> Result<(), Fault> {
    let request = |length, is_compressed| StreamingInputCallRequest {
        payload: Some(Payload::zeros(length)),
        expect_compressed: says(is_compressed),
    };
    let (test, compression) = client(peer);
    compression.set_sending(false);
    let probe = test.streaming_input_call(Streaming::from_iter([request(27_182, true)])).await;
    failed(probe, Code::InvalidArgument, None)?;

    let (test, compression) = client(peer);
    let both = [request(27_182, true), request(45_904, false)].into_iter().map(move |request| {
        compression.set_sending(request.expect_compressed.as_ref().is_some_and(|said| said.value));
        Ok(request)
    });
    let response = test.streaming_input_call(Streaming::new(futures_util::stream::iter(both))).await?;
    equal("the sum of the lengths", &response.aggregated_payload_size, &73_086)
}

/// The server compresses its answer where it is asked to, and only there.
///
/// # Errors
///
/// What does not hold.
pub async fn server_compressed_unary(peer: &Peer) -> Result<(), Fault> {
    for asked in [true, false] {
        let (test, compression) = client(peer);
        compression.set_sending(false);
        let request = SimpleRequest { response_compressed: says(asked), ..SimpleRequest::large() };
        zeros(test.unary_call(request).await?.payload, LARGE_RESPONSE_BYTES)?;
        equal("whether the answer was compressed", &compression.was_compressed(), &asked)?;
    }
    Ok(())
}

/// The server compresses those answers of one stream that are to be.
///
/// # Errors
///
/// What does not hold.
pub async fn server_compressed_streaming(peer: &Peer) -> Result<(), Fault> {
    let asked = [(31_415, true), (92_653, false)];
    let parameters = asked.map(|(size, compressed)| ResponseParameters {
        size,
        interval_us: 0,
        compressed: says(compressed),
    });
    let (test, compression) = client(peer);
    compression.set_sending(false);
    let request =
        StreamingOutputCallRequest { response_parameters: parameters.to_vec(), ..Default::default() };
    let mut responses = test.streaming_output_call(request).await?;
    for (size, is_compressed) in asked {
        zeros(next(&mut responses).await?.payload, size)?;
        equal("whether the answer was compressed", &compression.was_compressed(), &is_compressed)?;
    }
    end(&mut responses).await
}
