use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1, encoding = "zigzag")]
    count: u32,
    #[binary(id = 2, encoding = "fixed")]
    text: String,
    #[binary(id = 3, encoding = "fixed")]
    shares: Option<Vec<f64>>,
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Value {
    #[binary(id = 1)]
    Flag(#[binary(encoding = "zigzag")] bool),
}

fn main() {}
