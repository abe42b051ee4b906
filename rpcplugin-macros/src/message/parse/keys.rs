//! The keys as they are written, with the place where each stands.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, LitStr, Path};

use super::values::{amount, default, flag, magic, module, number, reserved, value, version};
use crate::attributes::Entry;

/// A key with its value.
pub(crate) struct Key<T> {
    pub(crate) span: Span,
    pub(crate) value: T,
}

/// The id of a field or a variant, as far as it was understood.
pub(crate) enum ParsedId {
    Missing,
    Written(Key<Expr>),
    /// The attribute is wrong and was reported; whether there was to be an id is unknown.
    Unclear,
}

/// What stands above a struct or an enum.
#[derive(Default)]
pub(crate) struct ContainerKeys {
    pub(crate) endian: Option<Key<LitStr>>,
    pub(crate) prefix: Option<Key<Ident>>,
    pub(crate) fixed: Option<Key<()>>,
    pub(crate) extensible: Option<Key<()>>,
    pub(crate) magic: Option<Key<Expr>>,
    pub(crate) validate: Option<Key<Path>>,
    pub(crate) reserved: Vec<ReservedIds>,
    pub(crate) memory: Option<Key<Expr>>,
    pub(crate) runtime: Option<Path>,
    pub(crate) id_type: Option<Key<Ident>>,
    pub(crate) oneof: Option<Key<()>>,
    pub(crate) family: Option<Key<()>>,
    pub(crate) header: Option<Key<Ident>>,
    pub(crate) checksum: Option<Key<Path>>,
}

/// Ids that no field may have, both ends included.
pub(crate) struct ReservedIds {
    pub(crate) written: TokenStream,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

impl ContainerKeys {
    pub(super) fn read(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        match entry.name().as_str() {
            "endian" => self.endian = Some(value(entry, "endian = \"big\"")?),
            "prefix" => self.prefix = Some(value(entry, "prefix = u16")?),
            "fixed" => self.fixed = Some(flag(entry)?),
            "extensible" => self.extensible = Some(flag(entry)?),
            "magic" => self.magic = Some(magic(entry)?),
            "validate" => self.validate = Some(value(entry, "validate = check")?),
            "reserved" => self.reserved = reserved(entry)?,
            "memory" => self.memory = Some(amount(entry, "memory = 32")?),
            "crate" => self.runtime = Some(value(entry, "crate = my::rpcplugin")?.value),
            "id_type" => self.id_type = Some(value(entry, "id_type = u16")?),
            "oneof" => self.oneof = Some(flag(entry)?),
            "family" => self.family = Some(flag(entry)?),
            "header" => self.header = Some(value(entry, "header = u16")?),
            _ => self.checksum = Some(value(entry, "checksum = rpcplugin::checksum::crc32")?),
        }
        Ok(())
    }
}

/// What stands above a field.
pub(crate) struct FieldKeys {
    pub(crate) id: ParsedId,
    pub(crate) endian: Option<Key<LitStr>>,
    pub(crate) prefix: Option<Key<Ident>>,
    pub(crate) length: Option<Key<Expr>>,
    pub(crate) pad_before: Option<Key<Expr>>,
    pub(crate) pad_after: Option<Key<Expr>>,
    pub(crate) magic: Option<Key<Expr>>,
    pub(crate) skip: Option<Key<()>>,
    pub(crate) default: Option<Key<Option<Expr>>>,
    pub(crate) with: Option<Key<Path>>,
    pub(crate) max_len: Option<Key<Expr>>,
    pub(crate) since: Option<Key<u32>>,
    pub(crate) validate: Option<Key<Path>>,
    pub(crate) oneof: Option<Key<()>>,
    pub(crate) encoding: Option<Key<LitStr>>,
}

impl FieldKeys {
    pub(super) fn new() -> Self {
        Self {
            id: ParsedId::Missing,
            endian: None,
            prefix: None,
            length: None,
            pad_before: None,
            pad_after: None,
            magic: None,
            skip: None,
            default: None,
            with: None,
            max_len: None,
            since: None,
            validate: None,
            oneof: None,
            encoding: None,
        }
    }

    pub(super) fn read(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        match entry.name().as_str() {
            "id" => {
                self.id = ParsedId::Unclear;
                self.id = ParsedId::Written(number(entry)?);
            }
            "endian" => self.endian = Some(value(entry, "endian = \"big\"")?),
            "prefix" => self.prefix = Some(value(entry, "prefix = u16")?),
            "length" => self.length = Some(amount(entry, "length = 8")?),
            "pad_before" => self.pad_before = Some(amount(entry, "pad_before = 3")?),
            "pad_after" => self.pad_after = Some(amount(entry, "pad_after = 3")?),
            "magic" => self.magic = Some(magic(entry)?),
            "skip" => self.skip = Some(flag(entry)?),
            "default" => self.default = Some(default(entry)?),
            "with" => self.with = Some(module(entry)?),
            "max_len" => self.max_len = Some(amount(entry, "max_len = 64")?),
            "since" => self.since = Some(version(entry)?),
            "validate" => self.validate = Some(value(entry, "validate = check")?),
            "oneof" => self.oneof = Some(flag(entry)?),
            _ => self.encoding = Some(value(entry, "encoding = \"zigzag\"")?),
        }
        Ok(())
    }

    /// The keys that were given beside the id, and the place of each.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, Span)> {
        fn place<T>(name: &'static str, key: &Option<Key<T>>) -> Option<(&'static str, Span)> {
            key.as_ref().map(|key| (name, key.span))
        }
        let all = [
            place("endian", &self.endian),
            place("prefix", &self.prefix),
            place("length", &self.length),
            place("pad_before", &self.pad_before),
            place("pad_after", &self.pad_after),
            place("magic", &self.magic),
            place("skip", &self.skip),
            place("default", &self.default),
            place("with", &self.with),
            place("max_len", &self.max_len),
            place("since", &self.since),
            place("validate", &self.validate),
            place("oneof", &self.oneof),
            place("encoding", &self.encoding),
        ];
        all.into_iter().flatten()
    }
}

/// What stands above a variant.
pub(crate) struct VariantKeys {
    pub(crate) id: ParsedId,
    /// In a `.proto`.
    pub(crate) name: Option<Key<LitStr>>,
    pub(crate) other: Option<Key<()>>,
    pub(crate) not_found: Option<Key<()>>,
}

impl VariantKeys {
    pub(super) fn new() -> Self {
        Self { id: ParsedId::Missing, name: None, other: None, not_found: None }
    }

    pub(super) fn read(&mut self, entry: &Entry<'_>) -> syn::Result<()> {
        match entry.name().as_str() {
            "id" => {
                self.id = ParsedId::Unclear;
                self.id = ParsedId::Written(number(entry)?);
            }
            "name" => self.name = Some(value(entry, "name = \"STANDARD\"")?),
            "other" => self.other = Some(flag(entry)?),
            _ => self.not_found = Some(flag(entry)?),
        }
        Ok(())
    }
}
