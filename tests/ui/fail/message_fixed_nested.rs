use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Inner {
    count: u32,
}

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Outer {
    inner: Inner,
}

fn main() {}
