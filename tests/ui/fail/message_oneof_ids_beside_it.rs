use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Choice {
    #[binary(id = 2)]
    Number(u64),
    #[binary(id = 3)]
    Text(String),
}

#[derive(BinaryMessage)]
#[binary(oneof)]
enum Other {
    #[binary(id = 3)]
    Text(String),
}

#[derive(BinaryMessage)]
struct FieldAndVariant {
    #[binary(id = 2)]
    name: String,
    #[binary(oneof)]
    choice: Option<Choice>,
}

#[derive(BinaryMessage)]
struct TwoOneofs {
    #[binary(oneof)]
    choice: Option<Choice>,
    #[binary(oneof)]
    other: Option<Other>,
}

#[derive(BinaryMessage)]
#[binary(reserved(3, 5..=7))]
struct Reserved {
    #[binary(oneof)]
    choice: Option<Choice>,
}

fn main() {}
