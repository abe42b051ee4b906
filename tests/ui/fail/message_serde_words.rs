use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(rename_all = "camelCase")]
struct Entry {
    #[binary(rename = "k")]
    key: String,
    #[binary(default, skip_serializing_if = "Option::is_none")]
    value: Option<u32>,
    #[binary(skip)]
    cache: u32,
}

fn main() {}
