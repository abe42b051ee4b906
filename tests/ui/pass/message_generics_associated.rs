//! A field whose type is known only with a parameter.

use std::fmt::Debug;

use rpcplugin::{BinaryMessage, Message};

trait Instrument {
    type Price: Debug + PartialEq;
    type Key: Debug + PartialEq;
}

/// The derive asks for the parameter too, so it has to be a message.
#[derive(Debug, Clone, PartialEq, BinaryMessage)]
struct Bond;

impl Instrument for Bond {
    type Price = i64;
    type Key = u8;
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(endian = "big")]
struct Packed<I: Instrument> {
    instrument: I,
    price: I::Price,
    keys: Vec<(<I as Instrument>::Key, I::Price)>,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged<I: Instrument> {
    #[binary(id = 1)]
    instrument: Option<I>,
    #[binary(id = 2)]
    price: I::Price,
}

fn travels<T: Message + PartialEq + Debug>(message: T) {
    assert_eq!(T::decode(message.encode().unwrap()).unwrap(), message);
}

fn main() {
    travels(Packed::<Bond> { instrument: Bond, price: -1, keys: vec![(1, 2)] });
    travels(Tagged::<Bond> { instrument: Some(Bond), price: 300 });
}
