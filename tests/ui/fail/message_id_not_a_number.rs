use rpcplugin::BinaryMessage;

const KEY: u32 = 1;

#[derive(BinaryMessage)]
struct Entry {
    #[binary(id)]
    a: u32,
    #[binary(id =)]
    b: u32,
    #[binary(id = KEY)]
    c: u32,
    #[binary(id = 4u32)]
    d: u32,
    #[binary(id = true)]
    e: u32,
    #[binary]
    f: u32,
    #[binary(id = 7, id = 8)]
    g: u32,
    #[binary(id(9))]
    h: u32,
}

fn main() {}
