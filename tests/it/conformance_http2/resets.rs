//! What a reset of a call says: gRPC gives the codes of HTTP/2 a meaning, wherever in the answer they come.

use rpcplugin::{Code, PluginClient};

use super::frames::prefixed;
use super::server::{OK_HEADERS, RESPONSE_BYTES, Server, response, start};
use super::{bad_call, opposite};

/// How far the answer is when the reset comes.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Nothing,
    Headers,
    Half,
    Whole,
}

const PHASES: [Phase; 4] = [Phase::Nothing, Phase::Headers, Phase::Half, Phase::Whole];

/// The codes of HTTP/2, one that it does not define, and what gRPC makes of them.
const CODES: [(u32, Code); 15] = [
    (0x0, Code::Internal),
    (0x1, Code::Internal),
    (0x2, Code::Internal),
    (0x3, Code::Internal),
    (0x4, Code::Internal),
    (0x5, Code::Internal),
    (0x6, Code::Internal),
    (0x7, Code::Unavailable),
    (0x8, Code::Cancelled),
    (0x9, Code::Internal),
    (0xa, Code::Internal),
    (0xb, Code::ResourceExhausted),
    (0xc, Code::PermissionDenied),
    (0xd, Code::Internal),
    (0xbad, Code::Internal),
];

async fn answer_until(server: &mut Server, phase: Phase, code: u32) {
    let request = server.next_request().await.unwrap();
    let message = prefixed(&response(RESPONSE_BYTES));
    let bytes = match phase {
        Phase::Nothing | Phase::Headers => 0,
        Phase::Half => message.len() / 2,
        Phase::Whole => message.len(),
    };
    if !matches!(phase, Phase::Nothing) {
        server.headers(request.stream, OK_HEADERS, false).await;
    }
    server.data(request.stream, &message[..bytes]).await;
    server.reset(request.stream, code).await;
    // The call that shows that the connection goes on.
    let next = server.next_request().await.unwrap();
    server.answer(next.stream, &response(RESPONSE_BYTES)).await;
}

async fn found(plugin: &PluginClient, server: &mut Server, phase: Phase) -> Vec<(u32, Code)> {
    let client = async {
        let mut found = Vec::new();
        for (code, _) in CODES {
            let what = format!("reset with {code:#x} after {phase:?}");
            found.push((code, bad_call(plugin, &what).await.code()));
        }
        found
    };
    let serve = async {
        for (code, _) in CODES {
            answer_until(server, phase, code).await;
        }
        server.serve().await;
    };
    opposite(client, serve).await
}

#[tokio::test]
async fn a_reset_means_the_same_wherever_it_comes() {
    let (plugin, mut server, _directory) = start(None).await;
    for phase in PHASES {
        assert_eq!(found(&plugin, &mut server, phase).await, CODES, "after {phase:?}");
    }
}
