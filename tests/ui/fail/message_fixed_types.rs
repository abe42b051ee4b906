use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Inner {
    text: String,
}

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Fixed {
    count: u32,
    text: String,
    items: [Vec<u8>; 2],
    maybe: Option<u32>,
    inner: Inner,
}

fn main() {}
