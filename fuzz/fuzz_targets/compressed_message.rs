//! Any bytes as a compressed message of each encoding: what comes out has a bound, and so has the memory for it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::__private::fuzz::compressed_messages;
use rpcplugin_fuzz::allocation;

fuzz_target!(|data: &[u8]| {
    let ((), most) = allocation::peak(|| compressed_messages(data, BYTES_MAX));
    assert!(most <= MEMORY_MAX, "{} bytes took {most} bytes, more than {MEMORY_MAX}", data.len());
});

/// The limit of messages.
const BYTES_MAX: usize = 64 * 1024;

/// A message and the same compressed and decompressed again, twice each while they grow; and what the decoders and encoders of
/// Rust need for themselves. That of C is not counted here: the sanitizer's own limit holds it.
const MEMORY_MAX: usize = 6 * BYTES_MAX + 1024 * 1024;
