use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(family)]
enum Payload {
    #[binary(id = 1)]
    Reset,
    #[binary(not_found)]
    NotFound(u16),
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Numbered {
    #[binary(id = 1)]
    Reset,
    #[binary(id = 2, not_found)]
    NotFound,
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Twice {
    #[binary(id = 1)]
    Reset,
    #[binary(not_found)]
    NotFound,
    #[binary(not_found)]
    Unknown,
}

#[derive(BinaryMessage)]
#[binary(family)]
enum Alone {
    #[binary(not_found)]
    NotFound,
}

fn main() {}
