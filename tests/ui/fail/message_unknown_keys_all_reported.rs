use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(ednian = "big", crate_path = "x")]
struct Entry {
    #[binary(idd = 1)]
    key: String,
    #[binary(id = 2, nonsense(1, 2), other)]
    value: Vec<u8>,
}

fn main() {}
