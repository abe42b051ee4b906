use proc_macro2::Span;
use syn::{Attribute, Error, Ident, Signature};

use super::names;
use super::rpc_attribute::{Place, RpcAttribute};
use super::signature::Shape;
use super::text;
use crate::attributes::Errors;

/// One method of a contract.
pub(super) struct Method {
    pub(super) ident: Ident,
    /// The name on the wire, and where it is written.
    pub(super) name: String,
    pub(super) name_span: Span,
    pub(super) shape: Shape,
    pub(super) documentation: String,
    /// What the client's method carries as well: the doc comment and the deprecation.
    pub(super) attributes: Vec<Attribute>,
}

impl Method {
    pub(super) fn read(
        attributes: &[Attribute],
        signature: &Signature,
        rpc: RpcAttribute,
        place: &Place,
        errors: &mut Errors,
    ) -> Option<Self> {
        let ident = signature.ident.clone();
        if let Some(condition) = attributes.iter().find(|attribute| attribute.path().is_ident("cfg")) {
            let message = "both sides have the same methods: put `cfg` on the whole contract";
            errors.push(Error::new_spanned(condition, message));
        }
        let name_span = rpc.name.as_ref().map_or_else(|| ident.span(), |name| name.span());
        let name =
            rpc.name.map_or_else(|| names::pascal_case(&names::wire_name(&ident)), |name| name.value());
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
        let attributes = attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("doc") || attribute.path().is_ident("deprecated"));
        let attributes: Vec<_> = attributes.cloned().collect();
        Some(Self {
            ident,
            name,
            name_span,
            shape,
            documentation: text::documentation(&attributes),
            attributes,
        })
    }
}
