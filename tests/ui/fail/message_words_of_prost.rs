use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(tag = "1")]
    key: String,
    #[binary(bytes, optional, tag = 2)]
    value: Vec<u8>,
    #[binary(sint64, tag = "3")]
    version: i64,
    #[binary(message, repeated, boxed, tag = "4")]
    children: Vec<Entry>,
    #[binary(btree_map = "string, uint32", tags = "5, 6")]
    counts: u32,
}

fn main() {}
