use proc_macro2::Span;
use syn::{Attribute, LitStr};

use super::kind::Kind;
use super::names;
use crate::attributes::{Errors, Vocabulary, read_helpers};

/// What `#[rpc(..)]` says about a method.
#[derive(Default)]
pub(super) struct RpcAttribute {
    /// The name on the wire, if it is not made from the ident.
    pub(super) name: Option<LitStr>,
    /// The kind that the signature must have.
    pub(super) asserted: Option<(Kind, Span)>,
    /// Not part of the contract.
    pub(super) skip: bool,
}

/// Where a method stands.
pub(super) struct Place {
    vocabulary: Vocabulary,
    /// What else can be done about a method that no call can carry.
    pub(super) or_skip: &'static str,
}

/// All methods of a trait are part of the contract.
pub(super) const IN_TRAIT: Place = Place { vocabulary: TRAIT_WORDS, or_skip: "" };

/// An impl block may hold other methods as well.
pub(super) const IN_IMPL: Place =
    Place { vocabulary: IMPL_WORDS, or_skip: "; or leave the method out of the contract by `#[rpc(skip)]`" };

const TRAIT_WORDS: Vocabulary = Vocabulary {
    allowed: &["name", "unary_unary", "unary_stream", "stream_unary", "stream_stream"],
    advice: &[
        ("skip", "every method of a trait is part of the contract: move this one to a trait of its own"),
        RENAME,
        UNARY,
        STREAM,
        ID,
    ],
};

const IMPL_WORDS: Vocabulary = Vocabulary {
    allowed: &["name", "skip", "unary_unary", "unary_stream", "stream_unary", "stream_stream"],
    advice: &[RENAME, UNARY, STREAM, ID],
};

const RENAME: (&str, &str) = ("rename", "the name on the wire is given by `name = \"{value}\"`");
const UNARY: (&str, &str) =
    ("unary", "both sides of a call have a word: write `unary_unary` or `stream_unary`");
const STREAM: (&str, &str) =
    ("stream", "both sides of a call have a word: write `unary_stream` or `stream_stream`");
const ID: (&str, &str) = ("id", "methods travel by name: leave the id out");

impl RpcAttribute {
    pub(super) fn read(attributes: &[Attribute], place: &Place, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        read_helpers(attributes, "rpc", &place.vocabulary, errors, |entry| {
            let name = entry.name();
            if name == "name" {
                let literal: LitStr = entry.value("name = \"GetValue\"")?;
                names::check_method(&literal)?;
                read.name = Some(literal);
                return Ok(());
            }
            entry.flag()?;
            let Some(kind) = Kind::from_word(&name) else {
                read.skip = true;
                return Ok(());
            };
            if read.asserted.is_some() {
                return Err(syn::Error::new(
                    entry.key.span(),
                    "a method has one kind: keep one of the two words",
                ));
            }
            read.asserted = Some((kind, entry.key.span()));
            Ok(())
        });
        read
    }
}

/// Whether there is such an attribute.
pub(super) fn is_on(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("rpc"))
}

/// Takes the attribute out of what is written: only this macro knows it.
pub(super) fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| !attribute.path().is_ident("rpc"));
}
