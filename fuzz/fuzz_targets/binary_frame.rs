//! Any bytes as frames of the binary wire, however they come, and as what stands in them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rpcplugin::__private::fuzz::binary_frames;
use rpcplugin_fuzz::allocation;

fuzz_target!(|data: &[u8]| {
    let ((), most) = allocation::peak(|| binary_frames(data));
    let limit = data.len() * MEMORY_FACTOR + MEMORY_RESERVE;
    assert!(most <= limit, "{} bytes took {most} bytes, more than {limit}", data.len());
});

/// Frames of ten bytes are read three times, and lists of them grow by doubling.
const MEMORY_FACTOR: usize = 60;

/// What an error takes, and the smallest buffer.
const MEMORY_RESERVE: usize = 64 * 1024;
