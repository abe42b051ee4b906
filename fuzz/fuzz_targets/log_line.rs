//! Any bytes as a plugin's log, in pieces of any size.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::__private::fuzz::log_line;
use rpcplugin_fuzz::allocation;

fuzz_target!(|data: &[u8]| {
    let ((), most) = allocation::peak(|| log_line(data));
    let limit = data.len() * MEMORY_FACTOR + MEMORY_RESERVE;
    assert!(most <= limit, "{} bytes took {most} bytes, more than {limit}", data.len());
});

/// An empty line is a text of 24 bytes in each of two lists that grow by doubling, and an empty list in JSON takes 32 for two.
const MEMORY_FACTOR: usize = 160;

/// What a record takes, and the smallest buffer.
const MEMORY_RESERVE: usize = 64 * 1024;
