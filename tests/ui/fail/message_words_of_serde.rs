use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(rename_all = "camelCase", default, deny_unknown_fields)]
struct Entry {
    #[binary(rename = "k", alias = "name")]
    key: String,
    #[binary(skip_serializing_if = "Option::is_none")]
    value: Option<u32>,
    #[binary(serialize_with = "write", deserialize_with = "read", flatten)]
    pause: u32,
    #[binary(skip_serializing, skip_deserializing)]
    cache: u32,
}

#[derive(BinaryMessage)]
#[binary(untagged, content = "c")]
enum Value {
    #[binary(rename = "n")]
    Number(u32),
    #[binary(skip)]
    Cache(u32),
}

#[derive(BinaryMessage)]
#[binary(transparent, try_from = "u32", from = "u32", into = "u32")]
struct Even {
    value: u32,
}

fn main() {}
