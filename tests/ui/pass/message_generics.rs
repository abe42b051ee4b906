//! Type parameters, const parameters, defaults, bounds and where clauses.

use std::fmt::Debug;

use rpcplugin::{BinaryMessage, Message};

#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Pair<T: Clone, U = u8>
where
    U: Debug,
{
    first: T,
    second: Vec<U>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Grid<T, const WIDTH: usize, const HEIGHT: usize> {
    rows: [[T; WIDTH]; HEIGHT],
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Vector<T, const N: usize>([T; N]);

#[derive(Debug, PartialEq, BinaryMessage)]
struct Page<T> {
    #[binary(id = 1)]
    items: Vec<T>,
    #[binary(id = 2)]
    best: Option<Box<T>>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
enum Either<L, R> {
    #[binary(id = 1)]
    Left(L),
    #[binary(id = 2)]
    Right { right: R },
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Borrowed<'a, T> {
    text: &'a str,
    value: T,
}

/// Whatever travels.
fn travels<T: Message + PartialEq + Debug>(message: T) {
    let bytes = message.encode().unwrap();
    assert_eq!(T::decode(bytes).unwrap(), message);
}

fn main() {
    travels(Pair { first: 1u16, second: vec![2u8] });
    travels(Pair { first: String::from("a"), second: vec![Pair { first: 1u8, second: vec![true] }] });
    travels(Grid { rows: [[1u8, 2], [3, 4], [5, 6]] });
    travels(Vector([1.5f32, 2.5]));
    travels(Page { items: vec![1u32, 2], best: Some(Box::new(3)) });
    travels(Page::<Page<String>> { items: vec![Page { items: vec!["a".into()], best: None }], best: None });
    travels(Either::<u8, Vec<Either<u8, u8>>>::Right { right: vec![Either::Left(1)] });
    let bytes = Borrowed { text: "a", value: 7u16 }.encode_to_vec().unwrap();
    assert_eq!(Borrowed::<u16>::decode_slice(&bytes).unwrap().text, "a");
}
