use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(oneof, id_type = u8, endian = "big", prefix = u8, memory = 8, validate = check)]
enum Value {
    #[binary(id = 1)]
    Number(#[binary(endian = "big", validate = check)] u64),
    #[binary(id = 2)]
    Text(#[binary(prefix = u8, max_len = 9, skip)] String),
    #[binary(other)]
    Unknown(u32),
}

fn main() {}
