#![allow(dead_code, reason = "a plugin writes entries and a host reads them")]

use bytes::BufMut;

use crate::contract::MethodKind;
use crate::wire::binary::TableFault;
use crate::wire::binary::fields::{Fields, put_short};

/// A method of the plugin on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) kind: MethodKind,
    pub(super) path: &'a str,
    /// Fingerprint and text.
    pub(super) request: (u64, &'a str),
    pub(super) response: (u64, &'a str),
}

impl<'a> Entry<'a> {
    pub(super) fn write(&self, to: &mut impl BufMut) {
        to.put_u8(number(self.kind));
        to.put_u64_le(self.request.0);
        to.put_u64_le(self.response.0);
        for text in [self.path, self.request.1, self.response.1] {
            put_short(to, text.as_bytes());
        }
    }

    pub(super) fn read(fields: &mut Fields<'a>) -> Result<Self, TableFault> {
        let found = fields.u8().ok_or(TableFault::Cut)?;
        let kind = MethodKind::ALL.into_iter().find(|kind| number(*kind) == found);
        let kind = kind.ok_or(TableFault::Kind { found })?;
        let (request, response) = fields.u64().zip(fields.u64()).ok_or(TableFault::Cut)?;
        let mut text = || {
            let bytes = fields.short().ok_or(TableFault::Cut)?;
            std::str::from_utf8(bytes).map_err(|_| TableFault::Text)
        };
        Ok(Self { kind, path: text()?, request: (request, text()?), response: (response, text()?) })
    }
}

/// The kind as it travels.
const fn number(kind: MethodKind) -> u8 {
    match kind {
        MethodKind::UnaryUnary => 0,
        MethodKind::UnaryStream => 1,
        MethodKind::StreamUnary => 2,
        MethodKind::StreamStream => 3,
    }
}
