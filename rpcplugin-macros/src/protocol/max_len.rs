//! The bound of a message, in bytes: `max_len = 64 * 1024`.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{BinOp, Error, Expr, ExprBinary, ExprLit, Lit, LitInt, Result};

use super::contract::{Contract, Form};
use super::text;

/// Refuses what is no number of bytes. Of a constant, only the compiler knows whether it is one.
pub(super) fn check(written: &Expr) -> Result<()> {
    match value(written)? {
        Some(0) => Err(Error::new_spanned(
            written,
            "no message but the empty one fits: write a number of bytes, such as `64 * 1024`, or leave `max_len` out",
        )),
        _ => Ok(()),
    }
}

/// Refuses a constant of `Self`: the table that holds the bound is the client's.
pub(super) fn check_self(written: &Expr, contract: &Contract<'_>) -> Result<()> {
    let Some(own) = own_name(written.to_token_stream()) else { return Ok(()) };
    let instead = match contract.form {
        Form::Inherent(_) => {
            format!("`{}`", text::source(written).replace("Self", &contract.ident.to_string()))
        }
        Form::Trait(_) => "a number, or a constant that stands outside of the contract".to_owned(),
    };
    Err(Error::new(own, format!("`Self` is the client here, which has no such constant: write {instead}")))
}

fn own_name(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => (ident == "Self").then(|| ident.span()),
        TokenTree::Group(group) => own_name(group.stream()),
        _ => None,
    })
}

/// The number, as far as it can be told here.
fn value(written: &Expr) -> Result<Option<u64>> {
    match written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => literal(number).map(Some),
        Expr::Path(_) => Ok(None),
        Expr::Paren(inner) => value(&inner.expr),
        Expr::Group(inner) => value(&inner.expr),
        Expr::Binary(ExprBinary { left, op, right, .. }) => {
            let (left, right) = (value(left)?, value(right)?);
            let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
            Ok(match op {
                BinOp::Mul(_) => left.checked_mul(right),
                BinOp::Add(_) => left.checked_add(right),
                BinOp::Sub(_) => left.checked_sub(right),
                // What else there is, and what does not fit, is the compiler's to judge.
                _ => None,
            })
        }
        other => {
            let message = "a size is a whole number of bytes: write a number such as `64 * 1024`, or the name of a constant";
            Err(Error::new_spanned(other, message))
        }
    }
}

fn literal(number: &LitInt) -> Result<u64> {
    let digits = number.base10_digits();
    let bytes = match number.suffix().to_ascii_lowercase().as_str() {
        "" => {
            let too_many =
                |_| Error::new(number.span(), "no memory holds so many bytes: write a smaller number");
            return number.base10_parse().map_err(too_many);
        }
        "k" | "kb" | "kib" => format!("{digits} * 1024"),
        "m" | "mb" | "mib" => format!("{digits} * 1024 * 1024"),
        "g" | "gb" | "gib" => format!("{digits} * 1024 * 1024 * 1024"),
        _ => digits.to_owned(),
    };
    Err(Error::new(number.span(), format!("a size is counted in bytes: write `{bytes}`")))
}
