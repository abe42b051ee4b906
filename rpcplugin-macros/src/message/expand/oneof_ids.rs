//! Ids of a message against those of its `oneof`s, which only their enums know: the compiler compares them.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::tagged::call;
use crate::message::model::{Message, TaggedField, TaggedStruct, TaggedValue};

/// What the compiler has to find true.
pub(super) struct Assertions {
    /// Beside the impl, where `cargo check` sees it.
    pub(super) apart: TokenStream,
    /// Within a function of the impl: what depends on a parameter of the type is known only where the type is used.
    pub(super) within: TokenStream,
}

pub(super) fn assertions(message: &Message<'_>, body: &TaggedStruct<'_>) -> Assertions {
    let runtime = &message.runtime;
    let mut all = Vec::new();
    let mut oneofs = body.fields.iter().filter(|field| matches!(field.value, TaggedValue::Oneof));
    while let Some(oneof) = oneofs.next() {
        for field in body.fields.iter().filter(|field| field.id != 0) {
            all.extend(against_field(runtime, oneof, field));
        }
        for other in oneofs.clone() {
            all.extend(against_oneof(runtime, oneof, other));
        }
        all.extend(body.reserved.iter().map(|range| against_reserved(runtime, oneof, *range)));
    }
    if message.generics.params.is_empty() {
        let apart = all.iter().map(|assertion| quote!(const _: () = #assertion;));
        Assertions { apart: quote!(#(#apart)*), within: TokenStream::new() }
    } else {
        Assertions { apart: TokenStream::new(), within: quote!(#(const { #all };)*) }
    }
}

fn ids(runtime: &TokenStream, oneof: &TaggedField<'_>) -> TokenStream {
    call(runtime, oneof, &quote!(IDS))
}

/// At both places: who reads one of the two must see the other.
fn against_field(
    runtime: &TokenStream,
    oneof: &TaggedField<'_>,
    field: &TaggedField<'_>,
) -> [TokenStream; 2] {
    let (ids, id) = (ids(runtime, oneof), field.id);
    let (name, variants) = (&field.field.name, &oneof.field.name);
    let condition = quote!(!#runtime::has_id_within(#ids, #id, #id));
    let at_field = format!(
        "the id {id} of `{name}` is that of a variant of `{variants}` as well: give one of them another id"
    );
    let at_oneof = format!(
        "a variant of `{variants}` has the id {id}, which `{name}` has as well: give one of them another id"
    );
    [assertion(field.field.span, &condition, &at_field), assertion(oneof.field.span, &condition, &at_oneof)]
}

fn against_oneof(runtime: &TokenStream, one: &TaggedField<'_>, other: &TaggedField<'_>) -> [TokenStream; 2] {
    let (left, right) = (ids(runtime, one), ids(runtime, other));
    let condition = quote!(!#runtime::have_common_id(#left, #right));
    let text = format!(
        "`{}` and `{}` have variants with the same id: give each variant of both an id of its own",
        one.field.name, other.field.name
    );
    [assertion(one.field.span, &condition, &text), assertion(other.field.span, &condition, &text)]
}

fn against_reserved(
    runtime: &TokenStream,
    oneof: &TaggedField<'_>,
    (first, last): (u32, u32),
) -> TokenStream {
    let ids = ids(runtime, oneof);
    let condition = quote!(!#runtime::has_id_within(#ids, #first, #last));
    let range = if first == last { first.to_string() } else { format!("{first} to {last}") };
    let text = format!(
        "a variant of `{}` has an id that is reserved, {range}: give it one that was never used",
        oneof.field.name
    );
    assertion(oneof.field.span, &condition, &text)
}

fn assertion(span: Span, condition: &TokenStream, text: &str) -> TokenStream {
    quote_spanned!(span=> ::core::assert!(#condition, #text))
}
