//! Our client, and the Python server that answers it.

use rpcplugin::{FamilyError, FamilyOptions};

use super::messages::{Blob, Counter, Label, Mixed, SensorData, Spoken, Status};
use super::{connection, python_server, socket};
use crate::python::python;

fn sensor_data<F: Spoken>(station: u16) -> F {
    SensorData { station, sensor1: 1.5, sensor2: -2.25, sensor3: 0.1, sensor4: f32::MAX }.into()
}

fn status<F: Spoken>(status_code: u32, message: &str) -> F {
    Status { status_code, message: message.to_owned() }.into()
}

fn mixed<F: Spoken>(a: u16, b: i32, c: f64, flag: bool) -> F {
    Mixed { a, b, c, flag }.into()
}

fn label<F: Spoken>(name: &str, n: u16) -> F {
    Label { name: name.to_owned(), n }.into()
}

/// A blob of so many bytes, and the same from its end.
fn blobs<F: Spoken>(size: usize) -> (F, F) {
    let name = format!("of {size}");
    let data: Vec<u8> = (0..=250).cycle().take(size).collect();
    let reversed = data.iter().rev().copied().collect();
    (Blob { name: name.clone(), data }.into(), Blob { name, data: reversed }.into())
}

/// What we say, and what must be answered.
fn conversation<F: Spoken>(largest_blob: usize) -> Vec<(F, F)> {
    let mut conversation = vec![
        (sensor_data(7), sensor_data(8)),
        (status(200, "all is well"), status(201, "ALL IS WELL")),
        (status(0, ""), status(1, "")),
        (status(u32::MAX - 1, "héllo ✓"), status(u32::MAX, "HÉLLO ✓")),
        (mixed(513, -70000, 0.1, false), mixed(514, 70000, 0.2, true)),
        (mixed(65534, i32::MAX, -1.5e300, true), mixed(65535, -i32::MAX, -3e300, false)),
        (mixed(0, 0, f64::NEG_INFINITY, true), mixed(1, 0, f64::NEG_INFINITY, false)),
        (label("abc", 513), label("cba", 514)),
        (label("abcdefgh", 0), label("hgfedcba", 1)),
        (label("", 65534), label("", 65535)),
    ];
    conversation.extend([0, 1, 1000, largest_blob].map(blobs));
    conversation
        .extend((0..100).map(|value| (Counter { value }.into(), Counter { value: value + 1 }.into())));
    conversation
}

/// The answer must say that the server does not know labels.
fn assert_not_found<F: Spoken>(answer: Result<F, FamilyError>) {
    match answer {
        Err(FamilyError::NotFound { family, message_type: Some(6) }) => assert_eq!(family, F::FAMILY_NAME),
        other => panic!("{other:?}"),
    }
}

pub(super) async fn over_tcp<F: Spoken>() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<F>(&python, &[]).await;
    let mut connected = connection::<F>(port, FamilyOptions::new()).await;
    for (question, answer) in conversation(100_000) {
        assert_eq!(connected.request(&question).await.unwrap(), answer);
    }
    all_at_once(port, &conversation::<F>(100_000)).await;
    connected.shutdown().await.unwrap();
    assert_eq!(connected.receive().await.unwrap(), None, "the server ends its side in turn");

    let (_server, port) = python_server::<F>(&python, &["--without", "LABEL"]).await;
    let mut connected = connection::<F>(port, FamilyOptions::new()).await;
    for _ in 0..2 {
        assert_not_found(connected.request(&label("abc", 1)).await);
        // The server has read the whole message, so the connection goes on.
        assert_eq!(connected.request(&sensor_data(7)).await.unwrap(), sensor_data(8));
    }
}

/// Sends everything before the first answer is read: the answers come in the order of the questions.
async fn all_at_once<F: Spoken>(port: u16, conversation: &[(F, F)]) {
    let (mut sender, mut receiver) = connection::<F>(port, FamilyOptions::new()).await.split();
    let sending = async {
        for (question, _) in conversation {
            sender.send(question).await.unwrap();
        }
        sender.shutdown().await.unwrap();
    };
    let receiving = async {
        for (_, answer) in conversation {
            assert_eq!(receiver.receive().await.unwrap().as_ref(), Some(answer));
        }
        assert_eq!(receiver.receive().await.unwrap(), None);
    };
    tokio::join!(sending, receiving);
}

pub(super) async fn over_udp<F: Spoken>() {
    let Some(python) = python() else { return };
    let (_server, port) = python_server::<F>(&python, &["--udp"]).await;
    let connected = socket::<F>(port, FamilyOptions::new()).await;
    for (question, answer) in conversation(65_000) {
        assert_eq!(connected.request(&question).await.unwrap(), answer);
    }

    let (_server, port) = python_server::<F>(&python, &["--udp", "--without", "LABEL"]).await;
    let connected = socket::<F>(port, FamilyOptions::new()).await;
    for _ in 0..2 {
        assert_not_found(connected.request(&label("abc", 1)).await);
        assert_eq!(connected.request(&sensor_data(7)).await.unwrap(), sensor_data(8));
    }
}
