//! A contract is one table, so it has no parameters. The handler of an impl block may have some: only the server names them.

use proc_macro2::{Group, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Error, GenericParam, Generics, ItemImpl, Result, Type, parse2};

/// The parameters of a trait, of which there may be none.
pub(super) fn check_trait(generics: &Generics) -> Result<()> {
    let message = "a contract is one table for every host: write the types instead of generics";
    if !generics.params.is_empty() {
        return Err(Error::new_spanned(generics, message));
    }
    check_where(
        generics,
        "what a handler must be besides stands behind the name: write it as supertraits, `trait Name: Bound`",
    )
}

/// Refuses conditions, with their alternative.
pub(super) fn check_where(generics: &Generics, advice: &str) -> Result<()> {
    match &generics.where_clause {
        // Without a condition the clause has no tokens that could be pointed at.
        Some(clause) if clause.predicates.is_empty() => {
            Err(Error::new(clause.where_token.span, "nothing stands behind it: leave `where` out"))
        }
        Some(clause) => Err(Error::new_spanned(clause, advice)),
        None => Ok(()),
    }
}

/// The parameters of a block, and the type that it is for. Calls run as long as they like, so the handler borrows nothing.
pub(super) fn check_block(generics: &Generics, handler: &Type) -> Result<()> {
    let declared = generics.params.iter().find_map(|parameter| match parameter {
        GenericParam::Lifetime(lifetime) => Some(lifetime.lifetime.span()),
        _ => None,
    });
    match declared.or_else(|| lifetime(handler.to_token_stream())) {
        Some(span) => {
            let message = "a handler answers as long as the plugin runs, so it borrows nothing: write a type that is owned";
            Err(Error::new(span, message))
        }
        None => Ok(()),
    }
}

/// The parameters of a block as others can have them: in the server, `Self` is the server.
pub(super) fn without_self(item: &ItemImpl) -> Generics {
    let (generics, handler) = (&item.generics, &item.self_ty);
    let named = |tokens: TokenStream| with_handler(tokens, &quote!(#handler));
    let clause = named(generics.where_clause.to_token_stream());
    let clause = if clause.is_empty() { Ok(None) } else { parse2(clause).map(Some) };
    match (parse2::<Generics>(named(quote!(#generics))), clause) {
        (Ok(declared), Ok(where_clause)) => Generics { where_clause, ..declared },
        // One that cannot be read with the handler's name in it is refused by the compiler, where it is written.
        _ => generics.clone(),
    }
}

/// The tokens with the handler's type for `Self`.
fn with_handler(tokens: TokenStream, handler: &TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut named = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Ident(ident) if ident == "Self" => {
                let is_path = matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
                named.extend(if is_path {
                    quote_spanned!(ident.span()=> <#handler>)
                } else {
                    handler.clone()
                });
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), with_handler(group.stream(), handler));
                inner.set_span(group.span());
                named.extend([TokenTree::Group(inner)]);
            }
            other => named.extend([other]),
        }
    }
    named
}

/// Refuses a message that names a parameter of the block.
pub(super) fn check_message(generics: &Generics, message: &Type) -> Result<()> {
    match parameter_in(generics, message) {
        Some((name, span)) => {
            let message = format!(
                "there is one client for every `{name}`, so it cannot say which: write the message's type"
            );
            Err(Error::new(span, message))
        }
        None => Ok(()),
    }
}

/// The first parameter that stands in the tokens, if there is one.
pub(super) fn parameter_in(generics: &Generics, tokens: &impl ToTokens) -> Option<(String, Span)> {
    let parameters: Vec<String> = generics.params.iter().filter_map(name).collect();
    named(tokens.to_token_stream(), &parameters)
}

fn name(parameter: &GenericParam) -> Option<String> {
    match parameter {
        GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
        GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
        _ => None,
    }
}

/// The first of these names in the tokens. Behind `::` it is another thing's name.
fn named(tokens: TokenStream, names: &[String]) -> Option<(String, Span)> {
    let mut colons = 0;
    for token in tokens {
        let found = match &token {
            TokenTree::Group(group) => named(group.stream(), names),
            TokenTree::Ident(ident) if colons < 2 && names.contains(&ident.to_string()) => {
                Some((ident.to_string(), ident.span()))
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        let is_colon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
        colons = if is_colon { colons + 1 } else { 0 };
    }
    None
}

/// The first lifetime but `'static`.
fn lifetime(tokens: TokenStream) -> Option<Span> {
    let mut after_quote = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Group(group) => lifetime(group.stream()),
            TokenTree::Ident(ident) if after_quote && ident != "static" => Some(ident.span()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::parse_quote;

    #[test]
    fn a_parameter_is_found_wherever_it_stands_for_itself() {
        let generics: Generics = parse_quote!(<S: Store, const N: usize>);
        let found = |tokens: TokenStream| parameter_in(&generics, &tokens).map(|(name, _)| name);
        for tokens in
            [quote!(S), quote!(Vec<S>), quote!(S::Value), quote!(fn f(value: S)), quote!(<S as Store>::Value)]
        {
            assert_eq!(found(tokens.clone()).as_deref(), Some("S"), "{tokens}");
        }
        assert_eq!(found(quote!([u8; N])).as_deref(), Some("N"));
        for tokens in [quote!(others::S), quote!(::S), quote!(Size), quote!(Vec<u8>)] {
            assert_eq!(found(tokens.clone()), None, "{tokens}");
        }
    }
}
