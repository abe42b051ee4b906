use rpcplugin::BinaryMessage;

const HIGH: isize = 9;

#[derive(BinaryMessage)]
enum Level {
    Low = 1,
    Suffix = 2isize,
    Middle = 1 + 2,
    High = HIGH,
}

fn main() {}
