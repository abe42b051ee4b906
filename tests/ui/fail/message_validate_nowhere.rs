use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(validate = nowhere)]
struct Entry {
    #[binary(validate = Self::check)]
    first: u32,
}

fn main() {}
