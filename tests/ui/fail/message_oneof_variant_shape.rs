use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {
    #[binary(id = 1)]
    Number(u64),
    #[binary(id = 2)]
    Two(u64, u64),
    #[binary(id = 3)]
    Nothing,
    #[binary(id = 4)]
    Named { value: u64 },
    #[binary(id = 5)]
    None(),
}

fn main() {}
