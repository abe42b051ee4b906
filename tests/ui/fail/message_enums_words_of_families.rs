use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(header = u8, checksum = rpcplugin::checksum::crc32)]
enum Command {
    #[binary(id = 1)]
    Reset,
    #[binary(not_found)]
    NotFound,
}

fn main() {}
