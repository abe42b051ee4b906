use std::time::Duration;

use proc_macro2::Span;
use syn::{Attribute, Error, Expr, Ident, LitStr, Signature};

use super::place::Place;
use super::rpc_attribute::RpcAttribute;
use super::signature::Shape;
use super::{carried, names, text};
use crate::attributes::Errors;

/// One method of a contract.
pub(super) struct Method {
    pub(super) ident: Ident,
    /// Where it stands among the methods of the contract, counting those that a condition may take out.
    pub(super) position: usize,
    /// The name on the wire, and where it is written.
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) aliases: Vec<LitStr>,
    pub(super) timeout: Option<Duration>,
    pub(super) idempotent: bool,
    /// The bound of a message, in bytes.
    pub(super) max_len: Option<Expr>,
    pub(super) shape: Shape,
    pub(super) documentation: String,
    /// `cfg`, and everything that may become one: what is made of the method carries them.
    pub(super) conditions: Vec<Attribute>,
    /// What the client's method carries, conditions included.
    pub(super) attributes: Vec<Attribute>,
}

impl Method {
    pub(super) fn read(
        attributes: &[Attribute],
        signature: &Signature,
        rpc: RpcAttribute,
        (position, place): (usize, Place),
        errors: &mut Errors,
    ) -> Option<Self> {
        let ident = signature.ident.clone();
        let name_span = rpc.name.as_ref().map_or_else(|| ident.span(), LitStr::span);
        let name = rpc.name.as_ref().map_or_else(|| names::method(&ident), LitStr::value);
        if !names::is_wire_name(&name) {
            let message = format!("`{ident}` makes no name for the wire: write `#[rpc(name = \"..\")]`");
            errors.push(Error::new(name_span, message));
        }
        let shape = Shape::read(signature, place, errors)?;
        if let Some((kind, span)) = rpc.asserted
            && kind != shape.kind()
        {
            let wanted = shape.as_kind(&ident, kind);
            let (found, asserted) = (shape.kind().word(), kind.word());
            let message = format!("`{ident}` is {found} by its signature: for {asserted} write `{wanted}`");
            errors.push(Error::new(span, message));
        }
        let RpcAttribute { aliases, timeout, idempotent, max_len, .. } = rpc;
        Some(Self {
            ident,
            position,
            name,
            name_span,
            aliases,
            timeout,
            idempotent,
            max_len,
            shape,
            documentation: text::documentation(attributes),
            conditions: carried::conditions(attributes),
            attributes: carried::of_client(attributes),
        })
    }
}
