use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct WithAnId {
    #[binary(id = 1, oneof)]
    value: Option<u32>,
}

#[derive(BinaryMessage)]
struct BesidePacked {
    key: u32,
    #[binary(oneof)]
    value: Option<u32>,
}

#[derive(BinaryMessage)]
struct WithModule {
    #[binary(oneof, with = module, encoding = "zigzag", default)]
    value: Option<u32>,
}

fn main() {}
