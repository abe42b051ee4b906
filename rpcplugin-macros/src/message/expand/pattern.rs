//! Patterns that bind the fields of a variant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Ident;

use crate::message::model::{PackedField, PackedValue};
use crate::message::parse::Kind;

/// `Self::Name { member: variable, .. }`; what is not on the wire is not bound.
pub(super) fn all(name: &Ident, kind: Kind, fields: &[PackedField<'_>]) -> TokenStream {
    if kind == Kind::Unit {
        return quote!(Self::#name);
    }
    let bound = fields.iter().filter(|field| !matches!(field.value, PackedValue::Skip)).map(|field| {
        let (member, binding) = (&field.field.member, &field.field.binding);
        quote!(#member: #binding,)
    });
    quote!(Self::#name { #(#bound)* .. })
}
