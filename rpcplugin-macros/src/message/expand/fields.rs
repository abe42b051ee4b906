//! The fields of a packed struct or variant: measured, written and read one after the other, a line each.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Type;
use syn::spanned::Spanned as _;

use crate::message::model::{PackedField, PackedValue};

/// How the fields are reached: through `self`, or through the variables that a pattern bound.
#[derive(Clone, Copy)]
pub(super) enum Reach {
    This,
    Bound,
}

/// Expands fields with the names of one runtime.
pub(super) struct Fields<'m, 'a> {
    pub(super) runtime: &'m TokenStream,
    pub(super) fields: &'m [PackedField<'a>],
    pub(super) reach: Reach,
}

impl Fields<'_, '_> {
    /// `<FieldType as Packed>::what`. Every use says it alike and at the field's type, so that the compiler reports a
    /// type that cannot be packed once. The lifetime is left to the compiler, so that its text is one, too.
    fn call(&self, field: &PackedField<'_>, what: &TokenStream) -> TokenStream {
        let runtime = self.runtime;
        match &field.value {
            PackedValue::With(module) => {
                quote_spanned!(module.span()=> <#module::Wire as #runtime::Packed<'_>>::#what)
            }
            _ => {
                let ty = field.field.ty;
                quote_spanned!(ty.span()=> <#ty as #runtime::Packed<'_>>::#what)
            }
        }
    }

    /// `<FieldType as Padded>::what`.
    fn padded(&self, field: &PackedField<'_>, what: &TokenStream) -> TokenStream {
        let (runtime, ty) = (self.runtime, field.field.ty);
        quote_spanned!(ty.span()=> <#ty as #runtime::Padded<'_>>::#what)
    }

    fn format(&self, field: &PackedField<'_>) -> TokenStream {
        field.format.tokens(self.runtime)
    }

    fn value(&self, field: &PackedField<'_>) -> TokenStream {
        match self.reach {
            Reach::This => {
                let member = &field.field.member;
                quote!(&self.#member)
            }
            Reach::Bound => {
                let binding = &field.field.binding;
                quote!(#binding)
            }
        }
    }

    /// The lengths of what always has one: `Option<usize>` each, for the size of the whole.
    pub(super) fn sizes(&self) -> Vec<TokenStream> {
        self.each(|field, sizes| {
            let constant = self.constant_len(field);
            sizes.extend(constant.map(|length| quote!(::core::option::Option::Some(#length))));
            match &field.value {
                PackedValue::Skip => {}
                _ if field.since.is_some() => sizes.push(quote!(::core::option::Option::None)),
                PackedValue::Padded(length) => sizes.push(quote!(::core::option::Option::Some(#length))),
                PackedValue::Plain | PackedValue::With(_) => sizes.push(self.call(field, &quote!(SIZE))),
            }
        })
    }

    /// The fewest bytes of each field. Those of a later version count: only the outermost message ends before them.
    pub(super) fn minimums(&self) -> Vec<TokenStream> {
        self.each(|field, minimums| {
            minimums.extend(self.constant_len(field));
            match &field.value {
                PackedValue::Skip => {}
                PackedValue::Padded(length) => minimums.push(quote!(#length)),
                PackedValue::Plain | PackedValue::With(_) => {
                    let format = self.format(field);
                    minimums.push(self.call(field, &quote!(bytes_min::<#format>())));
                }
            }
        })
    }

    /// The bytes of each field of a value.
    pub(super) fn lengths(&self) -> Vec<TokenStream> {
        self.each(|field, lengths| {
            lengths.extend(self.constant_len(field));
            let (value, format) = (self.value(field), self.format(field));
            match &field.value {
                PackedValue::Skip => {}
                PackedValue::Padded(length) => lengths.push(quote!(#length)),
                PackedValue::Plain => {
                    lengths.push(self.call(field, &quote!(packed_len::<#format>(#value, __depth))));
                }
                PackedValue::With(module) => {
                    let wire = quote!(&#module::encode(#value));
                    lengths.push(self.call(field, &quote!(packed_len::<#format>(#wire, __depth))));
                }
            }
        })
    }

    /// The statements that write the fields.
    pub(super) fn writes(&self) -> Vec<TokenStream> {
        let runtime = self.runtime;
        self.each(|field, writes| {
            let (value, name, format) = (self.value(field), &field.field.name, self.format(field));
            if let Some(length) = &field.pad_before {
                writes.push(quote!(#runtime::write_padding(#length, __writer)?;));
            }
            if let Some(magic) = &field.magic {
                writes.push(quote!(#runtime::write_constant(#magic, __writer)?;));
            }
            if let Some(limit) = &field.max_len {
                let length = length_of(self.runtime, field.field.ty, &value);
                writes.push(quote!(#runtime::check_encoded_length(#length, #limit, #name)?;));
            }
            if let Some(check) = &field.validate {
                writes.push(quote!(#runtime::check_encoded(#check(#value), #name)?;));
            }
            match &field.value {
                PackedValue::Skip => {}
                PackedValue::Plain => {
                    let write = self.call(field, &quote!(write_field::<#format>(#value, #name, __writer)));
                    writes.push(quote!(#write?;));
                }
                PackedValue::Padded(length) => {
                    let write = quote!(write_padded_field(#value, #name, #length, __writer));
                    let write = self.padded(field, &write);
                    writes.push(quote!(#write?;));
                }
                PackedValue::With(module) => {
                    let wire = quote!(&#module::encode(#value));
                    let write = self.call(field, &quote!(write_field::<#format>(#wire, #name, __writer)));
                    writes.push(quote!(#write?;));
                }
            }
            if let Some(length) = &field.pad_after {
                writes.push(quote!(#runtime::write_padding(#length, __writer)?;));
            }
        })
    }

    /// The statements that read the fields into their variables.
    pub(super) fn reads(&self) -> Vec<TokenStream> {
        let runtime = self.runtime;
        let mut version = None;
        self.each(|field, reads| {
            let binding = &field.field.binding;
            let default = default(field);
            if matches!(field.value, PackedValue::Skip) {
                reads.push(quote!(let #binding = #default;));
                return;
            }
            let Some(since) = field.since else {
                let read = self.read(field);
                reads.push(quote!(let #binding = { #read };));
                return;
            };
            // A message ends before a version, never within it.
            if version != Some(since) {
                version = Some(since);
                reads.push(quote!(let __older = #runtime::Reader::at_end(__reader);));
            }
            let read = self.read(field);
            reads.push(quote!(let #binding = if __older { #default } else { #read };));
        })
    }

    /// An expression that reads one field.
    fn read(&self, field: &PackedField<'_>) -> TokenStream {
        let runtime = self.runtime;
        let (name, format) = (&field.field.name, self.format(field));
        let magic =
            field.magic.as_ref().map(|magic| quote!(#runtime::read_constant(#magic, #name, __reader)?;));
        let before = field
            .pad_before
            .as_ref()
            .map(|length| quote!(#runtime::read_padding(#length, #name, __reader)?;));
        let after =
            field.pad_after.as_ref().map(|length| quote!(#runtime::read_padding(#length, #name, __reader)?;));
        let value = match &field.value {
            PackedValue::Padded(length) => {
                let read = self.padded(field, &quote!(read_padded_field(#name, #length, __reader)));
                quote!(#read?)
            }
            PackedValue::With(module) => {
                let wire = self.call(field, &quote!(read_field::<#format>(#name, __reader)));
                quote!(#runtime::decoded_with(#module::decode(#wire?), #name, __at)?)
            }
            PackedValue::Plain | PackedValue::Skip => {
                let read = self.call(field, &quote!(read_field::<#format>(#name, __reader)));
                quote!(#read?)
            }
        };
        let found = length_of(runtime, field.field.ty, &quote!(&__value));
        let length = field
            .max_len
            .as_ref()
            .map(|limit| quote!(#runtime::check_decoded_length(#found, #limit, #name, __at)?;));
        let valid = field
            .validate
            .as_ref()
            .map(|check| quote!(#runtime::check_decoded(#check(&__value), #name, __at)?;));
        let plain = length.is_none() && valid.is_none() && after.is_none();
        let at = (length.is_some() || valid.is_some() || matches!(field.value, PackedValue::With(_)))
            .then(|| quote!(let __at = #runtime::Reader::position(__reader);));
        if plain {
            return quote!(#before #magic #at #value);
        }
        quote!(#before #magic #at let __value = #value; #length #valid #after __value)
    }

    /// `member: variable`, for the value that was read.
    pub(super) fn members(&self) -> Vec<TokenStream> {
        let member = |field: &PackedField<'_>| {
            let (member, binding) = (&field.field.member, &field.field.binding);
            quote!(#member: #binding)
        };
        self.fields.iter().map(member).collect()
    }

    /// Constant bytes and padding of a field.
    fn constant_len(&self, field: &PackedField<'_>) -> Option<TokenStream> {
        let runtime = self.runtime;
        let magic = field.magic.as_ref().map(|magic| quote!(#runtime::constant_len(#magic)));
        let padding =
            [&field.pad_before, &field.pad_after].into_iter().flatten().map(|length| quote!(#length));
        let parts: Vec<_> = magic.into_iter().chain(padding).collect();
        (!parts.is_empty()).then(|| quote!(#runtime::total([#(#parts),*])))
    }

    fn each(&self, mut step: impl FnMut(&PackedField<'_>, &mut Vec<TokenStream>)) -> Vec<TokenStream> {
        let mut all = Vec::new();
        for field in self.fields {
            step(field, &mut all);
        }
        all
    }
}

/// The length that `max_len` bounds.
pub(super) fn length_of(runtime: &TokenStream, ty: &Type, value: &TokenStream) -> TokenStream {
    quote_spanned!(ty.span()=> <#ty as #runtime::Length>::length(#value))
}

/// The value of a field that is not there.
pub(super) fn default(field: &PackedField<'_>) -> TokenStream {
    match &field.default {
        Some(value) => quote!(#value),
        None => {
            let ty = field.field.ty;
            quote_spanned!(ty.span()=> <#ty as ::core::default::Default>::default())
        }
    }
}
