use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(id = 1, since = 2, skip, length = 8, with = module, encoding = "zigzag")]
struct Container {
    #[binary(fixed, extensible, reserved(4), crate = path, memory = 8)]
    field: u32,
    #[binary(other, not_found, id_type = u8, family)]
    last: u32,
}

#[derive(BinaryMessage)]
#[binary(fixed, extensible, reserved(4), magic = b"E", other)]
enum Variants {
    #[binary(id = 1, skip, with = module, endian = "big", since = 2, id_type = u8)]
    First,
}

#[derive(BinaryMessage)]
#[binary(id_type = u8, oneof, family, header = u16, checksum = crc32)]
struct Enumlike {
    value: u32,
}

fn main() {}
