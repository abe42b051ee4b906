//! The messages that are reached from one, and the text of them all.
//!
//! A message may hold itself, may lie in many places, and its constant may lie at more than one address. The text must
//! depend on none of it. So messages with the same bytes are one: they begin as one class, and are told apart for as long
//! as they differ in what they are or in the classes of what they hold. This ends, because there is a finite number of
//! them.

use std::collections::BTreeMap;

use super::label::{Label, Part};
use crate::message::schema::MessageSchema;
use crate::message::schema::walk::{Walk, address};

/// See [`MessageSchema::canonical_layout`].
pub(super) fn canonical_text(schema: &MessageSchema) -> String {
    let labels = labels(schema);
    let classes = classes(&labels);
    let mut text = Text { labels: &labels, classes: &classes, numbers: BTreeMap::new(), text: String::new() };
    text.message(address(schema));
    text.text
}

/// What each message is, by its address.
fn labels(schema: &MessageSchema) -> BTreeMap<usize, Label> {
    let mut labels = BTreeMap::new();
    let mut walk = Walk::new(&[schema]);
    while let Some(schema) = walk.next() {
        let label = Label::new(schema);
        let held = label.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Message(schema) => Some(*schema),
        });
        walk.add(&held.collect::<Vec<_>>());
        labels.insert(address(schema), label);
    }
    labels
}

/// The class of each message.
fn classes(labels: &BTreeMap<usize, Label>) -> BTreeMap<usize, usize> {
    let mut classes = BTreeMap::new();
    let mut count = 0;
    loop {
        let mut by_text = BTreeMap::new();
        let mut finer = BTreeMap::new();
        for (address, label) in labels {
            let next = by_text.len();
            finer.insert(*address, *by_text.entry(text_with(label, &classes)).or_insert(next));
        }
        if by_text.len() == count {
            return finer;
        }
        (classes, count) = (finer, by_text.len());
    }
}

fn text_with(label: &Label, classes: &BTreeMap<usize, usize>) -> String {
    let mut text = String::new();
    for part in &label.parts {
        match part {
            Part::Text(own) => text.push_str(own),
            Part::Message(schema) => {
                text.push_str(&format!("#{}", classes.get(&address(schema)).copied().unwrap_or_default()));
            }
        }
    }
    text
}

/// The text as far as it is written.
struct Text<'a> {
    labels: &'a BTreeMap<usize, Label>,
    classes: &'a BTreeMap<usize, usize>,
    /// The numbers of the classes whose text has begun.
    numbers: BTreeMap<usize, usize>,
    text: String,
}

impl Text<'_> {
    fn message(&mut self, address_of: usize) {
        let (Some(label), Some(class)) = (self.labels.get(&address_of), self.classes.get(&address_of)) else {
            return;
        };
        if let Some(number) = self.numbers.get(class) {
            self.text.push_str(&format!("#{number}"));
            return;
        }
        self.numbers.insert(*class, self.numbers.len());
        for part in &label.parts {
            match part {
                Part::Text(own) => self.text.push_str(own),
                Part::Message(schema) => self.message(address(schema)),
            }
        }
    }
}
