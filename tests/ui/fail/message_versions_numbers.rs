use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(extensible = 2)]
struct Container {
    key: u32,
    #[binary(since)]
    nothing: u32,
    #[binary(since = "1.2")]
    text: u32,
    #[binary(since = 99999999999)]
    long: u32,
    #[binary(since = -1)]
    negative: u32,
    #[binary(since = 0)]
    zero: u32,
}

fn main() {}
