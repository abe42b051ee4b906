use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(fixed)]
struct Line<'a> {
    text: &'a [u8; 4],
}

fn main() {}
