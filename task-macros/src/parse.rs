//! Tokens to entries: `key = value` and `flag`, separated by commas.
//!
//! Nothing here knows what a value should be. A mistake costs one entry: what
//! comes after the next comma is read as if nothing had happened.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{
    LitStr, Token,
    ext::IdentExt,
    parse::{ParseStream, Parser},
    token,
};

use crate::{errors::Errors, keys, value::Value};

/// One option of the attribute, as it was written.
pub(crate) struct Entry {
    pub(crate) key: Ident,
    /// `None` for a key that stands alone.
    pub(crate) value: Option<Value>,
}

/// What could be read of an attribute's arguments.
#[derive(Default)]
pub(crate) struct Entries {
    pub(crate) list: Vec<Entry>,
    /// True if something that was meant as an option could not be read, so
    /// that an option may be missing only because of that.
    pub(crate) incomplete: bool,
}

/// Reads the arguments of the attribute.
pub(crate) fn entries(arguments: TokenStream, errors: &mut Errors) -> Entries {
    let mut entries = Entries::default();
    let parser = |input: ParseStream| {
        while !input.is_empty() {
            match entry(input) {
                Ok(entry) => entries.list.push(entry),
                Err(error) => {
                    entries.incomplete = true;
                    errors.add(error);
                    skip_to_comma(input);
                }
            }
            if input.is_empty() || input.parse::<Option<Token![,]>>()?.is_some() {
                continue;
            }
            errors.add(input.error("expected `,` between two options"));
            // What follows can be an option only if it starts with a name.
            if !input.peek(Ident::peek_any) {
                entries.incomplete = true;
                skip_to_comma(input);
                input.parse::<Option<Token![,]>>()?;
            }
        }
        Ok(())
    };
    let end = parser.parse2(arguments);
    errors.ok(end);
    entries
}

fn entry(input: ParseStream) -> syn::Result<Entry> {
    if !input.peek(Ident::peek_any) {
        return Err(no_key(input));
    }
    let key = input.call(Ident::parse_any)?;
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(keys::needs_value(&key));
        }
        let value = Some(input.step(|cursor| Value::read(*cursor))?);
        return Ok(Entry { key, value });
    }
    let has_other_value = input.peek(Token![:])
        || input.peek(syn::Lit)
        || input.peek(token::Paren)
        || input.peek(token::Bracket)
        || input.peek(token::Brace);
    if has_other_value {
        return Err(keys::misused(&key, "expected `=`"));
    }
    Ok(Entry { key, value: None })
}

/// The error for an entry that does not start with a name.
fn no_key(input: ParseStream) -> syn::Error {
    if let Ok(text) = input.fork().parse::<LitStr>() {
        let message = format!("say what this is: write `every = {:?}`", text.value());
        return syn::Error::new(text.span(), message);
    }
    input.error("expected the name of an option, as in `every = \"30s\"`")
}

fn skip_to_comma(input: ParseStream) {
    while !input.is_empty() && !input.peek(Token![,]) {
        // Any token tree parses as one, and the input is not empty.
        let _ = input.parse::<TokenTree>();
    }
}
