//! Frames as somebody may write them who keeps no rule: most are right by themselves, and wrong only where they stand.

use bytes::Bytes;

use super::super::frame::{Flags, Header, Kind, Opening};
use super::script::Script;

/// A frame for one of these calls, or for the connection.
pub(super) fn frame(script: &mut Script<'_>, ids: &[u32]) -> Vec<u8> {
    const KINDS: [Kind; 14] = [
        Kind::Call,
        Kind::Call,
        Kind::Message,
        Kind::Message,
        Kind::Message,
        Kind::Message,
        Kind::Headers,
        Kind::Status,
        Kind::Cancel,
        Kind::Window,
        Kind::Ping,
        Kind::Goodbye,
        Kind::Extension,
        Kind::Hello,
    ];
    let kind = script.one_of(&KINDS);
    let call = match kind {
        Kind::Ping | Kind::Goodbye if !script.once_in(16) => 0,
        Kind::Window if script.once_in(2) => 0,
        _ => script.one_of(ids),
    };
    let flags = match kind {
        _ if script.once_in(32) => script.byte(),
        Kind::Call => {
            script.one_of(&[0, 1, 3, 4, 5]) | script.one_of(&[0, Flags::TIMEOUT, Flags::METADATA, 24])
        }
        Kind::Message => script.one_of(&[1, 1, 3, 4, 5, 9, 13]),
        Kind::Ping => script.below(2).try_into().unwrap(),
        _ => 0,
    };
    let payload = payload(script, kind, Flags(flags));
    let length = u32::try_from(payload.len()).unwrap();
    let mut bytes = Header { length, kind, flags: Flags(flags), call }.bytes().to_vec();
    bytes.extend_from_slice(&payload);
    if script.once_in(64) {
        let place = script.below(bytes.len().min(256));
        bytes[place] = script.byte();
    }
    bytes
}

fn payload(script: &mut Script<'_>, kind: Kind, flags: Flags) -> Vec<u8> {
    let mut payload = match kind {
        Kind::Call => {
            let timeout = flags.has(Flags::TIMEOUT).then(|| u64::from(script.number()));
            let metadata = flags.has(Flags::METADATA).then(|| Bytes::from(vec![0; script.below(20)]));
            let method = u32::from(script.byte());
            let mut payload = Vec::new();
            Opening { method, timeout, metadata }.write(&mut payload);
            payload
        }
        Kind::Window => {
            let grant = script.one_of(&[1, 16, 100, 1000, 0x7fff_ffff, 0, u32::MAX]);
            return grant.to_le_bytes().to_vec();
        }
        Kind::Ping => return vec![9; if script.once_in(16) { script.below(20) } else { 8 }],
        Kind::Cancel => return vec![0; usize::from(script.once_in(16))],
        Kind::Goodbye => vec![u8::from(script.once_in(16))],
        _ => Vec::new(),
    };
    let is_part = matches!(kind, Kind::Call | Kind::Message);
    if !is_part || flags.has(Flags::PART) || script.once_in(16) {
        let length = script.length(300);
        payload.resize(payload.len() + length, 5);
    }
    payload
}
