use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Alone {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown,
}

#[derive(BinaryMessage)]
enum Named {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown { number: u8 },
}

#[derive(BinaryMessage)]
#[binary(id_type = u16)]
enum Two {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown(u16, Vec<u8>),
}

#[derive(BinaryMessage)]
#[binary(id_type = u16)]
enum Narrow {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown(u8),
}

#[derive(BinaryMessage)]
enum Text {
    #[binary(id = 1)]
    Started,
    #[binary(other)]
    Unknown(String),
}

#[derive(BinaryMessage)]
enum Numbered {
    #[binary(id = 1)]
    Started,
    #[binary(id = 2, other)]
    Unknown(#[binary(endian = "big")] u8),
}

fn main() {}
