//! Any bytes on a plugin's standard output before it serves, in pieces of any size.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::__private::fuzz::handshake_line;
use rpcplugin_fuzz::allocation;

fuzz_target!(|data: &[u8]| {
    let ((), most) = allocation::peak(|| handshake_line(data));
    let limit = data.len() * MEMORY_FACTOR + MEMORY_RESERVE;
    assert!(most <= limit, "{} bytes took {most} bytes, more than {limit}", data.len());
});

/// They are read twice, kept by buffers that grow by doubling, and quoted with escapes.
const MEMORY_FACTOR: usize = 24;

/// What an error takes, and the smallest buffer.
const MEMORY_RESERVE: usize = 64 * 1024;
