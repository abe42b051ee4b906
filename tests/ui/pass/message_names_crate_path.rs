//! The runtime may be found by another path.

mod inner {
    pub mod deep {
        pub use ::rpcplugin as renamed;
    }
}

use inner::deep::renamed::BinaryMessage;

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(crate = crate::inner::deep::renamed)]
struct Packed {
    value: u8,
}

#[derive(Debug, PartialEq, BinaryMessage)]
#[binary(crate = inner::deep::renamed, id_type = u16)]
enum Choice {
    #[binary(id = 1)]
    Packed(Packed),
}

fn main() {
    assert_eq!(Choice::Packed(Packed { value: 7 }).encode_to_vec().unwrap(), [1, 0, 7]);
}
