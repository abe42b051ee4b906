//! The numbers of variants: from `#[binary(id = 1)]`, or from the discriminant.

use syn::ext::IdentExt as _;
use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use super::ids::{Owners, integer};
use crate::attributes::Errors;
use crate::message::parse::{ParsedId, ParsedVariant, ungrouped};

/// The number of a variant, and where it is written.
pub(super) struct Numbered<'v> {
    pub(super) id: i128,
    pub(super) written: &'v Expr,
}

/// The number of each variant, in their order. There is none where none was found, which was reported, and none for
/// `other` and `not_found`, which stand for numbers that no variant has.
pub(super) fn of_variants<'v>(
    parsed: &'v [ParsedVariant<'_>],
    owners: &mut Owners<'_>,
    errors: &mut Errors,
) -> Vec<Option<Numbered<'v>>> {
    let numbers: Vec<_> = parsed.iter().map(|variant| number(variant, owners, errors)).collect();
    report_missing(parsed, owners, errors);
    numbers
}

fn number<'v>(
    variant: &'v ParsedVariant<'_>,
    owners: &mut Owners<'_>,
    errors: &mut Errors,
) -> Option<Numbered<'v>> {
    if variant.stands_for_others() {
        return None;
    }
    let (id, written) = match (&variant.keys.id, variant.discriminant) {
        (ParsedId::Written(key), _) => (errors.keep(integer(&key.value))?, &key.value),
        (ParsedId::Missing, Some(written)) => (errors.keep(discriminant(variant, written))?, written),
        (ParsedId::Unclear, _) | (ParsedId::Missing, None) => return None,
    };
    owners.give(id, written, &variant.text(), errors);
    Some(Numbered { id, written })
}

/// Reports the variants without a number, when all others are known: each is shown another one that is free.
pub(super) fn report_missing(parsed: &[ParsedVariant<'_>], owners: &mut Owners<'_>, errors: &mut Errors) {
    for variant in parsed {
        let is_missing = matches!(variant.keys.id, ParsedId::Missing) && variant.discriminant.is_none();
        if !is_missing || variant.stands_for_others() {
            continue;
        }
        let message = format!(
            "`{}` has no id: write `#[binary(id = {})]` above it; its place in the enum is none, because places change",
            variant.name,
            owners.suggest()
        );
        errors.push(syn::Error::new(variant.name.span(), message));
    }
}

fn discriminant(variant: &ParsedVariant<'_>, written: &Expr) -> syn::Result<i128> {
    match ungrouped(written) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Ok(number.base10_parse().unwrap_or(i128::MAX)),
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => discriminant(variant, expr).map(|id| -id),
        _ => {
            let message = format!(
                "the derive cannot compute this: write the number, or `#[binary(id = N)]` above `{}`",
                variant.name
            );
            Err(syn::Error::new_spanned(written, message))
        }
    }
}

impl ParsedVariant<'_> {
    /// The name as texts say it: without the `r#` that is no part of it.
    pub(super) fn text(&self) -> String {
        self.name.unraw().to_string()
    }

    /// Whether it is the answer to numbers that no variant has.
    pub(super) fn stands_for_others(&self) -> bool {
        self.keys.other.is_some() || self.keys.not_found.is_some()
    }
}
