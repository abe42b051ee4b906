//! An enum: numbers with names.

use std::collections::BTreeMap;

use super::LANGUAGE;
use super::definition::{Definition, check_name, place};
use super::model::{Enum, Item, Value};
use crate::message::schema::names::{Names, letters, upper_snake_case, without_owner};
use crate::message::schema::{EnumSchema, MessageSchema, SchemaError, VariantSchema};

/// Says an enum in protobuf.
///
/// # Errors
///
/// If one of its variants has a payload or an id that protobuf does not have, or none has the id 0.
pub(super) fn define(schema: &'static MessageSchema, choice: &EnumSchema) -> Result<Definition, SchemaError> {
    let mut values = Values::new(schema.name);
    // The variant for ids that are not known has no id: a reader of protobuf keeps the number.
    for variant in choice.variants.iter().filter(|variant| variant.id.is_some()) {
        values.add(variant)?;
    }
    let zero = values.zero.ok_or(SchemaError::NoZero { message: schema.name })?;
    let all: Vec<_> = [zero].into_iter().chain(values.others).collect();
    let names = all.iter().map(|value| value.name.clone()).collect();
    let item = Item::Enum(Enum { name: schema.name, docs: schema.docs, values: all });
    Ok(Definition { item, held: Vec::new(), values: names, brought: Vec::new() })
}

#[derive(Debug)]
struct Values {
    message: &'static str,
    /// proto3 demands it first.
    zero: Option<Value>,
    others: Vec<Value>,
    taken: Names,
    ids: BTreeMap<i32, String>,
}

impl Values {
    fn new(message: &'static str) -> Self {
        let taken = Names::new(LANGUAGE);
        Self { message, zero: None, others: Vec::new(), taken, ids: BTreeMap::new() }
    }

    fn add(&mut self, variant: &VariantSchema) -> Result<(), SchemaError> {
        if !variant.fields.is_empty() {
            let remedy = "make the enum a `oneof`, with an id for each variant, or a message of its own";
            return Err(place(self.message, variant.name).unsupported("a variant with a payload", remedy));
        }
        let id = self.take_id(variant)?;
        let name = match variant.proto_name {
            Some(name) => name.to_owned(),
            None => format!("{}_{}", upper_snake_case(self.message), upper_snake_case(variant.name)),
        };
        check_name(&name)?;
        // Without the enum's name, what differs in underscores and capitals only is one for protobuf.
        let owner = format!("{}::{}", self.message, variant.name);
        self.taken.take(letters(without_owner(&name, self.message)), &owner)?;
        let value = Value { name, docs: variant.docs, number: id };
        if id == 0 {
            self.zero = Some(value);
        } else {
            self.others.push(value);
        }
        Ok(())
    }

    fn take_id(&mut self, variant: &VariantSchema) -> Result<i32, SchemaError> {
        let (message, id) = (self.message, variant.id.unwrap_or_default());
        let Ok(valid) = i32::try_from(id) else {
            let reason = "an enum of protobuf has 32 bits and a sign";
            return Err(SchemaError::Id { message, field: variant.name.to_owned(), id, reason });
        };
        if let Some(first) = self.ids.insert(valid, variant.name.to_owned()) {
            return Err(SchemaError::TwoIds { message, id, first, second: variant.name.to_owned() });
        }
        Ok(valid)
    }
}
