//! The attributes of a function and of its parameters.

use proc_macro2::{Delimiter, Ident, Literal, Punct, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::Cursor;

use crate::tokens::{self, Tokens};

/// `#[...]`, as it was written.
pub(crate) struct Attribute {
    pound: Punct,
    /// The brackets with what is in them.
    group: TokenTree,
    /// The last word of the path.
    name: Option<Ident>,
    /// True if that is all of the path.
    is_plain: bool,
    /// `"..."` of `#[name = "..."]`.
    pub(crate) text: Option<Literal>,
    /// What is in the parentheses of `#[name(...)]`.
    pub(crate) list: Option<TokenStream>,
}

impl Attribute {
    /// Returns true if its path is this name alone, as for those of the language.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.is_plain && self.ends_with(name)
    }

    /// Returns true if its path ends with this name.
    pub(crate) fn ends_with(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|word| word == name)
    }
}

impl ToTokens for Attribute {
    fn to_tokens(&self, stream: &mut TokenStream) {
        self.pound.to_tokens(stream);
        self.group.to_tokens(stream);
    }
}

/// Takes the attributes that come next.
pub(crate) fn take(mut cursor: Cursor) -> (Vec<Attribute>, Cursor) {
    let mut attributes = Vec::new();
    while let Some((attribute, rest)) = take_one(cursor) {
        attributes.push(attribute);
        cursor = rest;
    }
    (attributes, cursor)
}

fn take_one(cursor: Cursor) -> Option<(Attribute, Cursor)> {
    let (pound, brackets) = cursor.punct().filter(|(punct, _)| punct.as_char() == '#')?;
    let (content, _, _) = brackets.group(Delimiter::Bracket)?;
    let (group, rest) = brackets.token_tree()?;
    let content = tokens::inside(content);
    let after_path = tokens::skip_plain_path(content).unwrap_or(content);
    let text = tokens::punct(after_path, "=").and_then(|value| {
        let (text, end) = value.literal()?;
        end.eof().then_some(text)
    });
    let mut path = Tokens::between(content, after_path).peeled();
    let attribute = Attribute {
        pound,
        group,
        name: path.pop_word(),
        is_plain: path.is_empty(),
        text,
        list: after_path.any_group().map(|(list, ..)| list.token_stream()),
    };
    Some((attribute, rest))
}
