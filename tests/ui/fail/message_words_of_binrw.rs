use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(little, import(size: u8))]
struct Entry {
    #[binary(calc = 3, big)]
    count: u8,
    #[binary(count = count, pad_size_to = 8, align_before = 4)]
    data: Vec<u8>,
    #[binary(parse_with = read, write_with = write, map = read)]
    pause: u32,
    #[binary(if(count > 0), ignore, restore_position, seek_before = 4)]
    more: u32,
    #[binary(args(1), assert(count > 0), temp, try)]
    last: u8,
}

#[derive(BinaryMessage)]
#[binary(repr = u8, return_all_errors)]
enum Value {
    #[binary(magic = 1u8)]
    Number(u32),
    #[binary(pre_assert(true))]
    Text(u8),
}

fn main() {}
