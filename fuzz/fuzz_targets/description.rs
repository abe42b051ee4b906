//! Any bytes as what a plugin says of itself, and as what it answers, for its host to show.
#![no_main]

use std::sync::Once;

use libfuzzer_sys::fuzz_target;
use rpcplugin::__private::fuzz::description;
use rpcplugin_fuzz::allocation;

fuzz_target!(|data: &[u8]| {
    HOOK.call_once(leave_contained_panics);
    let ((), most) = allocation::peak(|| description(data));
    let limit = data.len() * MEMORY_FACTOR + MEMORY_RESERVE;
    assert!(most <= limit, "{} bytes took {most} bytes, more than {limit}", data.len());
});

static HOOK: Once = Once::new();

/// A panic ends the fuzzer, caught or not. Those of the library for JSON are expected, and caught: whoever describes messages
/// may contradict himself in more ways than it looks for.
fn leave_contained_panics() {
    let ends = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_contained = panic.location().is_some_and(|place| place.file().contains("/prost-reflect-"));
        if !is_contained {
            ends(panic);
        }
    }));
}

/// The layout of a message is said once, and stands at each method that has the message: a method takes few bytes.
const MEMORY_FACTOR: usize = 2048;

/// What the library for JSON has for each set of files.
const MEMORY_RESERVE: usize = 1024 * 1024;
