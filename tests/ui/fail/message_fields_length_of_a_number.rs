use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Packed {
    #[binary(length = 8)]
    padded: u32,
    #[binary(max_len = 8)]
    bounded: u64,
    #[binary(prefix = u8)]
    counted: bool,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1, max_len = 8)]
    bounded: i32,
}

#[derive(BinaryMessage)]
enum Choice {
    #[binary(id = 1)]
    First(#[binary(max_len = 8)] f32),
}

fn main() {}
