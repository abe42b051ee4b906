use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Packed {
    #[binary(default)]
    count: u32,
    #[binary(default = 7)]
    level: u32,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1, default = 7)]
    level: u32,
}

fn main() {}
