//! Steps over tokens that nothing has to be known of but where they end.
//!
//! A [`Cursor`] looks through the invisible groups around what a
//! `macro_rules!` macro passed on, and what is taken keeps them.

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;

/// Some tokens in a row, as they were written.
#[derive(Clone)]
pub(crate) struct Tokens(Vec<TokenTree>);

impl Tokens {
    /// Takes what is before `end`, which is on the same level.
    pub(crate) fn between(mut start: Cursor, end: Cursor) -> Tokens {
        let mut taken = Vec::new();
        while start != end {
            let Some((token, rest)) = start.token_tree() else {
                break;
            };
            taken.push(token);
            start = rest;
        }
        Tokens(taken)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns true if they start with the punctuation `char`.
    pub(crate) fn start_with(&self, char: char) -> bool {
        match self.clone().peeled().0.first() {
            Some(TokenTree::Punct(punct)) => punct.as_char() == char,
            _ => false,
        }
    }

    /// Takes off the word that they end with.
    pub(crate) fn pop_word(&mut self) -> Option<Ident> {
        match self.0.pop() {
            Some(TokenTree::Ident(word)) => Some(word),
            _ => None,
        }
    }

    /// Takes off the invisible groups around all of them.
    pub(crate) fn peeled(self) -> Tokens {
        match &self.0[..] {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::None => {
                Tokens::from_iter(group.stream()).peeled()
            }
            _ => self,
        }
    }

    /// Returns the spans of the first and the last token. What a
    /// `macro_rules!` macro passed on stands where it was written.
    pub(crate) fn ends(&self) -> (Span, Span) {
        let peeled = self.clone().peeled();
        match (peeled.0.first(), peeled.0.last()) {
            (Some(first), Some(last)) => (first.span(), last.span()),
            _ => (Span::call_site(), Span::call_site()),
        }
    }
}

impl FromIterator<TokenTree> for Tokens {
    fn from_iter<I: IntoIterator<Item = TokenTree>>(tokens: I) -> Tokens {
        Tokens(tokens.into_iter().collect())
    }
}

impl ToTokens for Tokens {
    fn to_tokens(&self, stream: &mut TokenStream) {
        stream.extend(self.0.iter().cloned());
    }
}

/// An error at the next token.
pub(crate) fn error(cursor: Cursor, message: &str) -> syn::Error {
    syn::Error::new(cursor.span(), message)
}

/// Looks into an invisible group that is all there is.
pub(crate) fn inside(mut cursor: Cursor) -> Cursor {
    while let Some((inside, _, rest)) = cursor.group(Delimiter::None) {
        if !rest.eof() {
            break;
        }
        cursor = inside;
    }
    cursor
}

/// Returns what follows if `expected` comes next, which is `,` or `::` or such.
pub(crate) fn punct<'a>(mut cursor: Cursor<'a>, expected: &str) -> Option<Cursor<'a>> {
    let mut is_joint = true;
    for wanted in expected.chars() {
        let (punct, rest) = cursor.punct()?;
        if !is_joint || punct.as_char() != wanted {
            return None;
        }
        is_joint = punct.spacing() == Spacing::Joint;
        cursor = rest;
    }
    Some(cursor)
}

/// Returns what follows if the word `expected` comes next.
pub(crate) fn word<'a>(cursor: Cursor<'a>, expected: &str) -> Option<Cursor<'a>> {
    let (word, rest) = cursor.ident()?;
    (word == expected).then_some(rest)
}

pub(crate) fn is_comma(cursor: Cursor) -> bool {
    punct(cursor, ",").is_some()
}

/// Steps over what is before an end, which is not within `<` and `>`.
pub(crate) fn skip_to<'a>(mut cursor: Cursor<'a>, is_end: fn(Cursor) -> bool) -> Cursor<'a> {
    let mut depth = 0_usize;
    // What may be the first half of `::` or `->`.
    let mut half = ' ';
    while let Some((token, rest)) = cursor.token_tree() {
        let (char, spacing) = match &token {
            TokenTree::Punct(punct) => (punct.as_char(), punct.spacing()),
            _ => (' ', Spacing::Alone),
        };
        let is_second_half = matches!((half, char), (':', ':') | ('-', '>'));
        if !is_second_half {
            if depth == 0 && is_end(cursor) {
                break;
            }
            match char {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        half = if is_second_half || spacing == Spacing::Alone {
            ' '
        } else {
            char
        };
        cursor = rest;
    }
    cursor
}

/// Steps over `<` and all up to its `>`, if they come next.
pub(crate) fn skip_angles(cursor: Cursor) -> Cursor {
    let Some(inside) = punct(cursor, "<") else {
        return cursor;
    };
    let end = skip_to(inside, |cursor| punct(cursor, ">").is_some());
    punct(end, ">").unwrap_or(end)
}

/// Steps over a path without arguments, such as `::a::b`.
pub(crate) fn skip_plain_path(start: Cursor) -> Option<Cursor> {
    let (_, mut cursor) = punct(start, "::").unwrap_or(start).ident()?;
    while let Some((_, rest)) = punct(cursor, "::").and_then(Cursor::ident) {
        cursor = rest;
    }
    Some(cursor)
}
