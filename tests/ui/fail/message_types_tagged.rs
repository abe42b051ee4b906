use rpcplugin::BinaryMessage;

struct Stranger;

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    port: u16,
    #[binary(id = 2)]
    key: Option<u128>,
    #[binary(id = 3)]
    rows: Vec<Vec<u32>>,
    #[binary(id = 4)]
    stranger: Stranger,
    #[binary(id = 5)]
    letter: char,
}

fn main() {}
