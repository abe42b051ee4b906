//! Which attributes of a method the generated code carries as well.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Meta, MetaList, Result, Token, parse_quote};

/// What decides whether the method is there: everything that is made of it is there under the same conditions.
pub(super) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    reduced(attributes, |meta| meta.path().is_ident("cfg").then(|| meta.clone()))
}

/// What the client's method has in common with the handler's: conditions, documentation, and what its callers are told.
///
/// A lint that is expected in the handler may not be met in the client, so there it is allowed.
/// What changes a body stays with the body.
pub(super) fn of_client(attributes: &[Attribute]) -> Vec<Attribute> {
    reduced(attributes, |meta| {
        if let Meta::List(MetaList { path, tokens, .. }) = meta
            && path.is_ident("expect")
        {
            return Some(parse_quote!(allow(#tokens)));
        }
        let carried = ["cfg", "doc", "deprecated", "must_use", "allow"];
        carried.iter().any(|name| meta.path().is_ident(name)).then(|| meta.clone())
    })
}

/// What everything that is made of a contract has in common with it: conditions, and lints that are allowed.
pub(super) fn of_all(attributes: &[Attribute]) -> Vec<Attribute> {
    reduced(attributes, |meta| match meta {
        Meta::List(MetaList { path, tokens, .. }) if path.is_ident("allow") || path.is_ident("expect") => {
            Some(parse_quote!(allow(#tokens)))
        }
        meta => meta.path().is_ident("cfg").then(|| meta.clone()),
    })
}

/// Takes `#[rpc(..)]` out of what is written: only this macro knows it.
pub(super) fn strip_rpc(attributes: &mut Vec<Attribute>) {
    *attributes = reduced(attributes, |meta| (!meta.path().is_ident("rpc")).then(|| meta.clone()));
}

/// A contract that depends on how one side is built would be another one on the other side, unseen.
pub(super) fn check_unconditional_rpc(attributes: &[Attribute]) -> Result<()> {
    let mut hidden = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg_attr")) {
        reduced(std::slice::from_ref(attribute), |meta| {
            if meta.path().is_ident("rpc") {
                hidden.get_or_insert_with(|| meta.clone());
            }
            None
        });
    }
    hidden.map_or(Ok(()), |meta| {
        let message = "both sides must read the same: write `#[rpc(..)]` without `cfg_attr`, on one method for each case";
        Err(Error::new_spanned(meta, message))
    })
}

/// The attributes of which `keep` leaves something; `cfg_attr` is looked into.
fn reduced(attributes: &[Attribute], mut keep: impl FnMut(&Meta) -> Option<Meta>) -> Vec<Attribute> {
    let reduced = attributes.iter().filter_map(|attribute| {
        let meta = reduce(&attribute.meta, &mut keep)?;
        Some(Attribute { meta, ..attribute.clone() })
    });
    reduced.collect()
}

fn reduce(meta: &Meta, keep: &mut dyn FnMut(&Meta) -> Option<Meta>) -> Option<Meta> {
    let Meta::List(list) = meta else { return keep(meta) };
    if !list.path.is_ident("cfg_attr") {
        return keep(meta);
    }
    // One that cannot be read is refused by the compiler, where it is written.
    let (predicate, metas) = read_conditional.parse2(list.tokens.clone()).ok()?;
    let mut kept = metas.iter().filter_map(|meta| reduce(meta, keep)).peekable();
    kept.peek()?;
    let path = &list.path;
    Some(parse_quote!(#path(#predicate, #(#kept),*)))
}

fn read_conditional(input: ParseStream<'_>) -> Result<(TokenStream, Vec<Meta>)> {
    let mut predicate = TokenStream::new();
    while !input.peek(Token![,]) {
        predicate.extend([input.parse::<TokenTree>()?]);
    }
    input.parse::<Token![,]>()?;
    let metas = Punctuated::<Meta, Token![,]>::parse_terminated(input)?;
    Ok((predicate, metas.into_iter().collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::ItemFn;

    fn texts(attributes: &[Attribute]) -> Vec<String> {
        attributes.iter().map(|attribute| quote!(#attribute).to_string().replace(' ', "")).collect()
    }

    #[test]
    fn a_condition_is_found_where_it_stands_alone_and_where_it_is_conditional() {
        let function: ItemFn = parse_quote! {
            #[cfg(unix)]
            #[inline]
            #[cfg_attr(feature = "a", cfg(windows), doc = "text")]
            #[cfg_attr(all(), cfg_attr(unix, inline, cfg(test)))]
            #[cfg_attr(unix, inline)]
            fn f() {}
        };
        let expected = [
            "#[cfg(unix)]",
            r#"#[cfg_attr(feature="a",cfg(windows))]"#,
            "#[cfg_attr(all(),cfg_attr(unix,cfg(test)))]",
        ];
        assert_eq!(texts(&conditions(&function.attrs)), expected);
    }

    #[test]
    fn the_client_tells_its_callers_what_the_handler_does() {
        let function: ItemFn = parse_quote! {
            /// Text.
            #[deprecated = "old"]
            #[must_use]
            #[expect(unused, reason = "a")]
            #[allow(dead_code)]
            #[deny(warnings)]
            #[tracing::instrument]
            fn f() {}
        };
        let expected = [
            r##"#[doc=r"Text."]"##,
            r#"#[deprecated="old"]"#,
            "#[must_use]",
            r#"#[allow(unused,reason="a")]"#,
            "#[allow(dead_code)]",
        ];
        assert_eq!(texts(&of_client(&function.attrs)), expected);
    }

    #[test]
    fn our_own_attribute_is_taken_out_wherever_it_stands() {
        let mut function: ItemFn = parse_quote! {
            #[rpc(name = "A")]
            #[cfg_attr(unix, rpc(name = "B"))]
            #[cfg_attr(unix, inline, rpc(name = "C"))]
            #[cfg_attr(broken)]
            fn f() {}
        };
        assert!(check_unconditional_rpc(&function.attrs).is_err());
        strip_rpc(&mut function.attrs);
        assert_eq!(texts(&function.attrs), ["#[cfg_attr(unix,inline)]"]);
        assert!(check_unconditional_rpc(&function.attrs).is_ok());
    }
}
