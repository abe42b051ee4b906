use rpcplugin::BinaryMessage;

const KEY: u32 = 1;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id)]
    nothing: u32,
    #[binary(id =)]
    unfinished: u32,
    #[binary(id = KEY)]
    constant: u32,
    #[binary(id = 4u32)]
    suffix: u32,
    #[binary(id = "5")]
    text: u32,
    #[binary(id = true)]
    word: u32,
    #[binary(id = 7.0)]
    fraction: u32,
    #[binary(id(9))]
    parenthesized: u32,
    #[binary(id = 1 + 9)]
    sum: u32,
}

fn main() {}
