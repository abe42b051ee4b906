//! The ids of fields and variants of tagged messages: in range, not reserved, each given once.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::attributes::Errors;
use crate::message::parse::{ReservedIds, ungrouped};

/// Who has which id.
pub(super) struct Owners<'a> {
    reserved: &'a [ReservedIds],
    owners: BTreeMap<i128, Owner>,
    suggested: usize,
}

struct Owner {
    name: String,
    place: TokenStream,
    /// Whether its place was reported, which is enough once.
    shown: bool,
}

impl<'a> Owners<'a> {
    pub(super) fn new(reserved: &'a [ReservedIds]) -> Self {
        Self { reserved, owners: BTreeMap::new(), suggested: 0 }
    }

    /// Gives an id to a field of a tagged message.
    pub(super) fn give_field(&mut self, written: &Expr, name: &str, errors: &mut Errors) -> Option<u32> {
        let id = errors.keep(field_id(written))?;
        if let Some(range) = self.reserved.iter().find(|range| (range.first..=range.last).contains(&id)) {
            errors.push(syn::Error::new_spanned(&range.written, format!("the id {id} is reserved here")));
            let message = format!("the id {id} is reserved: another field had it; give `{name}` another one");
            errors.push(syn::Error::new_spanned(written, message));
            return None;
        }
        self.give(i128::from(id), written, name, errors);
        Some(id)
    }

    /// Gives an id to a field or a variant; reports both places if it has an owner.
    pub(super) fn give(&mut self, id: i128, written: &Expr, name: &str, errors: &mut Errors) {
        let Some(owner) = self.owners.get_mut(&id) else {
            let owner = Owner { name: name.to_owned(), place: written.to_token_stream(), shown: false };
            self.owners.insert(id, owner);
            return;
        };
        if !owner.shown {
            owner.shown = true;
            let message = format!("the id {id} is given to `{}` here", owner.name);
            errors.push(syn::Error::new_spanned(&owner.place, message));
        }
        let message = format!("the id {id} is given twice: give another one to `{name}`");
        errors.push(syn::Error::new_spanned(written, message));
    }

    /// An id that is still free, another one each time.
    pub(super) fn suggest(&mut self) -> u32 {
        let next = self.free().nth(self.suggested).unwrap_or(ID_MAX);
        self.suggested += 1;
        next
    }

    /// Ids that are still free for a field, lowest first.
    fn free(&self) -> impl Iterator<Item = u32> + '_ {
        let reserved = |id: &u32| self.reserved.iter().any(|range| (range.first..=range.last).contains(id));
        (1..=ID_MAX).filter(move |id| {
            check_range(u64::from(*id)).is_ok()
                && !reserved(id)
                && !self.owners.contains_key(&i128::from(*id))
        })
    }
}

/// Reports what is reserved and could be no field's id anyway.
pub(super) fn check_reserved(reserved: &[ReservedIds], errors: &mut Errors) {
    for range in reserved.iter().filter(|range| range.first == 0 || range.last > ID_MAX) {
        errors.push(syn::Error::new_spanned(&range.written, out_of_range()));
    }
}

/// The id of a field of a tagged message.
fn field_id(written: &Expr) -> syn::Result<u32> {
    // What is negative, or too long for 64 bits, is out of range as well.
    let id = u64::try_from(integer(written)?).unwrap_or(u64::MAX);
    check_range(id).map_err(|message| syn::Error::new_spanned(written, message))
}

/// The number that an id is.
pub(super) fn integer(written: &Expr) -> syn::Result<i128> {
    let error = |message: &str| Err(syn::Error::new_spanned(written, message));
    match ungrouped(written) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty() => {
            Ok(number.base10_parse::<i128>().unwrap_or(i128::MAX))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            error(&format!("an id has no suffix: write `id = {}`", number.base10_digits()))
        }
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => integer(expr).map(|number| -number),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            let number = text.value().parse::<u32>().unwrap_or(1);
            error(&format!("an id is a number, not a string: write `id = {number}`"))
        }
        Expr::Lit(_) => error("an id is a whole number: write `id = 1`"),
        _ => error("an id is a number that can be read here, so that ids can be compared: write `id = 1`"),
    }
}

fn check_range(id: u64) -> Result<u32, String> {
    if RESERVED.contains(&id) {
        let (first, last) = (RESERVED.start(), RESERVED.end());
        return Err(format!("the ids {first} to {last} are protobuf's own: choose another one"));
    }
    let in_range = u32::try_from(id).ok().filter(|id| (1..=ID_MAX).contains(id));
    in_range.ok_or_else(out_of_range)
}

fn out_of_range() -> String {
    format!("an id is from 1 to {ID_MAX}")
}

/// The highest id: a key on the wire is a 32-bit number, three bits of which are the wire type.
const ID_MAX: u32 = 0x1fff_ffff;

/// What protobuf keeps for its implementations.
const RESERVED: std::ops::RangeInclusive<u64> = 19_000..=19_999;
