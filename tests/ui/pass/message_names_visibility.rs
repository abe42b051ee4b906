//! A view is as visible as its message, and its functions are as visible as the fields.
#![deny(unreachable_pub, private_interfaces)]

mod outer {
    use rpcplugin::BinaryMessage;

    #[derive(BinaryMessage)]
    #[binary(fixed)]
    pub(crate) struct Half {
        pub(crate) seen: u16,
        hidden: u16,
    }

    impl Half {
        pub(crate) fn new() -> Self {
            Self { seen: 1, hidden: 2 }
        }

        pub(crate) fn sum(bytes: &[u8]) -> u16 {
            use rpcplugin::FixedMessage as _;
            Self::view(bytes).map_or(0, |view: HalfView<'_>| view.seen() + view.hidden())
        }
    }

    #[derive(BinaryMessage)]
    #[binary(fixed)]
    struct Private(u8);

    pub(crate) fn private() -> usize {
        Private(1).encoded_size()
    }
}

use rpcplugin::{BinaryMessage, FixedMessage};

fn main() {
    let bytes = outer::Half::new().encode_to_vec().unwrap();
    assert_eq!(outer::Half::view(&bytes).unwrap().seen(), 1);
    assert_eq!(outer::Half::sum(&bytes), 3);
    assert_eq!(outer::private(), 1);
}
