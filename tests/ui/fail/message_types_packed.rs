use rpcplugin::BinaryMessage;

struct Stranger;

#[derive(BinaryMessage)]
struct Entry {
    count: usize,
    stranger: Option<Stranger>,
    path: std::path::PathBuf,
    callback: fn(u32) -> u32,
}

fn main() {}
