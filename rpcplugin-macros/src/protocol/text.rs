//! Tokens as people read them.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The text of a doc comment, without the comment marks.
pub(super) fn documentation(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else {
            return None;
        };
        let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
            return None;
        };
        attribute.path().is_ident("doc").then(|| text.value())
    });
    let lines: Vec<_> = lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// Tokens for a message: `Vec<u8>`, not `Vec < u8 >`.
pub(super) fn source(tokens: impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut source = String::with_capacity(spaced.len());
    let mut letters = spaced.chars().peekable();
    while let Some(letter) = letters.next() {
        let sticks_to_next = letters.peek().is_some_and(|next| "<>,:()".contains(*next));
        let sticks_to_last = source.is_empty() || source.ends_with(['<', '&', ':', '(']);
        if letter == ' ' && (sticks_to_next || sticks_to_last) {
            continue;
        }
        source.push(letter);
    }
    source
}

/// Whether a word stands anywhere in the tokens.
pub(super) fn mentions(tokens: TokenStream, word: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Group(group) => mentions(group.stream(), word),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::{ItemStruct, parse_quote};

    #[test]
    fn a_doc_comment_loses_its_marks_and_keeps_its_lines() {
        let item: ItemStruct = parse_quote! {
            /// Reads a value.
            ///
            ///     indented
            #[derive(Clone)]
            struct Documented;
        };
        assert_eq!(documentation(&item.attrs), "Reads a value.\n\n    indented");
        assert_eq!(documentation(&[]), "");
    }

    #[test]
    fn a_type_is_shown_as_it_is_written() {
        assert_eq!(source(quote!(Result<Vec<u8>, Status>)), "Result<Vec<u8>, Status>");
        assert_eq!(source(quote!(&crate::Key)), "&crate::Key");
        assert_eq!(source(quote!(())), "()");
        assert_eq!(source(quote!((u8, &'static str))), "(u8, &'static str)");
    }
}
