//! What is measured: a codec, a shape, an operation.

use std::fmt::Debug;

use bytes::Bytes;

use crate::shapes::{self, Shape};
use crate::touch::Touch;
use crate::work::{Decoding, Encoding, Reading, Work};

/// A codec and what it can do. What it cannot do is a `-` in the table.
pub(crate) struct Codec {
    pub(crate) name: &'static str,
    pub(crate) role: Role,
    cases: Vec<Case>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// What the ratios are of.
    Ours,
    /// Another way to do the same work.
    Peer,
    /// Less than the work: moving the bytes, without knowing what they are.
    Floor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Into a buffer that is used again for every message.
    Encode,
    /// To a value that owns all it holds. Dropping it belongs to the time.
    Decode,
    /// To a view of the bytes, and a look at every field.
    DecodeBorrowed,
}

impl Operation {
    pub(crate) const ALL: [Self; 3] = [Self::Encode, Self::Decode, Self::DecodeBorrowed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
            Self::DecodeBorrowed => "decode-borrowed",
        }
    }
}

pub(crate) struct Case {
    shape: Shape,
    operation: Operation,
    bytes: Box<dyn Fn() -> Vec<u8>>,
    prepare: Box<dyn Fn() -> Box<dyn Work>>,
}

/// Writes a value into a buffer that is long enough, from its start, and says how many bytes that were.
pub(crate) type Encode<T> = fn(&T, &mut [u8]) -> usize;

/// Makes a value of bytes. They are aligned for any number in them, as a view that reads in place needs it.
pub(crate) type Decode<T> = fn(&Bytes) -> T;

/// Looks at every field of a value without owning it: the [`touch`](Touch::touch) of the view.
pub(crate) type Read = fn(&Bytes) -> u64;

impl Codec {
    pub(crate) fn new(name: &'static str, role: Role) -> Self {
        Self { name, role, cases: Vec::new() }
    }

    /// A peer.
    pub(crate) fn peer(name: &'static str) -> Self {
        Self::new(name, Role::Peer)
    }

    /// Encodes, and decodes to a value that owns what it holds.
    pub(crate) fn owned<T: Touch + PartialEq + Debug + 'static>(
        self,
        shape: Shape,
        value: fn() -> T,
        encode: Encode<T>,
        decode: Decode<T>,
    ) -> Self {
        let name = self.name;
        self.with_check(shape, value, encode, decode, move |decoded| {
            assert_eq!(*decoded, value(), "{name}: {shape:?} came back as another value");
            assert_eq!(decoded.touch(), sample(shape), "{name}: {shape:?} is another value than elsewhere");
        })
    }

    /// As [`owned`](Self::owned), for bytes that nobody asks for their meaning: what is decoded is of another type than
    /// what is encoded.
    pub(crate) fn opaque<T: 'static, D: PartialEq + Debug + 'static>(
        self,
        shape: Shape,
        value: fn() -> T,
        encode: Encode<T>,
        decode: Decode<D>,
        expected: fn() -> D,
    ) -> Self {
        self.with_check(shape, value, encode, decode, move |decoded| assert_eq!(*decoded, expected()))
    }

    /// Decodes to a view. `value` and `encode` make the bytes, unmeasured.
    pub(crate) fn borrowed<T: 'static>(
        mut self,
        shape: Shape,
        value: fn() -> T,
        encode: Encode<T>,
        read: Read,
    ) -> Self {
        let name = self.name;
        let prepare = move || -> Box<dyn Work> {
            let work = Reading::new(encoded(shape, &value(), encode), read);
            assert_eq!(work.once(), sample(shape), "{name}: {shape:?}, the view shows another value");
            Box::new(work)
        };
        self.add(shape, Operation::DecodeBorrowed, move || encoded(shape, &value(), encode), prepare);
        self
    }

    /// What this codec can do of an operation on a shape.
    pub(crate) fn case(&self, shape: Shape, operation: Operation) -> Option<&Case> {
        self.cases.iter().find(|case| case.shape == shape && case.operation == operation)
    }

    fn with_check<T: 'static, D: 'static>(
        mut self,
        shape: Shape,
        value: fn() -> T,
        encode: Encode<T>,
        decode: Decode<D>,
        check: impl Fn(&D) + 'static,
    ) -> Self {
        let bytes = move || encoded(shape, &value(), encode);
        let prepare_encode =
            move || -> Box<dyn Work> { Box::new(Encoding::new(value(), shape.buffer_bytes(), encode)) };
        let prepare_decode = move || -> Box<dyn Work> {
            let work = Decoding::new(bytes(), decode);
            check(&work.once());
            Box::new(work)
        };
        self.add(shape, Operation::Encode, bytes, prepare_encode);
        self.add(shape, Operation::Decode, bytes, prepare_decode);
        self
    }

    fn add(
        &mut self,
        shape: Shape,
        operation: Operation,
        bytes: impl Fn() -> Vec<u8> + 'static,
        prepare: impl Fn() -> Box<dyn Work> + 'static,
    ) {
        self.cases.push(Case { shape, operation, bytes: Box::new(bytes), prepare: Box::new(prepare) });
    }
}

impl Case {
    /// Makes value, bytes and buffer, and checks that what is decoded is what was encoded.
    pub(crate) fn prepare(&self) -> Box<dyn Work> {
        (self.prepare)()
    }

    /// The message, encoded.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        (self.bytes)()
    }
}

fn encoded<T>(shape: Shape, value: &T, encode: Encode<T>) -> Vec<u8> {
    let mut buffer = vec![0; shape.buffer_bytes()];
    let length = encode(value, &mut buffer);
    buffer.truncate(length);
    buffer
}

/// What every codec must give back.
fn sample(shape: Shape) -> u64 {
    match shape {
        Shape::Fixed => shapes::fixed().touch(),
        Shape::Status | Shape::StatusTagged => shapes::status().touch(),
        Shape::Market | Shape::MarketTagged => shapes::market().touch(),
        Shape::Batch => shapes::batch().touch(),
    }
}

/// Wraps a codec's generic `encode` and `decode` in functions with a name for each shape: a profile of the loops then
/// says which codec, which operation and which shape it was.
macro_rules! named_functions {
    ($($encode:ident, $decode:ident: $type:ty;)*) => {$(
        #[inline(never)]
        fn $encode(value: &$type, buffer: &mut [u8]) -> usize {
            encode(value, buffer)
        }

        #[inline(never)]
        fn $decode(bytes: &bytes::Bytes) -> $type {
            decode(bytes)
        }
    )*};
}

pub(crate) use named_functions;
