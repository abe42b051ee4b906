//! Fields may be named as the variables of the generated code are.

use rpcplugin::BinaryMessage;

#[derive(Debug, PartialEq, BinaryMessage)]
struct Packed {
    __writer: u8,
    __reader: u8,
    __depth: u8,
    __field_0: u8,
    __at: u8,
    #[binary(max_len = 3)]
    __value: Vec<u8>,
    #[binary(since = 2)]
    __older: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
struct Tagged {
    #[binary(id = 1)]
    __id: u32,
    #[binary(id = 2)]
    __wire: u32,
    #[binary(id = 3)]
    __reader: u32,
}

#[derive(Debug, PartialEq, BinaryMessage)]
enum Choice {
    #[binary(id = 1)]
    Named { __id: u8, __start: u8, __field_1: u8, __message: u8 },
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(fixed)]
struct Fixed {
    __bytes: u8,
    __place: u8,
    __whole: u8,
    __rest: u8,
}

fn main() {
    let packed =
        Packed { __writer: 1, __reader: 2, __depth: 3, __field_0: 4, __at: 5, __value: vec![6], __older: 7 };
    let bytes = packed.encode_to_vec().unwrap();
    assert_eq!(bytes, [1, 2, 3, 4, 5, 1, 0, 0, 0, 6, 7]);
    assert_eq!(Packed::decode_slice(&bytes).unwrap(), packed);
    assert_eq!(Tagged { __id: 1, __wire: 2, __reader: 3 }.encoded_size(), 6);
    let choice = Choice::Named { __id: 1, __start: 2, __field_1: 3, __message: 4 };
    assert_eq!(Choice::decode_slice(&choice.encode_to_vec().unwrap()).unwrap(), choice);
    let fixed = Fixed { __bytes: 1, __place: 2, __whole: 3, __rest: 4 };
    assert_eq!(Fixed::decode_slice(&[1, 2, 3, 4]).unwrap(), fixed);
}
