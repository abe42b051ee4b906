use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(oneof, family)]
enum Value {
    #[binary(id = 1)]
    Number(u64),
}

fn main() {}
