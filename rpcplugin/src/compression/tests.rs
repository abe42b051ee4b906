#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, and clippy's own exception does not reach its helpers"
)]

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::call::{Context, SizeLimit};
use crate::contract::Code;

const ENCODINGS: [Encoding; 2] = [Encoding::Gzip, Encoding::Zstd];

fn limit(bytes: usize) -> SizeLimit {
    SizeLimit::of_connection(bytes, false)
}

fn compressed(encoding: Encoding, message: &[u8]) -> Bytes {
    codec::compress(encoding, message, &[]).unwrap()
}

#[test]
fn a_name_and_a_number_are_found_again() {
    for encoding in Encoding::ALL {
        assert_eq!(Encoding::named(encoding.as_str()), Some(*encoding));
        assert_eq!(Encoding::numbered(encoding.number()), Some(*encoding));
    }
    assert_eq!(ENCODINGS.map(Encoding::number), [1, 2]);
    assert_eq!(Encoding::named("snappy"), None);
    assert_eq!(Encoding::numbered(3), None);
}

#[test]
fn a_list_of_a_header_is_what_both_know_of_it() {
    let accepted = Encodings::listed("identity, deflate,gzip ,zstd");
    assert_eq!(accepted.list(), "gzip,zstd");
    assert_eq!(Encodings::from_bits(accepted.bits()), accepted);
    assert_eq!((accepted.bits(), Encodings::default().with(Encoding::Gzip).bits()), (6, 2));
    assert!(Encodings::listed("").is_empty() && Encodings::listed("identity,br").is_empty());
    assert!(Encodings::default().contains(Encoding::Identity));
    assert_eq!(Encodings::from_bits(u8::MAX).list(), "gzip,zstd");
}

#[test]
fn nobody_is_sent_what_he_does_not_read() {
    let sends = Compression::new().send(Encoding::Zstd);
    assert_eq!(sends.sent_to(Encodings::listed("gzip")), Encoding::Identity);
    assert_eq!(sends.sent_to(Encodings::listed("gzip,zstd")), Encoding::Zstd);
    assert!(
        sends.is_on() && Compression::new().accept(Encoding::Gzip).is_on() && !Compression::new().is_on()
    );
}

/// What Python's `ZstdCompressor(level=3)` writes as well.
#[test]
fn zstd_writes_what_its_level_3_writes() {
    // Words that come again and again, in an order that no level foresees.
    let mut state = 1_u32;
    let words = (0..10_000).map(|_| {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        let number = state >> 16;
        format!("word{} ", number % (1 + (number >> 8) % 977))
    });
    let message = words.collect::<String>().into_bytes();
    let at = |level| {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), level).unwrap();
        encoder.set_pledged_src_size(u64::try_from(message.len()).ok()).unwrap();
        std::io::Write::write_all(&mut encoder, &message).unwrap();
        encoder.finish().unwrap()
    };
    assert_eq!(compressed(Encoding::Zstd, &message), at(3));
    assert!([1, 2, 4, 19].iter().all(|level| at(*level) != at(3)), "the message tells levels apart");
}

proptest! {
    #[test]
    fn a_message_comes_out_as_it_went_in(byte: u8, length in 64..20_000_usize, tail: Vec<u8>) {
        let message = [vec![byte; length], tail].concat();
        for encoding in ENCODINGS {
            let bytes = compressed(encoding, &message);
            prop_assert!(bytes.len() < message.len());
            prop_assert_eq!(&decompress(encoding, bytes, limit(message.len())).unwrap(), &message);
        }
    }

    #[test]
    fn any_bytes_are_an_error_or_a_message_within_the_limit(bytes: Vec<u8>, at in 0..200_usize) {
        for encoding in ENCODINGS {
            // And such that begin as they should.
            let mut spoilt = compressed(encoding, &[7; 1000]).to_vec();
            let at = at % spoilt.len();
            spoilt.splice(at.., bytes.iter().copied());
            for bytes in [bytes.clone(), spoilt] {
                if let Ok(message) = decompress(encoding, bytes.into(), limit(2000)) {
                    prop_assert!(message.len() <= 2000);
                }
            }
        }
    }
}

#[test]
fn the_limit_holds_to_the_byte_and_is_named() {
    for encoding in ENCODINGS {
        for length in [1000, 4096, 4097, 100_000] {
            let bytes = compressed(encoding, &vec![7; length]);
            assert_eq!(decompress(encoding, bytes.clone(), limit(length)).unwrap().len(), length);
            let status = decompress(encoding, bytes, limit(length - 1)).unwrap_err();
            assert_eq!(status.code(), Code::ResourceExhausted);
            let named = format!("more than the limit of {} bytes", length - 1);
            assert!(status.message().contains(&named), "{status}");
        }
    }
}

#[test]
fn a_bomb_ends_at_the_limit_whatever_it_claims() {
    /// Counts what is taken out.
    struct Counting<'a, R>(R, &'a std::cell::Cell<usize>);
    impl<R: std::io::Read> std::io::Read for Counting<'_, R> {
        fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
            let read = self.0.read(room)?;
            self.1.set(self.1.get() + read);
            Ok(read)
        }
    }

    // A gigabyte of zeros.
    let bomb = {
        let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        encoder.set_pledged_src_size(Some(1 << 30)).unwrap();
        for _ in 0..1024 {
            std::io::Write::write_all(&mut encoder, &vec![0; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap()
    };
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    let taken = std::cell::Cell::new(0);
    let decoder = codec::zstd_decoder(&bomb).map(|decoder| Counting(decoder, &taken));
    let status = codec::read_all(Encoding::Zstd, decoder, limit(1 << 16)).unwrap_err();
    assert_eq!((status.code(), taken.get()), (Code::ResourceExhausted, (1 << 16) + 1));
    let status = decompress(Encoding::Zstd, bomb.into(), limit(1 << 16)).unwrap_err();
    assert_eq!(status.code(), Code::ResourceExhausted);
}

#[test]
fn a_window_that_no_reader_must_have_is_refused_before_it_is_made() {
    // The header of a frame that claims a window of 2 GiB, and an empty last block.
    let claims: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00];
    let status = decompress(Encoding::Zstd, Bytes::copy_from_slice(claims), limit(1 << 20)).unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    // The same with the smallest window is an empty message.
    let empty: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x00, 0x01, 0x00, 0x00];
    let read = decompress(Encoding::Zstd, Bytes::copy_from_slice(empty), limit(1 << 20));
    assert_eq!(read.unwrap(), Bytes::new());
}

#[test]
fn what_is_cut_or_followed_by_something_else_is_damaged() {
    for encoding in ENCODINGS {
        let whole = compressed(encoding, &[7; 1000]);
        for end in 1..whole.len() {
            let status = decompress(encoding, whole.slice(..end), limit(2000)).unwrap_err();
            assert_eq!(status.code(), Code::Internal, "{encoding} cut at {end}");
            let source = std::error::Error::source(&status).expect("the reason is kept");
            assert!(source.downcast_ref::<DecompressError>().is_some(), "{source}");
        }
        let followed = [whole.as_ref(), b"something else"].concat();
        assert!(decompress(encoding, followed.into(), limit(2000)).is_err(), "{encoding}");
    }
}

#[test]
fn what_is_not_worth_it_goes_as_it_is() {
    let settings = Compression::new().send(Encoding::Gzip).message_bytes_min(100);
    let compressor = Compressor::new(Encoding::Gzip, &settings, &Context::new());
    assert!(compressor.compress(&[7; 99]).is_none() && compressor.compress(&[7; 100]).is_some());
    let random: Vec<u8> = (0..200_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    assert!(compressor.compress(&random).is_none(), "it does not get shorter");
    assert!(Compressor::off().compress(&[7; 1000]).is_none());
}

#[test]
fn a_call_turns_compression_off_and_learns_what_came() {
    let settings = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip);
    let (context, call) = (Context::new(), CallCompression::new());
    context.insert(call.clone());
    let compressor = Compressor::new(Encoding::Gzip, &settings, &context);
    call.set_sending(false);
    assert!(compressor.compress(&[7; 2000]).is_none());
    call.set_sending(true);
    let bytes = compressor.compress(&[7; 2000]).unwrap();
    let decompressor = Decompressor::new(Encoding::Gzip, &settings, &context);
    decompressor.decompress(bytes, limit(2000)).unwrap();
    assert!(call.was_compressed());
    decompressor.note_plain();
    assert!(!call.was_compressed());
}

#[test]
fn a_number_that_was_not_agreed_on_is_refused() {
    let settings = Compression::new().accept(Encoding::Gzip).send(Encoding::Gzip);
    let gzip = Compressor::new(Encoding::Gzip, &settings, &Context::new());
    let reads_gzip = Decompressor::new(Encoding::Identity, &settings, &Context::new());
    let bytes = gzip.compress_numbered(&[7; 2000]).unwrap();
    assert_eq!(bytes[0], 1);
    assert_eq!(reads_gzip.decompress_numbered(bytes.clone(), limit(2000)).unwrap(), vec![7; 2000]);
    let mut other = bytes.to_vec();
    for number in [0, 2, 3, 255] {
        other[0] = number;
        let status = reads_gzip.decompress_numbered(other.clone().into(), limit(2000)).unwrap_err();
        assert!(status.message().contains(&format!("number {number}")), "{status}");
    }
    assert_eq!(reads_gzip.decompress_numbered(Bytes::new(), limit(2000)).unwrap_err().code(), Code::Internal);
    assert!(Decompressor::off().decompress_numbered(bytes, limit(2000)).is_err());
}
