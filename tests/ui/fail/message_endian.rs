use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(endian = "middle")]
struct Middle {
    value: u32,
}

#[derive(BinaryMessage)]
#[binary(endian = big)]
struct Unquoted {
    value: u32,
}

#[derive(BinaryMessage)]
#[binary(big)]
struct Flag {
    value: u32,
}

#[derive(BinaryMessage)]
struct OnField {
    #[binary(endian = "big")]
    value: u32,
}

#[derive(BinaryMessage)]
#[binary(endian = "big")]
struct Tagged {
    #[binary(id = 1)]
    value: u32,
}

fn main() {}
