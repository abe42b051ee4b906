use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Unknown {
    #[binary(id = 1, encoding = "varint")]
    value: i32,
    #[binary(id = 2, encoding = zigzag)]
    other: i32,
}

#[derive(BinaryMessage)]
struct Packed {
    #[binary(encoding = "zigzag")]
    value: i32,
}

fn main() {}
