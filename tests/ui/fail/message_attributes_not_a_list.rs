use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary]
struct Alone {
    #[binary = "id"]
    key: String,
}

#[derive(BinaryMessage)]
#[binary(5)]
struct Numbers {
    #[binary("id" = 1)]
    key: String,
    #[binary(prefix = u8 max_len = 4)]
    value: String,
}

fn main() {}
