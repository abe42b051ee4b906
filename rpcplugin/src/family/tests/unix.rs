//! A socket of the file system instead of TCP: nothing differs, the end of the peer least of all.

use tokio::net::{UnixListener, UnixStream};

use super::frame;
use crate::family::{FamilyConnection, FamilyError, FamilyOptions};
use crate::message::sample::Telemetry;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn pair() -> (FamilyConnection<Telemetry, UnixStream>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    (FamilyConnection::new(ours, FamilyOptions::new()), theirs)
}

#[tokio::test]
async fn questions_are_answered() {
    let (mut ours, theirs) = pair();
    let theirs = FamilyConnection::<Telemetry, _>::new(theirs, FamilyOptions::new());
    let echo = |message| async move { Ok::<_, std::convert::Infallible>(Some(message)) };
    let serving = tokio::spawn(theirs.serve(echo));
    for question in [Telemetry::sensor(), Telemetry::status("héllo"), Telemetry::Ping {}] {
        assert_eq!(ours.request(&question).await.unwrap(), question);
    }
    drop(ours);
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_came_unasked_is_no_answer_and_an_end_within_a_frame_is_an_error() {
    let (mut ours, mut theirs) = pair();
    let bytes = [&frame(&Telemetry::Ping {})[..], &frame(&Telemetry::sensor())[..5]].concat();
    theirs.write_all(&bytes).await.unwrap();
    drop(theirs);
    assert_eq!(ours.receive().await.unwrap(), Some(Telemetry::Ping {}));
    let error = ours.request(&Telemetry::Ping {}).await.unwrap_err();
    assert!(matches!(error, FamilyError::Broken { .. }), "{error}");
    let error = ours.receive().await.unwrap_err();
    assert!(matches!(error, FamilyError::Closed { received: 5, needed: 18 }), "{error}");
}

#[tokio::test]
async fn an_unknown_type_is_answered_and_ends_the_connection() {
    let (mut ours, mut theirs) = pair();
    theirs.write_all(&[9, 9]).await.unwrap();
    let error = ours.receive().await.unwrap_err();
    assert!(matches!(error, FamilyError::UnknownMessage { found: 0x0909, .. }), "{error}");
    let mut answered = Vec::new();
    theirs.read_to_end(&mut answered).await.unwrap();
    assert_eq!(answered, [0xff, 0xff]);
}

#[tokio::test]
async fn a_listener_in_the_file_system_can_be_served() {
    let directory = std::env::temp_dir().join(format!("rpcplugin-family-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let path = directory.join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let connection = FamilyConnection::<Telemetry, _>::new(stream, FamilyOptions::new());
        connection.serve(|message| async move { Ok::<_, String>(Some(message)) }).await
    };
    let asking = async {
        let stream = UnixStream::connect(&path).await.unwrap();
        let mut connection = FamilyConnection::<Telemetry, _>::new(stream, FamilyOptions::new());
        connection.request(&Telemetry::sensor()).await
    };
    let (served, answer) = tokio::join!(serving, asking);
    assert_eq!(answer.unwrap(), Telemetry::sensor());
    served.unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
}
