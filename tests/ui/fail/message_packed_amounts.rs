use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(memory = "64")]
struct Entry {
    #[binary(pad_before = "3")]
    text: u32,
    #[binary(pad_after = -1)]
    negative: u32,
    #[binary(pad_before = 3u8)]
    suffix: u32,
    #[binary(length = 1.5)]
    fraction: String,
    #[binary(max_len = true)]
    word: String,
}

fn main() {}
