use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(id_type = usize)]
enum Machine {
    #[binary(id = 1)]
    First,
}

#[derive(BinaryMessage)]
#[binary(id_type = char)]
enum Letter {
    #[binary(id = 1)]
    First,
}

#[derive(BinaryMessage)]
#[binary(id_type = u128)]
enum Wide {
    #[binary(id = 1)]
    First,
}

fn main() {}
