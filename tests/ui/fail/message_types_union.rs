use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
union Number {
    integer: u32,
    float: f32,
}

fn main() {}
