use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(idtype = u8, endain = "big")]
enum Event {
    #[binary(ids = 1)]
    Started,
    #[binary(id = 2)]
    Stopped {
        #[binary(perfix = u8)]
        reason: String,
        #[binary(pad_befor = 1, pad_aftre = 1)]
        code: u32,
    },
    #[binary(othre)]
    Unknown(u8),
}

#[derive(BinaryMessage)]
#[binary(family, heading = u8)]
enum Command {
    #[binary(id = 1)]
    Reset,
    #[binary(notfound)]
    NotFound,
}

fn main() {}
