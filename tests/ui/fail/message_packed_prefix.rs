use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(prefix = usize)]
struct Machine {
    value: String,
}

#[derive(BinaryMessage)]
struct Signed {
    #[binary(prefix = i32)]
    value: String,
}

#[derive(BinaryMessage)]
struct Number {
    #[binary(prefix = 2)]
    value: String,
}

fn main() {}
