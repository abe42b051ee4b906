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
struct Field {
    #[binary(endian = "network")]
    value: u32,
}

#[derive(BinaryMessage)]
#[binary(endian = "Big")]
enum Choice {
    #[binary(id = 1)]
    First,
}

fn main() {}
