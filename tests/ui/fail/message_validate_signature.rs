use rpcplugin::BinaryMessage;

fn no_result(value: &u32) -> bool {
    *value > 0
}

fn by_value(value: u32) -> Result<(), &'static str> {
    if value > 0 { Ok(()) } else { Err("zero") }
}

struct Silent;

fn silent(value: &u32) -> Result<(), Silent> {
    if *value > 0 { Ok(()) } else { Err(Silent) }
}

#[derive(BinaryMessage)]
struct Entry {
    #[binary(validate = no_result)]
    first: u32,
    #[binary(validate = by_value)]
    second: u32,
    #[binary(validate = silent)]
    third: u32,
}

#[derive(BinaryMessage)]
#[binary(validate = no_result)]
struct Whole {
    value: u32,
}

fn main() {}
