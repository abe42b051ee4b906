//! The values of keys: read, and refused with the text that should stand there.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::parse::{Parse, ParseStream};
use syn::{Expr, ExprLit, ExprUnary, Lit, LitInt, LitStr, Path, PathArguments, Token, UnOp};

use super::keys::{Key, ReservedIds};
use crate::attributes::Entry;

pub(super) fn flag(entry: &Entry<'_>) -> syn::Result<Key<()>> {
    entry.flag()?;
    Ok(Key { span: entry.key.span(), value: () })
}

pub(super) fn value<T: Parse>(entry: &Entry<'_>, example: &str) -> syn::Result<Key<T>> {
    Ok(Key { span: entry.key.span(), value: entry.value(example)? })
}

pub(super) fn default(entry: &Entry<'_>) -> syn::Result<Key<Option<Expr>>> {
    let given = entry.input.peek(Token![=]);
    let value = if given { Some(entry.value("default = 1")?) } else { None };
    entry_end(entry)?;
    Ok(Key { span: entry.key.span(), value })
}

/// After a key without a value only a comma may come; after one with a value the reader of the list looks.
fn entry_end(entry: &Entry<'_>) -> syn::Result<()> {
    if entry.input.is_empty() || entry.input.peek(Token![,]) {
        return Ok(());
    }
    Err(entry.input.error("expected `,` between two keys"))
}

/// An id. What is no number is kept: that there is to be an id says of which layout the message is.
pub(super) fn number(entry: &Entry<'_>) -> syn::Result<Key<Expr>> {
    value(entry, "id = 1")
}

/// A number of bytes or items. A constant is looked at by the compiler.
pub(super) fn amount(entry: &Entry<'_>, example: &str) -> syn::Result<Key<Expr>> {
    let amount: Key<Expr> = value(entry, example)?;
    let is_amount = match ungrouped(&amount.value) {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => matches!(number.suffix(), "" | "usize"),
        Expr::Lit(_) | Expr::Unary(ExprUnary { op: UnOp::Neg(_), .. }) => false,
        _ => true,
    };
    if is_amount {
        return Ok(amount);
    }
    let message = format!("`{}` is a `usize`: write `{example}`", entry.name());
    Err(syn::Error::new_spanned(amount.value, message))
}

/// Constant bytes.
pub(super) fn magic(entry: &Entry<'_>) -> syn::Result<Key<Expr>> {
    let magic: Key<Expr> = value(entry, "magic = b\"RPC1\"")?;
    let message = match ungrouped(&magic.value) {
        Expr::Lit(ExprLit { lit: Lit::ByteStr(bytes), .. }) if bytes.value().is_empty() => {
            "leave `magic` out: there are no bytes in it".to_owned()
        }
        Expr::Lit(ExprLit { lit: Lit::ByteStr(_), .. }) => return Ok(magic),
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
            format!("`magic` is bytes, not text: write `magic = b{}`", text.to_token_stream())
        }
        Expr::Lit(_) => "`magic` is bytes: write `magic = b\"RPC1\"` or `magic = &[0x52, 0x50]`".to_owned(),
        Expr::Array(bytes) => {
            format!("`magic` is a slice of bytes: write `magic = &{}`", bytes.to_token_stream())
        }
        _ => return Ok(magic),
    };
    Err(syn::Error::new_spanned(magic.value, message))
}

/// The module of a `with`.
pub(super) fn module(entry: &Entry<'_>) -> syn::Result<Key<Path>> {
    let module: Key<Path> = value(entry, "with = module")?;
    if module.value.segments.iter().all(|segment| matches!(segment.arguments, PathArguments::None)) {
        return Ok(module);
    }
    let message = "`with` names a module with `type Wire`, `encode` and `decode`: write `with = module`";
    Err(syn::Error::new_spanned(module.value, message))
}

/// `since = 2`.
pub(super) fn version(entry: &Entry<'_>) -> syn::Result<Key<u32>> {
    let written: LitInt = entry.value("since = 2")?;
    match written.base10_parse() {
        Ok(0) | Err(_) => Err(syn::Error::new(
            written.span(),
            "a version is a number from 1 to 4294967295: write `since = 2`",
        )),
        Ok(value) => Ok(Key { span: entry.key.span(), value }),
    }
}

/// `reserved(4, 7..=9)`.
pub(super) fn reserved(entry: &Entry<'_>) -> syn::Result<Vec<ReservedIds>> {
    let input = entry.input;
    if !input.peek(syn::token::Paren) {
        return Err(syn::Error::new(entry.key.span(), "`reserved` needs a list: write `reserved(4, 7..=9)`"));
    }
    let inside;
    syn::parenthesized!(inside in input);
    if inside.is_empty() {
        let message = "nothing is reserved: write ids, as in `reserved(4, 7..=9)`, or leave `reserved` out";
        return Err(syn::Error::new(entry.key.span(), message));
    }
    let mut all = Vec::new();
    while !inside.is_empty() {
        let read = reserved_ids(&inside);
        if read.is_err() {
            // What is left over would be reported once more.
            inside.parse::<TokenStream>()?;
        }
        all.push(read?);
    }
    Ok(all)
}

fn reserved_ids(inside: ParseStream<'_>) -> syn::Result<ReservedIds> {
    if inside.peek(LitStr) {
        return Err(inside.error("names are not on the wire, so only ids are reserved: write `reserved(4)`"));
    }
    let first = id_in_list(inside)?;
    let mut written = first.to_token_stream();
    let mut last = first.clone();
    if inside.peek(Token![..=]) {
        inside.parse::<Token![..=]>()?.to_tokens(&mut written);
        last = id_in_list(inside)?;
        last.to_tokens(&mut written);
    } else if inside.peek(Token![..]) {
        inside.parse::<Token![..]>()?.to_tokens(&mut written);
        return Err(without_its_end(inside, &first, written));
    }
    // What is too long for 32 bits is out of range as well.
    let id_of = |literal: &LitInt| literal.base10_parse::<u32>().unwrap_or(u32::MAX);
    let ids = ReservedIds { written, first: id_of(&first), last: id_of(&last) };
    if ids.first > ids.last {
        let message = format!("a range begins with its lowest id: write `{last}..={first}`");
        return Err(syn::Error::new_spanned(&ids.written, message));
    }
    if !inside.is_empty() {
        inside.parse::<Token![,]>().map_err(|error| inside.error(format!("{error} between two ids")))?;
    }
    Ok(ids)
}

/// The error for `7..9`.
fn without_its_end(inside: ParseStream<'_>, first: &LitInt, mut written: TokenStream) -> syn::Error {
    let end = inside.parse::<LitInt>().ok();
    end.to_tokens(&mut written);
    // The end of such a range is not part of it.
    let last = end.and_then(|end| end.base10_parse::<u32>().ok()?.checked_sub(1));
    let last = last.map_or_else(|| "9".to_owned(), |last| last.to_string());
    syn::Error::new_spanned(written, format!("a range of ids names its last one: write `{first}..={last}`"))
}

fn id_in_list(inside: ParseStream<'_>) -> syn::Result<LitInt> {
    inside
        .parse()
        .map_err(|error| syn::Error::new(error.span(), "ids are numbers: write `reserved(4, 7..=9)`"))
}

/// The expression that a `macro_rules` macro handed on, without the invisible parentheses around it.
pub(crate) fn ungrouped(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => ungrouped(&group.expr),
        other => other,
    }
}
