use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    key: u32,
    #[binary(skip, endian = "big", since = 2, pad_after = 1)]
    cache: u32,
    #[binary(skip, prefix = u8, length = 4, max_len = 4, with = module, magic = b"!")]
    text: String,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    key: u32,
    #[binary(skip, encoding = "zigzag", max_len = 4, oneof, with = module)]
    cache: i32,
}

fn main() {}
