//! Byte order and width of lengths.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, LitStr};

use crate::attributes::Errors;
use crate::message::parse::Key;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) big_endian: bool,
    pub(crate) prefix: Width,
    /// A newtype lies as its field would: as whoever holds it says.
    pub(crate) of_holder: bool,
}

/// The width of an unsigned number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    U8,
    U16,
    U32,
    U64,
}

impl Format {
    pub(crate) const DEFAULT: Self = Self { big_endian: false, prefix: Width::U32, of_holder: false };

    /// What a place says, on top of what holds around it.
    pub(super) fn read(
        self,
        endian: &Option<Key<LitStr>>,
        prefix: &Option<Key<Ident>>,
        errors: &mut Errors,
    ) -> Self {
        let big_endian = endian.as_ref().and_then(|key| errors.keep(big_endian_of(&key.value)));
        let prefix = prefix.as_ref().and_then(|key| errors.keep(Width::read("prefix", &key.value)));
        let (big_endian, prefix) = (big_endian.unwrap_or(self.big_endian), prefix.unwrap_or(self.prefix));
        Self { big_endian, prefix, ..self }
    }

    /// The type that says it in the runtime, where the holder's format is called `__Outer`.
    pub(crate) fn tokens(self, runtime: &TokenStream) -> TokenStream {
        if self.of_holder { quote!(__Outer) } else { self.alone(runtime) }
    }

    /// The same where there is no holder.
    pub(crate) fn alone(self, runtime: &TokenStream) -> TokenStream {
        let order = if self.big_endian { quote!(Big) } else { quote!(Little) };
        let prefix = self.prefix.primitive();
        quote!((#runtime::#order, #prefix))
    }
}

impl Width {
    pub(super) const ALL: [Self; 4] = [Self::U8, Self::U16, Self::U32, Self::U64];

    pub(super) fn read(key: &str, written: &Ident) -> syn::Result<Self> {
        Self::ALL.into_iter().find(|width| written == width.name()).ok_or_else(|| {
            let message = format!("`{written}` is no width: write `{key} = u8`, `u16`, `u32` or `u64`");
            syn::Error::new(written.span(), message)
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
        }
    }

    pub(crate) fn primitive(self) -> TokenStream {
        match self {
            Self::U8 => quote!(::core::primitive::u8),
            Self::U16 => quote!(::core::primitive::u16),
            Self::U32 => quote!(::core::primitive::u32),
            Self::U64 => quote!(::core::primitive::u64),
        }
    }

    pub(crate) fn schema(self, runtime: &TokenStream) -> TokenStream {
        match self {
            Self::U8 => quote!(#runtime::LengthPrefix::U8),
            Self::U16 => quote!(#runtime::LengthPrefix::U16),
            Self::U32 => quote!(#runtime::LengthPrefix::U32),
            Self::U64 => quote!(#runtime::LengthPrefix::U64),
        }
    }

    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::U8 => 1,
            Self::U16 => 2,
            Self::U32 => 4,
            Self::U64 => 8,
        }
    }

    /// The highest number.
    pub(crate) fn most(self) -> u64 {
        u64::MAX >> (64 - 8 * self.bytes())
    }

    pub(super) fn holds(self, number: i128) -> bool {
        (0..=i128::from(self.most())).contains(&number)
    }
}

fn big_endian_of(written: &LitStr) -> syn::Result<bool> {
    match written.value().as_str() {
        "little" => Ok(false),
        "big" => Ok(true),
        other => {
            let message = format!("`{other}` is no byte order: write \"little\" or \"big\"");
            Err(syn::Error::new(written.span(), message))
        }
    }
}
