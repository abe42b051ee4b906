use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Packed {
    value: u32,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    packed: Packed,
}

#[derive(BinaryMessage)]
struct Outer {
    tagged: Tagged,
}

fn main() {}
