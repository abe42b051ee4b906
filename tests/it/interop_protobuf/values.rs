//! Chosen messages, each with protobuf's JSON for it: 64-bit integers and keys are texts, bytes are base64, and what has
//! its default is left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::messages::{
    Choice, Chosen, Colour, Distance, Lists, Maps, Nothing, Numbers, Optionals, Pair, Times, Tree,
};

const EPOCH: SystemTime = SystemTime::UNIX_EPOCH;

fn pair(number: i32, text: &str) -> Pair {
    Pair(number, text.to_owned())
}

pub(super) fn numbers() -> Vec<(Numbers, Value)> {
    let floats = |single, double| Numbers { single, double, ..Numbers::default() };
    vec![
        (Numbers::default(), json!({})),
        largest(),
        smallest(),
        (floats(f32::INFINITY, f64::NEG_INFINITY), json!({ "single": "Infinity", "double": "-Infinity" })),
        (floats(f32::NAN, f64::NAN), json!({ "single": "NaN", "double": "NaN" })),
        (floats(-0.0, -0.0), json!({ "single": -0.0, "double": -0.0 })),
        (floats(0.1, 0.1), json!({ "single": 0.1, "double": 0.1 })),
        // The smallest above zero. The runtime gives six digits of a float at least.
        (floats(1e-45, 5e-324), json!({ "single": 1.4013e-45, "double": 5e-324 })),
        (
            Numbers { text: "héllo ✓ \u{1f980}\0\n".to_owned(), ..Numbers::default() },
            json!({ "text": "héllo ✓ \u{1f980}\0\n" }),
        ),
    ]
}

fn largest() -> (Numbers, Value) {
    let message = Numbers {
        plain_u32: u32::MAX,
        plain_u64: u64::MAX,
        plain_i32: i32::MAX,
        plain_i64: i64::MAX,
        zigzag_i32: i32::MAX,
        zigzag_i64: i64::MAX,
        fixed_u32: u32::MAX,
        fixed_u64: u64::MAX,
        fixed_i32: i32::MAX,
        fixed_i64: i64::MAX,
        flag: true,
        single: 1.5,
        double: f64::MAX,
        text: "text".to_owned(),
        bytes: vec![0, 255, 254],
        colour: Colour::LightBlue,
        distance: Distance(2.5),
    };
    let value = json!({
        "plain_u32": u32::MAX,
        "plain_u64": "18446744073709551615",
        "plain_i32": i32::MAX,
        "plain_i64": "9223372036854775807",
        "zigzag_i32": i32::MAX,
        "zigzag_i64": "9223372036854775807",
        "fixed_u32": u32::MAX,
        "fixed_u64": "18446744073709551615",
        "fixed_i32": i32::MAX,
        "fixed_i64": "9223372036854775807",
        "flag": true,
        "single": 1.5,
        "double": f64::MAX,
        "text": "text",
        "bytes": "AP/+",
        "colour": "COLOUR_LIGHT_BLUE",
        "distance": 2.5,
    });
    (message, value)
}

fn smallest() -> (Numbers, Value) {
    let message = Numbers {
        plain_i32: i32::MIN,
        plain_i64: i64::MIN,
        zigzag_i32: i32::MIN,
        zigzag_i64: i64::MIN,
        fixed_i32: i32::MIN,
        fixed_i64: i64::MIN,
        double: f64::MIN,
        colour: Colour::Before,
        distance: Distance(-1.0),
        ..Numbers::default()
    };
    let value = json!({
        "plain_i32": i32::MIN,
        "plain_i64": "-9223372036854775808",
        "zigzag_i32": i32::MIN,
        "zigzag_i64": "-9223372036854775808",
        "fixed_i32": i32::MIN,
        "fixed_i64": "-9223372036854775808",
        "double": f64::MIN,
        "colour": "COLOUR_BEFORE",
        "distance": -1.0,
    });
    (message, value)
}

pub(super) fn optionals() -> Vec<(Optionals, Value)> {
    let defaults = Optionals {
        plain_u32: Some(0),
        zigzag_i64: Some(0),
        fixed_i32: Some(0),
        flag: Some(false),
        double: Some(0.0),
        text: Some(String::new()),
        bytes: Some(Vec::new()),
        colour: Some(Colour::Unknown),
        pair: Some(Pair::default()),
        pause: Some(Duration::ZERO),
        since: Some(EPOCH),
    };
    let value = json!({
        "plain_u32": 0,
        "zigzag_i64": "0",
        "fixed_i32": 0,
        "flag": false,
        "double": 0.0,
        "text": "",
        "bytes": "",
        "colour": "COLOUR_UNKNOWN",
        "pair": {},
        "pause": "0s",
        "since": "1970-01-01T00:00:00Z",
    });
    let some = Optionals { zigzag_i64: Some(-1), pair: Some(pair(0, "x")), ..Optionals::default() };
    let some_value = json!({ "zigzag_i64": "-1", "pair": { "field_1": "x" } });
    vec![(Optionals::default(), json!({})), (defaults, value), (some, some_value)]
}

pub(super) fn lists() -> Vec<(Lists, Value)> {
    let lists = Lists {
        plain_u32: vec![0, u32::MAX],
        plain_u64: vec![u64::MAX, 0],
        plain_i32: vec![i32::MIN, -1, i32::MAX],
        plain_i64: vec![i64::MIN, 0, i64::MAX],
        zigzag_i32: vec![i32::MIN, i32::MAX],
        zigzag_i64: vec![i64::MIN, i64::MAX],
        fixed_u32: vec![u32::MAX],
        fixed_u64: vec![u64::MAX],
        fixed_i32: vec![i32::MIN],
        fixed_i64: vec![i64::MIN],
        flags: vec![true, false],
        singles: vec![0.5, f32::INFINITY],
        doubles: vec![f64::NAN, -0.0],
        colours: vec![Colour::Red, Colour::Unknown, Colour::Before],
        sorted: BTreeSet::from([1, -1, 0]),
        texts: vec![String::new(), "✓".to_owned()],
        chunks: vec![Vec::new(), vec![0]],
        pairs: vec![Pair::default(), pair(-1, "")],
        names: BTreeSet::from(["b".to_owned(), "a".to_owned()]),
        pauses: vec![Duration::ZERO, Duration::new(3, 1)],
    };
    let value = json!({
        "plain_u32": [0, u32::MAX],
        "plain_u64": ["18446744073709551615", "0"],
        "plain_i32": [i32::MIN, -1, i32::MAX],
        "plain_i64": ["-9223372036854775808", "0", "9223372036854775807"],
        "zigzag_i32": [i32::MIN, i32::MAX],
        "zigzag_i64": ["-9223372036854775808", "9223372036854775807"],
        "fixed_u32": [u32::MAX],
        "fixed_u64": ["18446744073709551615"],
        "fixed_i32": [i32::MIN],
        "fixed_i64": ["-9223372036854775808"],
        "flags": [true, false],
        "singles": [0.5, "Infinity"],
        "doubles": ["NaN", -0.0],
        "colours": ["COLOUR_RED", "COLOUR_UNKNOWN", "COLOUR_BEFORE"],
        "sorted": [-1, 0, 1],
        "texts": ["", "✓"],
        "chunks": ["", "AA=="],
        "pairs": [{}, { "field_0": -1 }],
        "names": ["a", "b"],
        "pauses": ["0s", "3.000000001s"],
    });
    vec![(Lists::default(), json!({})), (lists, value)]
}

pub(super) fn maps() -> Vec<(Maps, Value)> {
    let maps = Maps {
        plain: BTreeMap::from([(0, String::new()), (u32::MAX, "✓".to_owned())]),
        wide: BTreeMap::from([(u64::MAX, vec![1])]),
        signed: BTreeMap::from([(i32::MIN, 1.5), (-1, -0.0), (0, 0.0)]),
        wide_signed: BTreeMap::from([(i64::MIN, Colour::Red), (1, Colour::Unknown)]),
        numbers: BTreeMap::from([(i32::MIN, i64::MIN), (i32::MAX, i64::MAX)]),
        wide_numbers: BTreeMap::from([(u64::MAX, i32::MIN)]),
        flags: BTreeMap::from([(false, f64::NAN), (true, 0.0)]),
        texts: BTreeMap::from([(String::new(), Pair::default()), ("é".to_owned(), pair(1, "x"))]),
        times: BTreeMap::from([("now".to_owned(), EPOCH + Duration::from_millis(1_500))]),
        hashed: HashMap::from([("only".to_owned(), true)]),
    };
    let value = json!({
        "plain": { "0": "", "4294967295": "✓" },
        "wide": { "18446744073709551615": "AQ==" },
        "signed": { "-2147483648": 1.5, "-1": -0.0, "0": 0.0 },
        "wide_signed": { "-9223372036854775808": "COLOUR_RED", "1": "COLOUR_UNKNOWN" },
        "numbers": { "-2147483648": "-9223372036854775808", "2147483647": "9223372036854775807" },
        "wide_numbers": { "18446744073709551615": i32::MIN },
        "flags": { "false": "NaN", "true": 0.0 },
        "texts": { "": {}, "é": { "field_0": 1, "field_1": "x" } },
        "times": { "now": "1970-01-01T00:00:01.500Z" },
        "hashed": { "only": true },
    });
    vec![(Maps::default(), json!({})), (maps, value)]
}

pub(super) fn times() -> Vec<(Times, Value)> {
    let times = |pause, since| Times { pause, since };
    vec![
        (Times::default(), json!({})),
        (
            times(
                Duration::new(315_576_000_000, 999_999_999),
                EPOCH + Duration::new(253_402_300_799, 999_999_999),
            ),
            json!({ "pause": "315576000000.999999999s", "since": "9999-12-31T23:59:59.999999999Z" }),
        ),
        (
            times(Duration::from_nanos(1), EPOCH - Duration::from_secs(62_135_596_800)),
            json!({ "pause": "0.000000001s", "since": "0001-01-01T00:00:00Z" }),
        ),
        (
            times(Duration::from_millis(2_500), EPOCH - Duration::from_nanos(1)),
            json!({ "pause": "2.500s", "since": "1969-12-31T23:59:59.999999999Z" }),
        ),
    ]
}

pub(super) fn choices() -> Vec<(Choice, Value)> {
    let choice = |chosen, value: Value| {
        let message = Choice { before: 1, chosen: Some(chosen), behind: 2 };
        let mut fields = json!({ "before": 1, "behind": 2 });
        fields.as_object_mut().unwrap().append(&mut value.as_object().unwrap().clone());
        (message, fields)
    };
    vec![
        (Choice::default(), json!({})),
        choice(Chosen::Number(0), json!({ "number": "0" })),
        choice(Chosen::Number(u64::MAX), json!({ "number": "18446744073709551615" })),
        choice(Chosen::Small(-1), json!({ "small": -1 })),
        choice(Chosen::LongText(String::new()), json!({ "long_text": "" })),
        choice(Chosen::Bytes(vec![1, 2]), json!({ "bytes": "AQI=" })),
        choice(Chosen::Colour(Colour::Unknown), json!({ "colour": "COLOUR_UNKNOWN" })),
        choice(Chosen::Colour(Colour::Before), json!({ "colour": "COLOUR_BEFORE" })),
        choice(Chosen::Pair(Pair::default()), json!({ "pair": {} })),
        choice(Chosen::Pair(pair(7, "")), json!({ "pair": { "field_0": 7 } })),
        choice(Chosen::Pause(Duration::ZERO), json!({ "pause": "0s" })),
        choice(Chosen::Flag(false), json!({ "flag": false })),
        choice(Chosen::Nothing(Nothing {}), json!({ "nothing": {} })),
    ]
}

pub(super) fn trees() -> Vec<(Tree, Value)> {
    let leaf = |name: &str| Tree { name: name.to_owned(), ..Tree::default() };
    let tree = Tree {
        name: "root".to_owned(),
        first: Some(Box::new(Tree { first: Some(Box::default()), ..Tree::default() })),
        others: vec![Tree::default(), Tree { others: vec![leaf("a")], ..leaf("b") }],
    };
    let value = json!({
        "name": "root",
        "first": { "first": {} },
        "others": [{}, { "name": "b", "others": [{ "name": "a" }] }],
    });
    vec![(tree, value)]
}

pub(super) fn pairs() -> Vec<(Pair, Value)> {
    vec![(Pair::default(), json!({})), (pair(-1, "x"), json!({ "field_0": -1, "field_1": "x" }))]
}
