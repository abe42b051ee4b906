use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(reserved = 4)]
struct NoList {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved(9..=7))]
struct Backwards {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved(7..9))]
struct HalfOpen {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved("key"))]
struct Name {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved(0, 600000000))]
struct OutOfRange {
    #[binary(id = 1)]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved(4))]
struct Packed {
    key: String,
}

#[derive(BinaryMessage)]
#[binary(reserved())]
struct Empty {
    #[binary(id = 1)]
    key: String,
}

fn main() {}
