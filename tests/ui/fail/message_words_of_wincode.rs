use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(assert_zero_copy, struct_extensions)]
struct Entry {
    #[binary(with = "Pod<u32>", skip(default))]
    key: u32,
}

#[derive(BinaryMessage)]
#[binary(tag_encoding = "u32")]
enum Value {
    #[binary(tag = 3)]
    Number(u32),
}

fn main() {}
