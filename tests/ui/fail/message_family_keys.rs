use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(family, id_type = u16)]
enum IdType {
    #[binary(id = 1)]
    Reset,
}

#[derive(BinaryMessage)]
#[binary(family, header = i16)]
enum Signed {
    #[binary(id = 1)]
    Reset,
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Other {
    #[binary(id = 1)]
    Reset,
    #[binary(other)]
    Unknown(u16),
}

fn main() {}
