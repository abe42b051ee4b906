//! Bytes that something happened to.

use super::random::Random;

/// Makes one to three changes.
pub(super) fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..1 + random.below(3) {
        change(bytes, random);
    }
}

fn change(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        bytes.push(random.byte());
        return;
    }
    let place = random.below(bytes.len());
    let byte = bytes.get_mut(place).expect("the place is within");
    match random.below(8) {
        0 => *byte = random.byte(),
        1 => *byte ^= 1 << random.below(8),
        // A length, a key or a number that is off by one.
        2 => *byte = byte.wrapping_add(1),
        3 => *byte = byte.wrapping_sub(1),
        4 => bytes.insert(place, random.byte()),
        5 => drop(bytes.remove(place)),
        6 => bytes.truncate(place),
        _ => repeat_part(bytes, place, random),
    }
}

/// Writes a part of the message a second time, somewhere.
fn repeat_part(bytes: &mut Vec<u8>, start: usize, random: &mut Random) {
    let length = 1 + random.below((bytes.len() - start).min(PART_MAX));
    let part = bytes.get(start..start + length).expect("the part is within").to_vec();
    let place = random.below(bytes.len() + 1);
    bytes.splice(place..place, part);
}

/// In bytes.
const PART_MAX: usize = 24;
