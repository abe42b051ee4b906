//! Both sides read the same bytes, and what they read is the same.

use std::fmt::Write as _;

use rpcplugin::DecodeErrorKind;

use super::case::Case;
use super::cases::CASES;
use super::facts::facts;
use super::random::Random;
use super::schema::Schemas;
use super::{bytes, draw, mutate};

#[test]
fn prost_and_this_crate_read_and_write_the_same() {
    let seed = from_environment("RPCPLUGIN_SEED", SEED);
    let values = from_environment("RPCPLUGIN_RANDOM_VALUES", VALUES);
    let schemas = draw::schemas();
    let mut outcomes = Outcomes::default();
    for (index, case) in CASES.iter().enumerate() {
        for value in 0..usize::try_from(values).expect("a count fits") {
            let mut random = Random::of(seed, [index, value]);
            let mut bytes = bytes::message(&schemas, index, &mut random);
            if value % 3 == 2 {
                mutate::mutate(&mut bytes, &mut random);
            }
            let _told = Told { seed, name: case.schema.name, value, bytes: &bytes };
            outcomes.add(compare(&schemas, index, case, &bytes));
        }
    }
    println!("seed {seed}, {values} values of each of {} messages: {outcomes:?}", CASES.len());
    outcomes.assert_that_all_came(values);
}

/// What became of a value.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    /// Both wrote the very same bytes.
    Alike,
    /// Both read the same, and wrote it in an order of their own.
    Same,
    Refused,
    /// This crate alone refused it, and says why.
    TooDeep,
    UnknownNumber,
    DisguisedEntry,
}

fn compare(schemas: &Schemas, index: usize, case: &Case, bytes: &[u8]) -> Outcome {
    let ours = (case.ours)(bytes);
    let Some(theirs) = (case.theirs)(bytes) else {
        assert!(ours.is_err(), "prost alone refuses it");
        return Outcome::Refused;
    };
    let facts = facts(schemas, index, bytes).expect("prost takes what is no message");
    let written = match ours {
        Ok(written) => written,
        Err(error) => match error.kind() {
            DecodeErrorKind::Depth { .. } if facts.depth > DEPTH_MAX => return Outcome::TooDeep,
            DecodeErrorKind::Variant { .. } if facts.has_unknown_number => return Outcome::UnknownNumber,
            DecodeErrorKind::WireType { .. } if facts.has_disguised_entry => return Outcome::DisguisedEntry,
            _ => panic!("this crate alone refuses it: {error}"),
        },
    };
    assert!(facts.depth <= DEPTH_MAX, "a depth of {} is taken", facts.depth);
    assert!(!facts.has_unknown_number, "a number that the enum does not have is taken");
    assert!(!facts.has_disguised_entry, "an entry of another wire type is taken");
    let ours = written.bytes.expect("what was read is written");
    assert_eq!(ours.len(), written.length, "the length that was announced");
    assert_eq!(again(case, &ours), ours, "this crate reads what it wrote");
    // Both were written by prost, so it does not matter in which order fields are.
    let read = (case.theirs)(&ours).expect("prost reads what this crate writes");
    assert_eq!(hex(&read), hex(&theirs), "prost reads the same of both");
    // A `required` message is written by prost even where it has its default, one level beyond what was read.
    let is_too_deep = self::facts(schemas, index, &theirs).is_none_or(|facts| facts.depth > DEPTH_MAX);
    if facts.has_negative_zero || is_too_deep {
        return Outcome::Same;
    }
    assert_eq!(hex(&again(case, &theirs)), hex(&ours), "this crate reads the same of both");
    if !schemas.is_written_alike(index) {
        return Outcome::Same;
    }
    assert_eq!(hex(&ours), hex(&theirs), "both write the same");
    Outcome::Alike
}

fn again(case: &Case, bytes: &[u8]) -> Vec<u8> {
    let written = (case.ours)(bytes).expect("this crate reads what was written");
    written.bytes.expect("what was read is written").to_vec()
}

/// How often each came.
#[derive(Debug, Default)]
struct Outcomes {
    alike: u64,
    same: u64,
    refused: u64,
    too_deep: u64,
    unknown_number: u64,
    disguised_entry: u64,
}

impl Outcomes {
    fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Alike => &mut self.alike,
            Outcome::Same => &mut self.same,
            Outcome::Refused => &mut self.refused,
            Outcome::TooDeep => &mut self.too_deep,
            Outcome::UnknownNumber => &mut self.unknown_number,
            Outcome::DisguisedEntry => &mut self.disguised_entry,
        } += 1;
    }

    /// A generator that makes only one kind of bytes tests nothing.
    fn assert_that_all_came(&self, values: u64) {
        if values < VALUES {
            return;
        }
        let Self { alike, same, refused, too_deep, unknown_number, disguised_entry } = self;
        let alone = [*too_deep, *unknown_number, *disguised_entry];
        let all = alike + same + refused + alone.iter().sum::<u64>();
        assert!(alike + same > all / 2, "most values are read: {self:?}");
        assert!([*alike, *refused].iter().all(|count| *count > all / 20), "{self:?}");
        assert!(alone.iter().all(|count| *count > 0), "{self:?}");
    }
}

/// Says which value it was, if the comparison panics, wherever that may be.
struct Told<'a> {
    seed: u64,
    name: &'static str,
    value: usize,
    bytes: &'a [u8],
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { seed, name, value, bytes } = self;
            eprintln!("{name}, value {value}, RPCPLUGIN_SEED={seed}: {}", hex(bytes));
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse().unwrap_or_else(|error| panic!("{name}={text} is no number: {error}"))
    })
}

/// The same in every run, so that what fails was changed.
const SEED: u64 = 1;

/// Of each message: a few seconds in all.
const VALUES: u64 = 1000;

/// What this crate follows, in messages.
const DEPTH_MAX: usize = 64;
