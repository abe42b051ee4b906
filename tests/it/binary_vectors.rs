//! The vectors of the binary wire: `tests/vectors/binary_wire.json` and the page that shows them say the same, and say it in
//! frames. The codec is held against them by its own tests.

use std::fs;
use std::sync::LazyLock;

use serde_json::Value;

use crate::python::from_hex;
use crate::root;

/// What a file holds at least. One that lost some proves less.
const FRAMES_MIN: usize = 37;
const CONVERSATIONS_MIN: usize = 22;
const FAILURES_MIN: usize = 15;
const VIOLATIONS_MIN: usize = 77;

/// The kinds, with their numbers and the bits of all their flags.
const KINDS: [(&str, u8, u8); 10] = [
    ("HELLO", 0x01, 0x00),
    ("METHODS", 0x02, 0x02),
    ("CALL", 0x10, 0x3f),
    ("MESSAGE", 0x11, 0x2f),
    ("HEADERS", 0x12, 0x00),
    ("STATUS", 0x13, 0x00),
    ("CANCEL", 0x14, 0x00),
    ("WINDOW", 0x15, 0x00),
    ("PING", 0x16, 0x01),
    ("GOODBYE", 0x17, 0x00),
];

/// The names of the flags, with their bits.
const FLAGS: [(&str, u8); 8] = [
    ("MESSAGE", 1),
    ("ANSWER", 1),
    ("MORE", 2),
    ("END", 4),
    ("SEVERAL", 8),
    ("TIMEOUT", 8),
    ("METADATA", 16),
    ("COMPRESSED", 32),
];

static FILE: LazyLock<Value> = LazyLock::new(|| {
    let text = fs::read_to_string(root().join("tests/vectors/binary_wire.json")).unwrap();
    serde_json::from_str(&text).unwrap()
});

pub(crate) fn list(of: &'static Value, name: &str) -> &'static [Value] {
    of[name].as_array().unwrap_or_else(|| panic!("no list `{name}`"))
}

pub(crate) fn text(of: &'static Value, name: &str) -> &'static str {
    of[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {of}"))
}

/// All vectors.
pub(crate) fn vectors() -> &'static Value {
    &FILE
}

/// A step as the page shows it.
fn step(step: &'static Value) -> String {
    let crosses = if step["crosses"] == true { "   crosses" } else { "" };
    format!("{:<7} {}{crosses}", text(step, "from"), text(step, "hex"))
}

/// What somebody finds, and before that what has to come before; `of` is what it is to be.
fn wrong(vector: &'static Value, of: &str) -> Vec<String> {
    let found = vector[of].to_string();
    let (name, finder) = (text(vector, "name"), text(vector, "found_by"));
    let title = format!("{name}: {}, found by the {finder}", found.trim_matches('"'));
    let before = list(vector, "before").iter().map(step);
    std::iter::once(title).chain(before).chain([format!("wrong   {}", text(vector, "hex"))]).collect()
}

/// The blocks of the page, as the file has them.
fn blocks() -> Vec<Vec<String>> {
    let file = &*FILE;
    let frames = list(file, "frames");
    let width = frames.iter().map(|frame| text(frame, "name").len()).max().unwrap();
    let mut blocks = vec![
        list(file, "beginning").iter().map(step).collect(),
        frames
            .iter()
            .map(|frame| format!("{:<width$}  {}", text(frame, "name"), text(frame, "hex")))
            .collect(),
    ];
    for conversation in list(file, "conversations") {
        let steps = list(conversation, "steps").iter().map(step);
        blocks.push(std::iter::once(text(conversation, "name").to_owned()).chain(steps).collect());
    }
    for (name, of) in [("failures", "code"), ("violations", "violation")] {
        blocks.push(list(file, name).iter().flat_map(|vector| wrong(vector, of)).collect());
    }
    blocks
}

/// The blocks of the page under the heading of the vectors.
fn blocks_of_the_page() -> Vec<Vec<String>> {
    let page = fs::read_to_string(root().join("docs/protocol.md")).unwrap();
    let (_, section) = page.split_once("## 6. The binary wire\n").expect("a section of the binary wire");
    let (section, _) = section.split_once("\n## ").unwrap();
    let (_, vectors) = section.split_once("### Vectors\n").expect("vectors in it");
    let fences = vectors.split("```text\n").skip(1);
    fences.map(|fence| fence.split("```").next().unwrap().lines().map(str::to_owned).collect()).collect()
}

#[test]
fn the_page_shows_the_vectors_of_the_file() {
    let (page, file) = (blocks_of_the_page(), blocks());
    for (page, file) in page.iter().zip(&file) {
        for (page, file) in page.iter().zip(file) {
            assert_eq!(page, file, "left is docs/protocol.md, right is tests/vectors/binary_wire.json");
        }
        assert_eq!(page.len(), file.len(), "{page:?}");
    }
    assert_eq!(page.len(), file.len());
}

#[test]
fn the_page_names_every_violation_of_the_file() {
    let page = fs::read_to_string(root().join("docs/protocol.md")).unwrap();
    for vector in list(&FILE, "violations") {
        let row = format!("\n| `{}` | ", text(vector, "violation"));
        assert!(page.contains(&row), "no row for {vector}");
    }
}

/// A frame cut from bytes, by its header alone.
struct Cut {
    kind: u8,
    flags: u8,
    call: u32,
}

/// All frames of some bytes, which must end where one ends.
fn cut(hex: &str) -> Vec<Cut> {
    let bytes = from_hex(&hex.replace(' ', ""));
    let mut rest = bytes.as_slice();
    let mut frames = Vec::new();
    while let Some((&[a, b, c, d, kind, flags, e, f, g, h], behind)) = rest.split_first_chunk::<10>() {
        let length = usize::try_from(u32::from_le_bytes([a, b, c, d])).unwrap();
        let Some((_, behind)) = behind.split_at_checked(length) else { panic!("{hex} ends within a frame") };
        rest = behind;
        frames.push(Cut { kind, flags, call: u32::from_le_bytes([e, f, g, h]) });
    }
    assert!(rest.is_empty(), "{hex} has bytes behind its last frame");
    frames
}

fn kind(number: u8) -> Option<&'static (&'static str, u8, u8)> {
    KINDS.iter().find(|(_, found, _)| *found == number)
}

/// Holds what a side says that breaks no rule against the table of kinds.
fn assert_may_send(from: &str, hex: &str) {
    for Cut { kind: number, flags, call } in cut(hex) {
        let Some((name, _, allowed)) = kind(number) else {
            assert!(number >= 0x80, "{hex} is of kind {number:#x}");
            continue;
        };
        assert_eq!(flags & !allowed, 0, "{hex}: the flags of {name}");
        match *name {
            "HELLO" | "METHODS" | "PING" | "GOODBYE" => assert_eq!(call, 0, "{hex}"),
            "WINDOW" => {}
            _ => assert_ne!(call, 0, "{hex}"),
        }
        match *name {
            "CALL" | "CANCEL" => assert_eq!(from, "host", "{hex}"),
            "METHODS" | "HEADERS" | "STATUS" => assert_eq!(from, "plugin", "{hex}"),
            _ => assert!(["host", "plugin"].contains(&from), "{hex}"),
        }
    }
}

#[test]
fn every_step_is_a_frame_that_its_side_may_send() {
    let conversations = list(&FILE, "conversations");
    let wrong = list(&FILE, "violations").iter().chain(list(&FILE, "failures"));
    let before = wrong.flat_map(|vector| list(vector, "before"));
    let steps = conversations.iter().flat_map(|conversation| list(conversation, "steps")).chain(before);
    for step in steps.chain(list(&FILE, "frames")) {
        assert_may_send(text(step, "from"), text(step, "hex"));
    }
    for step in list(&FILE, "beginning").iter().filter(|step| text(step, "name") != "MAGIC") {
        assert_may_send(text(step, "from"), text(step, "hex"));
    }
    assert!(conversations.len() >= CONVERSATIONS_MIN);
    assert!(list(&FILE, "failures").len() >= FAILURES_MIN);
    assert!(list(&FILE, "violations").len() >= VIOLATIONS_MIN);
}

#[test]
fn every_frame_has_the_kind_the_flags_and_the_call_that_the_file_says() {
    let frames = list(&FILE, "frames");
    assert!(frames.len() >= FRAMES_MIN);
    for vector in frames {
        let all = cut(text(vector, "hex"));
        let [Cut { kind: number, flags, call }] = all.as_slice() else { panic!("{vector} is one frame") };
        assert_eq!(vector["call"], *call, "{vector}");
        let Some((name, ..)) = kind(*number) else { continue };
        assert_eq!(text(vector, "kind"), *name);
        let bits = list(vector, "flags").iter().map(|flag| {
            let named = FLAGS.iter().find(|(name, _)| flag == name);
            named.unwrap_or_else(|| panic!("no flag {flag}")).1
        });
        assert_eq!(bits.sum::<u8>(), *flags, "{vector}");
    }
    for (name, ..) in KINDS {
        assert!(frames.iter().any(|vector| vector["kind"] == name), "no vector of {name}");
    }
}
