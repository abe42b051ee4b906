//! Any bytes as tagged messages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::{BinaryMessage, DecodeFrom, Message};
use rpcplugin_fuzz::tagged::{Borrowed, Held, Lists, Maps, Numbers, Times, Tree};
use rpcplugin_fuzz::{again, decode};

fn accepted<T: Message + BinaryMessage + for<'a> DecodeFrom<'a>>(bytes: &[u8]) {
    if let Some(message) = decode::<T>(bytes) {
        again(&message);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else { return };
    // What was found for the others stays found for them.
    if *kind >= 240 {
        return accepted::<Held>(bytes);
    }
    match kind % 6 {
        0 => accepted::<Numbers>(bytes),
        1 => accepted::<Lists>(bytes),
        2 => accepted::<Maps>(bytes),
        3 => accepted::<Tree>(bytes),
        4 => accepted::<Times>(bytes),
        _ => {
            if let Ok(message) = Borrowed::decode_slice(bytes) {
                let bytes = message.encode_to_vec().expect("it was decoded");
                let second = Borrowed::decode_slice(&bytes).expect("it was encoded");
                assert_eq!(second.encode_to_vec().expect("it was encoded before"), bytes);
            }
        }
    }
});
