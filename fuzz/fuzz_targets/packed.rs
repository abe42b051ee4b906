//! Any bytes as packed messages. The layout is canonical: what was decoded is encoded to the very bytes it came from,
//! except where bytes are skipped.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::{BinaryMessage, DecodeFrom, FixedMessage, Message};
use rpcplugin_fuzz::packed::{
    Borrowed, Kept, Lists, Many, Maps, Mixed, Numbers, Padded, Sample, Samples, Second, Shape, Times, Tree,
    Versions,
};
use rpcplugin_fuzz::{again, decode};

fn canonical<T: Message + BinaryMessage + for<'a> DecodeFrom<'a>>(bytes: &[u8]) {
    if let Some(message) = decode::<T>(bytes) {
        assert_eq!(again(&message).as_deref(), Some(bytes), "{}", T::NAME);
    }
}

fn accepted<T: Message + BinaryMessage + for<'a> DecodeFrom<'a>>(bytes: &[u8]) {
    if let Some(message) = decode::<T>(bytes) {
        again(&message);
    }
}

fn kept(bytes: &[u8]) {
    if let Ok(message) = Kept::decode_slice(bytes) {
        // Every item was checked, so every item is there.
        assert_eq!(message.texts.iter().count(), message.texts.len());
        assert_eq!(message.shapes.iter().count(), message.shapes.len());
        assert_eq!(message.pairs.iter().count(), message.pairs.len());
        let again = message.encode_to_vec().expect("it was decoded");
        let second = Kept::decode_slice(&again).expect("it was encoded");
        assert_eq!(second.encode_to_vec().expect("it was encoded before"), again);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    // What was found for the others stays found for them.
    match *kind {
        240.. => return canonical::<Mixed>(bytes),
        230.. => return accepted::<Many>(bytes),
        220.. => return kept(bytes),
        _ => {}
    }
    match kind % 12 {
        0 => canonical::<Numbers>(bytes),
        1 => canonical::<Lists>(bytes),
        2 => canonical::<Maps>(bytes),
        3 => canonical::<Times>(bytes),
        4 => canonical::<Tree>(bytes),
        5 => canonical::<Shape>(bytes),
        6 => canonical::<Sample>(bytes),
        7 => canonical::<Samples>(bytes),
        8 => accepted::<Second>(bytes),
        9 => accepted::<Versions>(bytes),
        10 => accepted::<Padded>(bytes),
        _ => {
            if let Ok(message) = Borrowed::decode_slice(bytes) {
                assert_eq!(message.encode_to_vec().expect("it was decoded"), bytes);
            }
        }
    }
    if let Ok(views) = Sample::views(bytes) {
        for view in views {
            assert_eq!(view.to_value().encode_to_vec().expect("it was viewed"), view.as_bytes());
        }
    }
});
