//! The derive lives beside others, and with what may stand on a struct.

use rpcplugin::{BinaryMessage, Layout, Message};

/// A message with documentation.
#[derive(Debug, Clone, Default, PartialEq, BinaryMessage)]
#[allow(missing_docs, reason = "an attribute that is not ours")]
#[binary(endian = "big")]
#[repr(C)]
pub struct Header {
    /// A field with documentation.
    pub kind: u8,
    #[cfg(any())]
    pub left_out: NoSuchType,
    #[deprecated]
    pub size: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Theirs {
    #[prost(uint32, tag = "1")]
    value: u32,
}

#[derive(BinaryMessage)]
struct Empty {}

/// Whatever travels takes all three.
fn travel<T: Message>(message: &T) -> usize {
    message.encode().map_or(0, |bytes| bytes.len())
}

#[allow(deprecated, reason = "the field is")]
fn main() {
    assert_eq!(travel(&Header { kind: 1, size: 2 }), 5);
    assert_eq!(travel(&Theirs { value: 1 }), 2);
    assert_eq!(travel(&Empty {}), 0);
    assert_eq!((Header::NAME, Header::LAYOUT), ("Header", Layout::Packed));
}
