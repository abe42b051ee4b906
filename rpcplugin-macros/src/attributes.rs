//! Reads the key lists of helper attributes, `#[helper(flag, key = value)]`, alike for every macro.
//!
//! Nothing stops at the first mistake: an unknown key is reported, skipped up to the next comma, and the reading goes on.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream, Parser as _};
use syn::{Attribute, Ident, Lit, Meta, Result, Token};

/// Collects mistakes, so that one compilation shows all of them.
#[derive(Default)]
pub(crate) struct Errors {
    combined: Option<syn::Error>,
    pushed: usize,
}

impl Errors {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.pushed += 1;
        match &mut self.combined {
            Some(combined) => combined.combine(error),
            None => self.combined = Some(error),
        }
    }

    /// Keeps the error of a result and hands on its value.
    pub(crate) fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The gate between two stages: fails if anything was pushed.
    pub(crate) fn into_result(self) -> Result<()> {
        self.combined.map_or(Ok(()), Err)
    }
}

/// The keys that one place of an attribute understands.
pub(crate) struct Vocabulary {
    /// The keys that are allowed here.
    pub(crate) allowed: &'static [&'static str],
    /// What to answer to a word that belongs to another crate or another place: `(word, sentence)`.
    /// In the sentence `{key}` stands for the word itself, and `{value}` for the literal or the name behind its `=`.
    pub(crate) advice: &'static [(&'static str, &'static str)],
}

/// One `key ..` of a list, with the input standing right behind the key.
pub(crate) struct Entry<'a> {
    pub(crate) key: Ident,
    pub(crate) input: ParseStream<'a>,
}

impl Entry<'_> {
    pub(crate) fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// A key that stands alone.
    pub(crate) fn flag(&self) -> Result<()> {
        if self.input.is_empty() || self.input.peek(Token![,]) {
            return Ok(());
        }
        Err(self.input.error(format!("`{0}` takes no value: write `{0}` alone", self.name())))
    }

    /// The value of `key = value`. The example is what a correct entry looks like.
    pub(crate) fn value<T: Parse>(&self, example: &str) -> Result<T> {
        if !self.input.peek(Token![=]) {
            let message = format!("`{}` needs a value: write `{example}`", self.name());
            return Err(syn::Error::new(self.key.span(), message));
        }
        self.input.parse::<Token![=]>()?;
        if self.input.is_empty() || self.input.peek(Token![,]) {
            let message = format!("nothing stands after the `=`: write `{example}`");
            return Err(syn::Error::new(self.key.span(), message));
        }
        self.input
            .parse()
            .map_err(|error| syn::Error::new(error.span(), format!("{error}: write `{example}`")))
    }
}

/// Reads every `#[helper(..)]` among the attributes of one item and calls `on_entry` for each key that is allowed.
///
/// Unknown keys, keys given twice and the errors of `on_entry` are collected. Returns whether there was none.
pub(crate) fn read_helpers(
    attributes: &[Attribute],
    helper: &str,
    vocabulary: &Vocabulary,
    errors: &mut Errors,
    mut on_entry: impl FnMut(&Entry<'_>) -> Result<()>,
) -> bool {
    let mut seen = Vec::new();
    let pushed = errors.pushed;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(helper)) {
        let Meta::List(list) = &attribute.meta else {
            let keys = backticked(vocabulary.allowed);
            let message = format!("expected a list of keys: write `#[{helper}(..)]` with {keys}");
            errors.push(syn::Error::new_spanned(&attribute.meta, message));
            continue;
        };
        let parsed = list.parse_args_with(|input: ParseStream<'_>| {
            read_entries(input, vocabulary, &mut seen, errors, &mut on_entry);
            Ok(())
        });
        errors.keep(parsed);
    }
    errors.pushed == pushed
}

/// Reads the arguments of an attribute macro, `#[name(these, are = meant)]`, by the rules of [`read_helpers`].
pub(crate) fn read_arguments(
    arguments: TokenStream,
    vocabulary: &Vocabulary,
    errors: &mut Errors,
    mut on_entry: impl FnMut(&Entry<'_>) -> Result<()>,
) {
    let parser = |input: ParseStream<'_>| {
        read_entries(input, vocabulary, &mut Vec::new(), errors, &mut on_entry);
        Ok(())
    };
    let parsed = parser.parse2(arguments);
    errors.keep(parsed);
}

/// The error for a key that is not allowed: what it probably should have been, and what is allowed.
pub(crate) fn unknown_key(span: Span, key: &str, allowed: &[&str], advice: &[(&str, &str)]) -> syn::Error {
    unknown_entry(span, key, "N", allowed, advice)
}

fn read_entries(
    input: ParseStream<'_>,
    vocabulary: &Vocabulary,
    seen: &mut Vec<Ident>,
    errors: &mut Errors,
    on_entry: &mut dyn FnMut(&Entry<'_>) -> Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = read_entry(input, vocabulary, seen, errors, on_entry) {
            errors.push(error);
            skip_to_comma(input);
        }
        if !input.is_empty() && !input.peek(Token![,]) {
            errors.push(input.error("expected `,` between two keys"));
            skip_to_comma(input);
        }
        // Either the comma is next, or the list is at its end.
        let _comma = input.parse::<Token![,]>();
    }
}

fn read_entry(
    input: ParseStream<'_>,
    vocabulary: &Vocabulary,
    seen: &mut Vec<Ident>,
    errors: &mut Errors,
    on_entry: &mut dyn FnMut(&Entry<'_>) -> Result<()>,
) -> Result<()> {
    if !input.peek(Ident::peek_any) {
        return Err(input.error(format!("expected a key, one of {}", backticked(vocabulary.allowed))));
    }
    let key = input.call(Ident::parse_any)?;
    let name = key.unraw().to_string();
    if !vocabulary.allowed.contains(&name.as_str()) {
        let Vocabulary { allowed, advice } = *vocabulary;
        return Err(match skip_to_comma(input) {
            Some(value) => unknown_entry(key.span(), &name, &value, allowed, advice),
            None => unknown_key(key.span(), &name, allowed, advice),
        });
    }
    match seen.iter().find(|earlier| **earlier == key) {
        Some(earlier) => {
            errors.push(syn::Error::new(earlier.span(), format!("`{name}` is given here first")));
            errors.push(syn::Error::new(key.span(), format!("`{name}` is given twice: keep one of the two")));
        }
        None => seen.push(key.clone()),
    }
    on_entry(&Entry { key, input })
}

/// Skips what belongs to an entry that was not understood; returns what stands behind its `=`, if that is one word.
fn skip_to_comma(input: ParseStream<'_>) -> Option<String> {
    let mut skipped = Vec::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        match input.parse::<TokenTree>() {
            Ok(token) => skipped.push(token),
            Err(_) => break,
        }
    }
    match skipped.as_slice() {
        [TokenTree::Punct(equals), TokenTree::Literal(literal)] if equals.as_char() == '=' => {
            Some(text_of(Lit::new(literal.clone())))
        }
        [TokenTree::Punct(equals), TokenTree::Ident(name)] if equals.as_char() == '=' => {
            Some(name.to_string())
        }
        _ => None,
    }
}

fn text_of(literal: Lit) -> String {
    match literal {
        Lit::Str(text) => text.value(),
        other => quote::ToTokens::to_token_stream(&other).to_string(),
    }
}

fn unknown_entry(
    span: Span,
    key: &str,
    value: &str,
    allowed: &[&str],
    advice: &[(&str, &str)],
) -> syn::Error {
    if let Some((_, sentence)) = advice.iter().find(|(word, _)| *word == key) {
        return syn::Error::new(span, sentence.replace("{key}", key).replace("{value}", value));
    }
    // Who is told the word needs no list of all of them.
    if let Some(word) = closest(key, allowed) {
        return syn::Error::new(span, format!("unknown key `{key}`: did you mean `{word}`?"));
    }
    let others: Vec<&str> = advice.iter().map(|(word, _)| *word).collect();
    let meant = closest(key, &others).and_then(|word| advice.iter().find(|(other, _)| *other == word));
    let message = match meant {
        Some((word, sentence)) => {
            format!("unknown key `{key}`: {}", sentence.replace("{key}", word).replace("{value}", value))
        }
        None => format!("unknown key `{key}`: write one of {}", backticked(allowed)),
    };
    syn::Error::new(span, message)
}

fn backticked(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// The word that differs from `key` by at most a third of its letters, if there is one.
pub(crate) fn closest<'a>(key: &str, words: &[&'a str]) -> Option<&'a str> {
    let bound = key.chars().count() / 3;
    let key = key.to_lowercase();
    let ranked = words.iter().map(|word| (edit_distance(&key, word), *word));
    ranked.filter(|(distance, _)| *distance <= bound).min().map(|(_, word)| word)
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut last_letter = None;
    for (row, letter) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter != *other);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let previous = column.checked_sub(1).and_then(|index| Some((index, *right.get(index)?)));
            if let (Some((index, before)), Some(above)) = (previous, last_letter)
                && before == letter
                && above == *other
            {
                best = best.min(at(&before_last, index) + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
        last_letter = Some(letter);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    const WORDS: Vocabulary = Vocabulary {
        allowed: &["id", "endian", "skip"],
        advice: &[("tag", "`{key}` is not ours; write `id = {value}`")],
    };

    fn read(tokens: TokenStream) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::new();
        let mut keys = Vec::new();
        read_arguments(tokens, &WORDS, &mut errors, |entry| {
            keys.push(entry.name());
            if entry.name() == "skip" { entry.flag() } else { entry.value::<Lit>("id = 1").map(drop) }
        });
        let messages = match errors.into_result() {
            Ok(()) => Vec::new(),
            Err(error) => error.into_iter().map(|error| error.to_string()).collect(),
        };
        (keys, messages)
    }

    #[test]
    fn every_known_key_is_handed_on() {
        assert_eq!(
            read(quote!(id = 1, skip, endian = "big",)),
            (vec!["id".into(), "skip".into(), "endian".into()], vec![])
        );
        assert_eq!(read(quote!()), (vec![], vec![]));
    }

    #[test]
    fn every_unknown_key_is_reported_and_the_rest_is_read() {
        let (keys, messages) = read(quote!(ednian = "big", nothing(a, b), id = 1, tag = "7", 5, skip));
        assert_eq!(keys, ["id", "skip"]);
        assert_eq!(messages.len(), 4, "{messages:?}");
        assert_eq!(messages[0], "unknown key `ednian`: did you mean `endian`?");
        assert_eq!(messages[1], "unknown key `nothing`: write one of `id`, `endian`, `skip`");
        assert_eq!(messages[2], "`tag` is not ours; write `id = 7`");
        assert_eq!(messages[3], "expected a key, one of `id`, `endian`, `skip`");
    }

    #[test]
    fn an_advice_repeats_what_was_written() {
        let advice = |tokens| read(tokens).1.concat();
        assert_eq!(advice(quote!(tag = 7)), "`tag` is not ours; write `id = 7`");
        assert_eq!(advice(quote!(tag = seven)), "`tag` is not ours; write `id = seven`");
        assert_eq!(advice(quote!(tag = 3 + 4)), "`tag` is not ours; write `id = N`");
        assert_eq!(advice(quote!(tag(7))), "`tag` is not ours; write `id = N`");
        assert_eq!(advice(quote!(tagg = 7)), "unknown key `tagg`: `tag` is not ours; write `id = 7`");
    }

    #[test]
    fn a_key_given_twice_is_reported_at_both_places() {
        let (_, messages) = read(quote!(id = 1, id = 2));
        assert_eq!(messages, ["`id` is given here first", "`id` is given twice: keep one of the two"]);
    }

    #[test]
    fn a_value_that_is_missing_or_too_many_says_what_to_write() {
        assert_eq!(read(quote!(id)).1, ["`id` needs a value: write `id = 1`"]);
        assert_eq!(read(quote!(id =)).1, ["nothing stands after the `=`: write `id = 1`"]);
        assert_eq!(read(quote!(id =, skip)).1, ["nothing stands after the `=`: write `id = 1`"]);
        assert_eq!(read(quote!(skip = 1)).1, ["`skip` takes no value: write `skip` alone"]);
        assert_eq!(read(quote!(id = 1 skip)).1, ["expected `,` between two keys"]);
    }

    #[test]
    fn the_distance_counts_a_swap_once() {
        assert_eq!(edit_distance("endian", "endian"), 0);
        assert_eq!(edit_distance("ednian", "endian"), 1);
        assert_eq!(edit_distance("endia", "endian"), 1);
        assert_eq!(edit_distance("", "id"), 2);
        assert_eq!(closest("idd", &["id", "endian"]), Some("id"));
        assert_eq!(closest("Id", &["id", "endian"]), Some("id"));
        assert_eq!(closest("if", &["id", "endian"]), None);
        assert_eq!(closest("rename", &["id", "endian"]), None);
    }
}
