//! What goes along with a call, both ways: metadata, who calls, and the details of a status.

use rpcplugin::testing::{self, Carrier, Route};
use rpcplugin::{CallOptions, Code, Context, Detail, Metadata, PeerAddress, ResponseMetadata, Status};

use crate::kit_four::{FourClient, METHODS, call, four};

const BYTES: &[u8] = &[0, 255, 128, b',', b'\n'];

fn sent() -> Metadata {
    let mut metadata = Metadata::new();
    metadata.insert("tenant", "blue").unwrap();
    metadata.append("tag", "first").unwrap();
    metadata.append("tag", "second, with a comma").unwrap();
    metadata.append_bin("proof-bin", BYTES.to_vec()).unwrap();
    metadata.append_bin("proof-bin", Vec::new()).unwrap();
    metadata
}

fn is_sent(metadata: &Metadata) -> bool {
    let tags: Vec<&str> = metadata.get_all("tag").collect();
    let proofs: Vec<&[u8]> = metadata.get_all_bin("proof-bin").collect();
    metadata.get("tenant") == Some("blue")
        && tags == ["first", "second, with a comma"]
        && proofs == [BYTES, b""]
}

/// Sends back what came, under its own names, before the first message and behind the last.
fn echo(context: &Context) {
    assert!(is_sent(context.metadata()), "{context:?}");
    let metadata = context.metadata().clone();
    context.response().update_initial(|initial| *initial = metadata.clone());
    context.response().update_trailing(|trailing| {
        *trailing = metadata;
        trailing.insert("place", "behind").unwrap();
    });
}

#[tokio::test]
async fn metadata_crosses_both_ways_in_every_kind_whether_the_call_succeeds_or_not() {
    for succeeds in [true, false] {
        let service = move || {
            four(move |context: Context| {
                echo(&context);
                async move { if succeeds { Ok(b"done".to_vec()) } else { Err(Status::aborted("not done")) } }
            })
        };
        testing::for_each_route(service, async |channel| {
            for method in METHODS {
                let response = ResponseMetadata::new();
                let options = CallOptions::new().metadata(sent()).response(&response);
                let answer = call(&FourClient::new(channel.with(options)), method).await;
                assert_eq!(answer.is_ok(), succeeds, "{method}: {answer:?}");
                assert!(is_sent(&response.initial()), "{method}: {response:?}");
                assert!(is_sent(&response.trailing()), "{method}: {response:?}");
                assert_eq!(response.trailing().get("place"), Some("behind"), "{method}");
                assert_eq!(response.initial().get("place"), None, "{method}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_handler_knows_who_calls() {
    for route in Route::all() {
        let service = four(|context: Context| async move {
            let peer = context.peer().unwrap();
            let kind = match peer.address() {
                PeerAddress::Memory => "memory",
                PeerAddress::Unix => "unix",
                PeerAddress::Tcp(address) if address.ip().is_loopback() => "tcp",
                other => panic!("{other}"),
            };
            let process = peer.credentials().and_then(|credentials| credentials.process_id);
            Ok(format!("{kind} {process:?} {:?}", peer.certificate_fingerprint()).into_bytes())
        });
        let pair = testing::connect(service).route(route).await.unwrap();
        let kind = match route.carrier() {
            Some(Carrier::Unix) => "unix",
            Some(Carrier::Tcp) => "tcp",
            _ => "memory",
        };
        let process = (kind == "unix").then(std::process::id);
        let fingerprint = pair.fingerprints().map(|fingerprints| fingerprints.client);
        assert_eq!(fingerprint.is_some(), route.is_mutual_tls());
        let expected = format!("{kind} {process:?} {fingerprint:?}");
        let four = FourClient::new(pair.channel());
        for method in METHODS {
            let said = String::from_utf8(call(&four, method).await.unwrap()).unwrap();
            assert_eq!(said, expected, "{method} over {route}");
        }
    }
}

#[tokio::test]
async fn details_of_a_status_cross_in_every_kind() {
    let service = || {
        four(|_context| async {
            let detail = |text: &str| Detail::new("test.Text", &text.to_owned());
            let status = Status::failed_precondition("not now: é, 100 % and\n\"more\"");
            Err(status
                .with_detail(detail("first").unwrap())
                .with_detail(Detail::new("test.Number", &7_u64).unwrap())
                .with_detail(detail("last").unwrap()))
        })
    };
    testing::for_each_route(service, async |channel| {
        let four = FourClient::new(channel);
        for method in METHODS {
            let status = call(&four, method).await.unwrap_err();
            assert_eq!(status.code(), Code::FailedPrecondition, "{method}");
            assert_eq!(status.message(), "not now: é, 100 % and\n\"more\"", "{method}");
            let names: Vec<&str> = status.details().iter().map(Detail::type_name).collect();
            assert_eq!(names, ["test.Text", "test.Number", "test.Text"], "{method}");
            assert_eq!(status.detail::<String>("test.Text").unwrap().unwrap(), "first");
            assert_eq!(status.detail::<u64>("test.Number").unwrap().unwrap(), 7);
            assert_eq!(status.details()[2].decode::<String>().unwrap(), "last");
            assert!(status.detail::<u64>("test.Absent").is_none());
        }
    })
    .await;
}
