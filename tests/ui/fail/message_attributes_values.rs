use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(endian, prefix = "u16", magic =, extensible = true)]
struct Container {
    value: String,
}

#[derive(BinaryMessage)]
struct Fields {
    #[binary(with = Pod<u32>)]
    generic: u32,
    #[binary(prefix(u8), validate = "check")]
    text: String,
    #[binary(skip = true)]
    cache: u32,
    #[binary(with)]
    pause: std::time::Duration,
    #[binary(since = "2")]
    added: u32,
}

#[derive(BinaryMessage)]
#[binary(id_type = "u16")]
enum Variants {
    #[binary(other = true)]
    Unknown(u8),
}

#[derive(BinaryMessage)]
#[binary(crate = "rpcplugin")]
struct Quoted {
    value: u32,
}

fn main() {}
