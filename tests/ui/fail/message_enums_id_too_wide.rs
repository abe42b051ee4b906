use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Byte {
    #[binary(id = 255)]
    Fits,
    #[binary(id = 256)]
    TooHigh,
    #[binary(id = -1)]
    Negative,
}

#[derive(BinaryMessage)]
#[binary(id_type = i16)]
enum Signed {
    Fits = -32768,
    TooLow = -32769,
    TooHigh = 32768,
}

#[derive(BinaryMessage)]
#[binary(id_type = u64)]
enum Wide {
    #[binary(id = 18446744073709551615)]
    Fits,
    #[binary(id = 18446744073709551616)]
    TooHigh,
}

fn main() {}
