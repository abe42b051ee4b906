//! Somebody in between: host and plugin are the rightful ones, and what they say to each other passes through other hands.

use std::path::PathBuf;
use std::sync::Mutex;

use rpcplugin::{Address, Code, HandshakeLine, PluginClientBuilder, StartError, TransportError, Wire};
use rpcplugin_tests::kv::{EmitRequest, Key, Kv, KvClient, Pair};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::in_time;
use super::trap::Trap;
use crate::support::{kv_plugin, script};

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaker {
    Host,
    Plugin,
}

const SPEAKERS: [Speaker; 2] = [Speaker::Host, Speaker::Plugin];

/// What is done to a record, which has a head of five bytes.
#[derive(Clone, Copy, Debug)]
enum Tampering {
    Nothing,
    /// One bit of what the record holds is turned around.
    Flip,
    /// Half of it is passed on, and nothing after that in either direction.
    Cut,
    /// It comes twice.
    Repeat,
    /// A hello says nothing of TLS 1.3.
    WithoutVersions,
    /// A hello says that TLS 1.2 is the newest.
    OldVersion,
}

/// Somebody who changes one record of one side on its way.
#[derive(Clone, Copy, Debug)]
struct Between {
    speaker: Speaker,
    /// Which of the speaker's records, from 0.
    record: usize,
    tampering: Tampering,
}

/// How a host fared.
#[derive(Debug)]
enum Fared {
    NotStarted(StartError),
    /// A call failed so.
    Lost(Code, String),
    /// Every call was answered, and the plugin stopped in order or not.
    Well(bool),
}

/// How many calls a host makes of which each waits for the one before: more than there are records that are changed.
const CALLS: usize = 40;

/// What is said in a call. The plugin repeats it in its log.
fn word(call: usize) -> String {
    format!("word-{call}-of-the-host")
}

/// A plugin of ours whose line names the socket of a trap, and its log in a file that no network is between.
fn announcing(directory: &TempDir) -> PluginClientBuilder {
    script(
        "\"$1\" 2> \"$2/seen\" | {
             read -r line; printf '%s\\n' \"$line\" > \"$2/line\"
             # It says of its wires for which socket it says so.
             [ -z \"$RPCPLUGIN_WIRES\" ] || sed -i \"s#|unix|.*#|unix|$3#\" \"$RPCPLUGIN_WIRES\"
             printf '%s\\n' \"$line\" | sed \"s#|unix|[^|]*|#|unix|$3|#\"; exec cat; }",
    )
    .arg("sh")
    .arg(kv_plugin())
    .arg(directory.path())
}

impl Between {
    /// Passes records on. Returns when the speaker is at its end, or cut off.
    async fn carry(
        self,
        speaker: Speaker,
        mut from: OwnedReadHalf,
        mut to: OwnedWriteHalf,
        done: &Mutex<bool>,
    ) -> bool {
        for number in 0.. {
            let mut bytes = vec![0; 5];
            if from.read_exact(&mut bytes).await.is_err() {
                break;
            }
            let length = usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
            bytes.resize(5 + length, 0);
            if from.read_exact(&mut bytes[5..]).await.is_err() {
                break;
            }
            if speaker == self.speaker && number == self.record {
                *done.lock().unwrap() = !matches!(self.tampering, Tampering::Nothing);
                if matches!(self.tampering, Tampering::Cut) {
                    let _ = to.write_all(&bytes[..bytes.len() / 2]).await;
                    return true;
                }
                bytes = self.changed(bytes);
            }
            // Who has hung up is seen by the next read.
            if to.write_all(&bytes).await.is_err() {
                break;
            }
        }
        false
    }

    fn changed(self, mut bytes: Vec<u8>) -> Vec<u8> {
        match self.tampering {
            Tampering::Nothing | Tampering::Cut => {}
            Tampering::Flip => {
                // Another place in each record.
                let length = bytes.len() - 5;
                bytes[5 + self.record * 13 % length] ^= 1 << (self.record % 8);
            }
            Tampering::Repeat => bytes = bytes.repeat(2),
            Tampering::WithoutVersions => bytes = hello(&bytes, |_| None),
            Tampering::OldVersion => {
                bytes = hello(&bytes, |kind| Some(if kind == 1 { vec![2, 3, 3] } else { vec![3, 3] }));
            }
        }
        bytes
    }

    /// A host starts the plugin, and calls it.
    async fn meet(self, wire: Wire) -> Fared {
        let (trap, directory) = (Trap::set(), tempfile::tempdir().unwrap());
        let done = Mutex::new(false);
        let carry = async {
            let (from_host, to_host) = trap.accept().await.into_split();
            let line = std::fs::read_to_string(directory.path().join("line")).unwrap();
            let plugin = UnixStream::connect(path(&line)).await.unwrap();
            let (from_plugin, to_plugin) = plugin.into_split();
            let mut there = Box::pin(self.carry(Speaker::Host, from_host, to_plugin, &done));
            let mut back = Box::pin(self.carry(Speaker::Plugin, from_plugin, to_host, &done));
            // Who hung up may be told something yet; who is cut off may not, and nor may the other.
            tokio::select! {
                is_cut = &mut there => if !is_cut { drop(there); back.await; } else { drop((there, back)); },
                is_cut = &mut back => if !is_cut { drop(back); there.await; } else { drop((there, back)); },
            }
            std::future::pending().await
        };
        let host = async {
            let builder = announcing(&directory).arg(trap.socket()).wire(wire);
            let plugin = match builder.start().await {
                Ok(plugin) => plugin,
                Err(error) => return Fared::NotStarted(error),
            };
            let store = KvClient::new(plugin.channel());
            for call in 0..CALLS {
                if let Err(status) = converse(&store, call).await {
                    plugin.stop().await;
                    return Fared::Lost(status.code(), status.message().to_owned());
                }
            }
            Fared::Well(plugin.stop().await.is_graceful())
        };
        let fared = in_time(async {
            tokio::select! { fared = Box::pin(host) => fared, never = carry => never }
        })
        .await;
        assert!(!trap.was_touched(), "{self:?}: the host tried again");
        let is_tampered = !matches!(self.tampering, Tampering::Nothing);
        assert_eq!(*done.lock().unwrap(), is_tampered, "{self:?}: {fared:?}");
        let seen = std::fs::read_to_string(directory.path().join("seen")).unwrap();
        let words = only_words(&seen);
        assert!(!matches!(fared, Fared::Well(_)) || words == CALLS, "{words} words: {seen}");
        fared
    }
}

fn path(line: &str) -> PathBuf {
    let line: HandshakeLine = line.parse().unwrap();
    let Address::Unix(path) = line.address else { panic!("not unix") };
    path
}

/// One call whose request the plugin logs, and one whose answer the host knows.
async fn converse(store: &KvClient, call: usize) -> Result<(), rpcplugin::Status> {
    let nothing = String::new;
    store
        .emit(EmitRequest { log: word(call), standard_output: nothing(), standard_error: nothing() })
        .await?;
    let pair = Pair { key: "held".to_owned(), value: word(call).into_bytes() };
    store.put(pair.clone()).await?;
    let found = store.get(Key { key: "held".to_owned() }).await?;
    assert_eq!(found, pair, "a damaged answer");
    Ok(())
}

/// How many words of the host its handler saw: one behind another, from the first, and nothing else.
fn only_words(seen: &str) -> usize {
    let words = seen.lines().filter(|line| line.contains("emit"));
    let checked = words.enumerate().map(|(call, line)| {
        assert!(line.contains(&word(call)), "call {call}: {line}");
    });
    checked.count()
}

/// A hello with other versions in it: those of `versions`, which is told whose hello it is, or none.
fn hello(record: &[u8], versions: impl Fn(u8) -> Option<Vec<u8>>) -> Vec<u8> {
    /// The extension that says which versions of TLS there are.
    const SUPPORTED_VERSIONS: u16 = 43;
    let short = |at: usize| usize::from(u16::from_be_bytes([record[at], record[at + 1]]));
    assert_eq!(record[0], 22, "not a handshake");
    let kind = record[5];
    // Head of the record, head of the message, version, random bytes; then the session.
    let mut at = 5 + 4 + 2 + 32;
    at += 1 + usize::from(record[at]);
    match kind {
        // The ciphers and compressions that there are.
        1 => {
            at += 2 + short(at);
            at += 1 + usize::from(record[at]);
        }
        // The cipher and the compression.
        2 => at += 3,
        other => panic!("a message {other}"),
    }
    let (before, mut rest) = (&record[9..at], &record[at + 2..at + 2 + short(at)]);
    let (mut extensions, mut is_changed) = (Vec::new(), false);
    while let [high, low, long, length, behind @ ..] = rest {
        let (data, others) = behind.split_at(usize::from(u16::from_be_bytes([*long, *length])));
        rest = others;
        let is_versions = u16::from_be_bytes([*high, *low]) == SUPPORTED_VERSIONS;
        is_changed |= is_versions;
        let data = if is_versions { versions(kind) } else { Some(data.to_vec()) };
        if let Some(data) = data {
            extensions.extend([*high, *low]);
            extensions.extend(two(data.len()));
            extensions.extend(data);
        }
    }
    assert!(is_changed, "a hello of an old TLS");
    let message = [before, &two(extensions.len()), &extensions].concat();
    [&record[..3], &two(message.len() + 4), &[kind, 0], &two(message.len()), &message].concat()
}

fn two(length: usize) -> [u8; 2] {
    u16::try_from(length).unwrap().to_be_bytes()
}

/// TLS said that it does not go on, or the connection ended behind it and with it the first question.
fn assert_refused(between: Between, error: &StartError) {
    let is_refused = matches!(
        error,
        StartError::Connect { source: TransportError::TlsHandshake { .. }, .. }
            | StartError::Protocol { .. }
            | StartError::NotReady { .. }
    );
    assert!(is_refused, "{between:?}: {error:?}");
}

/// Nobody is served beyond the record that is changed, over either wire.
async fn nobody_goes_on(tampering: Tampering, records: std::ops::Range<usize>) {
    for wire in [Wire::Grpc, Wire::Binary] {
        let mut all = tokio::task::JoinSet::new();
        for speaker in SPEAKERS {
            for record in records.clone() {
                let between = Between { speaker, record, tampering };
                all.spawn(async move { (between, Box::pin(between.meet(wire)).await) });
            }
        }
        while let Some(met) = all.join_next().await {
            let (between, fared) = met.unwrap();
            match fared {
                Fared::NotStarted(error) => assert_refused(between, &error),
                Fared::Lost(code, message) => {
                    assert_eq!(code, Code::Unavailable, "{between:?}: {message}");
                }
                Fared::Well(_) => panic!("{between:?}: they went on over {wire:?}"),
            }
        }
    }
}

#[tokio::test]
async fn who_only_passes_on_what_is_said_is_not_noticed() {
    for wire in [Wire::Grpc, Wire::Binary] {
        let between = Between { speaker: Speaker::Host, record: 0, tampering: Tampering::Nothing };
        let fared = Box::pin(between.meet(wire)).await;
        assert!(matches!(fared, Fared::Well(true)), "{fared:?}");
    }
}

#[tokio::test]
async fn a_bit_that_is_turned_around_ends_the_connection() {
    nobody_goes_on(Tampering::Flip, 0..14).await;
}

#[tokio::test]
async fn a_connection_that_is_cut_in_a_record_is_lost() {
    nobody_goes_on(Tampering::Cut, 0..8).await;
}

#[tokio::test]
async fn a_record_that_comes_twice_ends_the_connection() {
    // Behind the handshake, where what TLS says for old boxes on the way may come as it likes.
    nobody_goes_on(Tampering::Repeat, 6..10).await;
}

#[tokio::test]
async fn nobody_is_talked_down_to_an_older_tls() {
    for (speaker, tampering, cause) in [
        (Speaker::Host, Tampering::WithoutVersions, "AttemptedDowngradeToTls12WhenTls13IsSupported"),
        (Speaker::Host, Tampering::OldVersion, "AttemptedDowngradeToTls12WhenTls13IsSupported"),
        (Speaker::Plugin, Tampering::WithoutVersions, ""),
        (Speaker::Plugin, Tampering::OldVersion, ""),
    ] {
        let between = Between { speaker, record: 0, tampering };
        let fared = Box::pin(between.meet(Wire::Grpc)).await;
        let Fared::NotStarted(error) = fared else { panic!("{between:?}: {fared:?}") };
        let StartError::Connect { source: TransportError::TlsHandshake { .. }, .. } = &error else {
            panic!("{between:?}: {error:?}")
        };
        assert!(error.to_string().contains(cause), "{between:?}: {error}");
    }
}
