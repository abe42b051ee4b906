//! A message may come out of a macro of the user's.

use rpcplugin::BinaryMessage;

macro_rules! message {
    ($name:ident, $order:literal, $id:literal, $($field:ident: $type:ty = $number:expr),*) => {
        #[derive(Debug, PartialEq, BinaryMessage)]
        #[binary(endian = $order)]
        struct $name {
            $($field: $type),*
        }

        mod tagged {
            #[derive(Debug, PartialEq, rpcplugin::BinaryMessage)]
            pub(super) struct $name {
                #[binary(id = $id)]
                pub(super) only: u32,
            }
        }

        const _: &[u32] = &[$($number),*];
    };
}

message! { Header, "big", 3, kind: u16 = 1, size: u32 = 2 }

fn main() {
    assert_eq!(Header { kind: 1, size: 2 }.encode_to_vec().unwrap(), [0, 1, 0, 0, 0, 2]);
    assert_eq!(tagged::Header { only: 5 }.encode_to_vec().unwrap(), [0x18, 5]);
}
