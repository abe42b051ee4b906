use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
struct Packed {
    count: usize,
    pause: std::time::Duration,
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    port: u16,
    #[binary(id = 2)]
    key: Option<u128>,
    #[binary(id = 3)]
    rows: Vec<Vec<u32>>,
}

fn main() {}
