//! Random messages: defaults and extremes as often as what lies between them.

use std::time::{Duration, SystemTime};

use proptest::collection::{btree_map, hash_map, vec};
use proptest::prelude::*;

use super::messages::{
    Choice, Chosen, Colour, Distance, Everything, Lists, Maps, Nothing, Numbers, Optionals, Pair, Times, Tree,
};

macro_rules! integer {
    ($type:ident) => {
        prop_oneof![
            Just(0),
            Just($type::MIN),
            Just($type::MAX),
            (0..=127_u8).prop_map($type::from),
            any::<$type>()
        ]
        // On the heap: what all of them take together is more than the stack of a test.
        .boxed()
    };
}

fn single() -> impl Strategy<Value = f32> {
    prop_oneof![Just(0.0), Just(-0.0), Just(f32::NAN), Just(f32::INFINITY), any::<f32>()]
}

fn double() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), Just(-0.0), Just(f64::NAN), Just(f64::NEG_INFINITY), any::<f64>()]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z]{1,3}", any::<String>()]
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![Just(Vec::new()), vec(any::<u8>(), 0..200)]
}

fn colour() -> impl Strategy<Value = Colour> {
    prop::sample::select(&[Colour::Unknown, Colour::Red, Colour::LightBlue, Colour::Before][..])
}

fn pair() -> impl Strategy<Value = Pair> {
    (integer!(i32), text()).prop_map(|(number, text)| Pair(number, text))
}

fn duration() -> impl Strategy<Value = Duration> {
    let seconds = prop_oneof![Just(0), Just(315_576_000_000), 0..=315_576_000_000_u64];
    (seconds, nanoseconds()).prop_map(|(seconds, nanoseconds)| Duration::new(seconds, nanoseconds))
}

fn time() -> impl Strategy<Value = SystemTime> {
    let seconds = prop_oneof![Just(0), -62_135_596_800..=253_402_300_799_i64];
    (seconds, nanoseconds()).prop_map(|(seconds, nanoseconds)| {
        let (whole, rest) = (Duration::from_secs(seconds.unsigned_abs()), Duration::new(0, nanoseconds));
        let epoch = SystemTime::UNIX_EPOCH;
        if seconds < 0 { epoch - whole + rest } else { epoch + whole + rest }
    })
}

fn nanoseconds() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(999_999_999), 0..1_000_000_000_u32]
}

pub(super) fn numbers() -> impl Strategy<Value = Numbers> {
    let unsigned = (integer!(u32), integer!(u64), integer!(u32), integer!(u64));
    let plain = (integer!(i32), integer!(i64));
    let zigzag = (integer!(i32), integer!(i64));
    let fixed = (integer!(i32), integer!(i64));
    let floats = (single(), double(), double());
    let others = (any::<bool>(), text(), bytes(), colour());
    (unsigned, plain, zigzag, fixed, floats, others).prop_map(
        |(unsigned, plain, zigzag, fixed, floats, (flag, text, bytes, colour))| Numbers {
            plain_u32: unsigned.0,
            plain_u64: unsigned.1,
            plain_i32: plain.0,
            plain_i64: plain.1,
            zigzag_i32: zigzag.0,
            zigzag_i64: zigzag.1,
            fixed_u32: unsigned.2,
            fixed_u64: unsigned.3,
            fixed_i32: fixed.0,
            fixed_i64: fixed.1,
            flag,
            single: floats.0,
            double: floats.1,
            text,
            bytes,
            colour,
            distance: Distance(floats.2),
        },
    )
}

pub(super) fn optionals() -> impl Strategy<Value = Optionals> {
    let there_or_not = prop::option::of(numbers());
    (there_or_not, prop::option::of(pair()), prop::option::of(duration()), prop::option::of(time())).prop_map(
        |(numbers, pair, pause, since)| {
            let of = Optionals { pair, pause, since, ..Optionals::default() };
            let Some(numbers) = numbers else { return of };
            Optionals {
                plain_u32: Some(numbers.plain_u32),
                zigzag_i64: Some(numbers.zigzag_i64),
                fixed_i32: Some(numbers.fixed_i32),
                flag: Some(numbers.flag),
                double: Some(numbers.double),
                text: Some(numbers.text),
                bytes: Some(numbers.bytes),
                colour: Some(numbers.colour),
                ..of
            }
        },
    )
}

pub(super) fn lists() -> impl Strategy<Value = Lists> {
    let items = (vec(numbers(), 0..5), vec(numbers(), 0..3));
    (items, vec(pair(), 0..3), vec(duration(), 0..3)).prop_map(|((numbers, others), pairs, pauses)| Lists {
        plain_u32: numbers.iter().map(|item| item.plain_u32).collect(),
        plain_u64: others.iter().map(|item| item.plain_u64).collect(),
        plain_i32: others.iter().map(|item| item.plain_i32).collect(),
        plain_i64: numbers.iter().map(|item| item.plain_i64).collect(),
        zigzag_i32: numbers.iter().map(|item| item.zigzag_i32).collect(),
        zigzag_i64: others.iter().map(|item| item.zigzag_i64).collect(),
        fixed_u32: others.iter().map(|item| item.fixed_u32).collect(),
        fixed_u64: numbers.iter().map(|item| item.fixed_u64).collect(),
        fixed_i32: numbers.iter().map(|item| item.fixed_i32).collect(),
        fixed_i64: others.iter().map(|item| item.fixed_i64).collect(),
        flags: others.iter().map(|item| item.flag).collect(),
        singles: numbers.iter().map(|item| item.single).collect(),
        doubles: others.iter().map(|item| item.double).collect(),
        colours: numbers.iter().map(|item| item.colour).collect(),
        sorted: others.iter().map(|item| item.fixed_i32).collect(),
        texts: numbers.iter().map(|item| item.text.clone()).collect(),
        chunks: others.into_iter().map(|item| item.bytes).collect(),
        pairs,
        names: numbers.into_iter().map(|item| item.text).collect(),
        pauses,
    })
}

pub(super) fn maps() -> impl Strategy<Value = Maps> {
    let unsigned = (btree_map(integer!(u32), text(), 0..4), btree_map(integer!(u64), bytes(), 0..4));
    let signed = (btree_map(integer!(i32), single(), 0..4), btree_map(integer!(i64), colour(), 0..4));
    let numbers =
        (btree_map(integer!(i32), integer!(i64), 0..4), btree_map(integer!(u64), integer!(i32), 0..4));
    let texts = (btree_map(text(), pair(), 0..4), btree_map(text(), time(), 0..4));
    let others = (btree_map(any::<bool>(), double(), 0..3), hash_map(text(), any::<bool>(), 0..2));
    (unsigned, signed, numbers, texts, others).prop_map(|(unsigned, signed, numbers, texts, others)| Maps {
        plain: unsigned.0,
        wide: unsigned.1,
        signed: signed.0,
        wide_signed: signed.1,
        numbers: numbers.0,
        wide_numbers: numbers.1,
        flags: others.0,
        texts: texts.0,
        times: texts.1,
        hashed: others.1,
    })
}

pub(super) fn choice() -> impl Strategy<Value = Choice> {
    let chosen = prop_oneof![
        integer!(u64).prop_map(Chosen::Number),
        integer!(i32).prop_map(Chosen::Small),
        text().prop_map(Chosen::LongText),
        bytes().prop_map(Chosen::Bytes),
        colour().prop_map(Chosen::Colour),
        pair().prop_map(Chosen::Pair),
        duration().prop_map(Chosen::Pause),
        any::<bool>().prop_map(Chosen::Flag),
        Just(Chosen::Nothing(Nothing {})),
    ];
    (integer!(u32), prop::option::of(chosen), integer!(u32)).prop_map(|(before, chosen, behind)| Choice {
        before,
        chosen,
        behind,
    })
}

pub(super) fn tree() -> impl Strategy<Value = Tree> {
    let leaf = text().prop_map(|name| Tree { name, ..Tree::default() });
    leaf.prop_recursive(4, 12, 3, |inner| {
        (text(), prop::option::of(inner.clone().prop_map(Box::new)), vec(inner, 0..3))
            .prop_map(|(name, first, others)| Tree { name, first, others })
    })
}

pub(super) fn everything() -> impl Strategy<Value = Everything> {
    let times = (duration(), time()).prop_map(|(pause, since)| Times { pause, since });
    (numbers(), optionals(), lists(), maps(), times, choice(), tree()).prop_map(
        |(numbers, optionals, lists, maps, times, choice, tree)| Everything {
            numbers,
            optionals,
            lists,
            maps,
            times,
            choice,
            tree,
        },
    )
}
