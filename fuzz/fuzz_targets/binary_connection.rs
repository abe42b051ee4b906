//! Any bytes as a script of what happens on a connection of the binary wire: two sides that keep the rules, or one and a
//! stranger.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| rpcplugin::__private::fuzz::binary_connection(data));
