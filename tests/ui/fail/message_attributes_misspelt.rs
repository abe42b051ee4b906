use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(ednian = "big", extensable, crate_path = "x", reserve(3))]
struct Entry {
    #[binary(idd = 1)]
    key: String,
    #[binary(id = 2, maxlen = 9, nonsense(1, 2), other)]
    value: Vec<u8>,
    #[binary(Id = 3, enocding = "zigzag")]
    version: i64,
}

fn main() {}
