use rpcplugin::BinaryMessage;

#[derive(BinaryMessage)]
enum Level {
    Low = 1,
    High = 2,
}

#[derive(BinaryMessage)]
enum Shape {
    #[binary(id = 0)]
    Point,
    #[binary(id = 1)]
    Circle(f32),
}

#[derive(BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    level: Level,
    #[binary(id = 2)]
    shape: Shape,
}

fn main() {}
