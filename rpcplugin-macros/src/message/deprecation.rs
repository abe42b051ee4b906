//! A type, or a part of it, that is deprecated is still a message: whoever uses it is warned, what the derive writes is not.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{Attribute, Data, DeriveInput, Fields, File, Item, parse_quote};

/// The expansion, which may use what the type declares as deprecated.
pub(super) fn allowed(item: &DeriveInput, expansion: TokenStream) -> TokenStream {
    if !is_deprecated_anywhere(item) {
        return expansion;
    }
    // Seldom needed, so it may cost: the expansion is read once more.
    let Ok(mut file) = syn::parse2::<File>(expansion.clone()) else { return expansion };
    let allow: Attribute = parse_quote!(#[allow(deprecated, reason = "whoever uses it is warned")]);
    for item in &mut file.items {
        match item {
            Item::Impl(item) => item.attrs.push(allow.clone()),
            Item::Struct(item) => item.attrs.push(allow.clone()),
            Item::Const(item) => item.attrs.push(allow.clone()),
            _ => {}
        }
    }
    let items = file.items.iter().map(|item| item.to_token_stream());
    quote!(#(#items)*)
}

fn is_deprecated_anywhere(item: &DeriveInput) -> bool {
    let of_fields = |fields: &Fields| fields.iter().any(|field| is_deprecated(&field.attrs));
    is_deprecated(&item.attrs)
        || match &item.data {
            Data::Struct(data) => of_fields(&data.fields),
            Data::Enum(data) => data
                .variants
                .iter()
                .any(|variant| is_deprecated(&variant.attrs) || of_fields(&variant.fields)),
            Data::Union(_) => false,
        }
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("deprecated"))
}
