use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {
    Number(u64),
    #[binary(id = 0)]
    Zero(u64),
    #[binary(id = 19500)]
    Protobuf(u64),
    #[binary(id = 1)]
    Text(String),
    #[binary(tag = "5")]
    Bytes(Vec<u8>),
}

fn main() {}
