//! Random messages.

use std::collections::BTreeSet;

use super::random::{Deck, Random};
use super::schema::{Enumeration, Field, Member, Message, Oneof, Place, Scalar, Schemas, Value};

/// The messages that are checked in.
pub(super) fn schemas() -> Schemas {
    let mut random = Random::new(SEED);
    let enumerations: Vec<_> = (0..ENUMERATIONS).map(|index| enumeration(index, &mut random)).collect();
    let mut draw = Draw::new(random, enumerations.len());
    let mut schemas = Schemas { messages: Vec::new(), enumerations };
    for index in 0..MESSAGES {
        let message = draw.message(index, &schemas);
        schemas.messages.push(message);
    }
    schemas
}

/// Closed and open ones of several widths in turn.
fn enumeration(index: usize, random: &mut Random) -> Enumeration {
    let (id_type, numbers): (_, &[i32]) = match index % 4 {
        0 => ("i32", &[1, 2, -1, 127, 128, 300, i32::MAX, i32::MIN]),
        1 => ("u8", &[1, 2, 3, 127, 128, 255]),
        2 => ("u32", &[1, 2, 128, 0x4000, i32::MAX]),
        _ => ("i16", &[1, -1, -300, 0x7fff, -0x8000]),
    };
    let mut numbers = numbers.to_vec();
    random.shuffle(&mut numbers);
    numbers.truncate(1 + random.below(numbers.len()));
    // A variant of zero there must be, but it need not be the first one.
    let place = random.below(numbers.len() + 1);
    numbers.insert(place, 0);
    Enumeration { name: format!("Kind{index}"), id_type, numbers, open: index / 4 == 1 }
}

/// What a field may hold, before it is known which messages there are.
#[derive(Debug, Clone, Copy)]
enum Card {
    Scalar(Scalar),
    Enumeration,
    Message,
    Own,
}

#[derive(Debug)]
struct Draw {
    random: Random,
    enumerations: Deck<usize>,
    places: Deck<usize>,
    ids: Deck<u32>,
    keys: Deck<Scalar>,
    /// One for each place, so that each type comes in each place.
    cards: [Deck<Card>; PLACES],
}

impl Draw {
    fn new(random: Random, enumerations: usize) -> Self {
        let others = [Card::Enumeration, Card::Message, Card::Own];
        let cards =
            |scalars: &[Scalar]| Deck::new(scalars.iter().copied().map(Card::Scalar).chain(others).collect());
        Self {
            random,
            enumerations: Deck::new((0..enumerations).collect()),
            places: Deck::new(vec![
                SINGLE, SINGLE, SINGLE, OPTIONAL, OPTIONAL, REPEATED, REPEATED, MAP, ONEOF,
            ]),
            ids: Deck::new(IDS.to_vec()),
            keys: Deck::new(Scalar::KEYS.to_vec()),
            cards: [
                cards(&Scalar::ALL),
                cards(&Scalar::ALL),
                cards(&Scalar::ALL),
                cards(&Scalar::PLAIN),
                cards(&Scalar::ALL),
            ],
        }
    }

    fn message(&mut self, index: usize, schemas: &Schemas) -> Message {
        let mut ids = BTreeSet::new();
        let mut members: Vec<_> = (0..1 + self.random.below(FIELDS_MAX))
            .map(|number| self.member(index, number, &mut ids, schemas))
            .collect();
        // Half of them in the order in which prost writes, so that the bytes can be compared as they are.
        if self.random.one_in(2) {
            members.sort_by_key(Member::first_id);
        }
        let mut message = Message { name: name(index), members, rank: 0 };
        message.rank = message
            .fields()
            .filter_map(|field| match field.value {
                Value::Message(held) if held != index => Some(schemas.message(held).rank + 1),
                _ => None,
            })
            .max()
            .unwrap_or_default();
        message
    }

    fn member(
        &mut self,
        message: usize,
        number: usize,
        ids: &mut BTreeSet<u32>,
        schemas: &Schemas,
    ) -> Member {
        let place = self.places.draw(&mut self.random);
        let name = format!("field_{number}");
        let place = match place {
            SINGLE => Place::Single,
            OPTIONAL => Place::Optional,
            REPEATED => Place::Repeated,
            MAP => Place::Map { key: self.keys.draw(&mut self.random), hashed: self.random.one_in(2) },
            _ => {
                let variants = (0..1 + self.random.below(VARIANTS_MAX))
                    .map(|variant| {
                        let name = format!("Variant{number}And{variant}");
                        self.field(name, Place::Variant, message, ids, schemas)
                    })
                    .collect();
                let type_name = format!("{}Choice{number}", self::name(message));
                return Member::Oneof(Oneof { name, type_name, variants });
            }
        };
        Member::Field(self.field(name, place, message, ids, schemas))
    }

    fn field(
        &mut self,
        name: String,
        place: Place,
        message: usize,
        ids: &mut BTreeSet<u32>,
        schemas: &Schemas,
    ) -> Field {
        let value = self.value(place, message, schemas);
        let boxed = match (value, place) {
            // Else it would hold itself by value.
            (Value::Message(held), Place::Optional | Place::Variant) if held == message => true,
            (Value::Message(_), _) => self.random.one_in(2),
            // The encodings are said of the plain types only.
            (Value::Scalar(Scalar::Text | Scalar::Bytes), _) => self.random.one_in(3),
            _ => false,
        };
        Field { name, id: self.id(ids), place, value, boxed }
    }

    fn value(&mut self, place: Place, message: usize, schemas: &Schemas) -> Value {
        let deck = match place {
            Place::Single => SINGLE,
            Place::Optional => OPTIONAL,
            Place::Repeated => REPEATED,
            Place::Map { .. } => MAP,
            Place::Variant => ONEOF,
        };
        let card = self.cards.get_mut(deck).expect("every place has a deck").draw(&mut self.random);
        match card {
            Card::Scalar(scalar) => Value::Scalar(scalar),
            Card::Enumeration => Value::Enumeration(self.enumerations.draw(&mut self.random)),
            // A message that holds itself unconditionally has no end.
            Card::Own if place != Place::Single => Value::Message(message),
            Card::Own | Card::Message => {
                // Flat ones, lest values become as large as the memory that a decoder allows.
                let earlier: Vec<_> =
                    (0..message).filter(|index| schemas.message(*index).rank < RANK_MAX).collect();
                match earlier.as_slice() {
                    [] => Value::Scalar(Scalar::Text),
                    earlier => Value::Message(self.random.pick(earlier)),
                }
            }
        }
    }

    fn id(&mut self, taken: &mut BTreeSet<u32>) -> u32 {
        loop {
            let id = if self.random.one_in(8) { self.any_id() } else { self.ids.draw(&mut self.random) };
            if taken.insert(id) {
                return id;
            }
        }
    }

    fn any_id(&mut self) -> u32 {
        let id = 1 + self.random.below(ID_MAX);
        // Another one for those that protobuf keeps for itself.
        if (19_000..20_000).contains(&id) { 1_000 } else { u32::try_from(id).expect("an id has 29 bits") }
    }
}

fn name(index: usize) -> String {
    format!("Message{index:02}")
}

const ID_MAX: usize = 0x1fff_ffff;

const PLACES: usize = 5;
const SINGLE: usize = 0;
const OPTIONAL: usize = 1;
const REPEATED: usize = 2;
const MAP: usize = 3;
const ONEOF: usize = 4;

/// Around every length of a key, and around what protobuf keeps for itself.
const IDS: [u32; 28] = [
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    14,
    15,
    16,
    17,
    31,
    127,
    128,
    2047,
    2048,
    18_999,
    20_000,
    262_143,
    262_144,
    33_554_431,
    33_554_432,
    123_456_789,
    536_870_910,
    536_870_911,
];

/// The declarations depend on it: another one makes all of `generated/` anew.
const SEED: u64 = 20_250_801;

/// They are compiled whenever the tests are, for a fifth of a second each.
const MESSAGES: usize = 40;

const ENUMERATIONS: usize = 8;
const FIELDS_MAX: usize = 12;
const VARIANTS_MAX: usize = 5;
const RANK_MAX: usize = 2;
