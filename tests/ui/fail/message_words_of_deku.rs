use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(ctx = "size: u8", bit_order = "lsb")]
struct Entry {
    #[binary(bits = 4)]
    flags: u8,
    #[binary(bytes = 3)]
    key: u32,
    #[binary(update = "self.data.len()")]
    count: u8,
    #[binary(count = "count", pad_bytes_before = "1", pad_bytes_after = "1")]
    data: Vec<u8>,
    #[binary(cond = "count > 0", map = "read", reader = "read", writer = "write")]
    more: u32,
    #[binary(assert = "*last > 0", assert_eq = "1", temp)]
    last: u8,
}

#[derive(BinaryMessage)]
#[binary(id_endian = "big")]
enum Value {
    #[binary(id_pat = "_")]
    Any(u8),
}

fn main() {}
