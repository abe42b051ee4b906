use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Celsius(f32);

#[derive(BinaryMessage)]
struct Ping;

fn main() {
    let _ = Celsius(20.5).0;
}
