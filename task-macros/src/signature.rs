//! The head of a function: all between its attributes and its body.

use proc_macro2::{Delimiter, Ident};
use syn::buffer::Cursor;

use crate::{
    attributes::{self, Attribute},
    tokens::{Tokens, error, is_comma, punct, skip_angles, skip_to, word},
};

/// What the head of a function says.
pub(crate) struct Signature {
    pub(crate) visibility: Tokens,
    pub(crate) is_async: bool,
    pub(crate) unsafety: Option<Ident>,
    /// False for an `extern "C" fn`, which is no `fn()` to the compiler.
    pub(crate) is_rust: bool,
    pub(crate) name: Ident,
    /// From the `<` to the `>`, unless there is nothing between them.
    pub(crate) generics: Option<Tokens>,
    /// `self`, in any of its forms.
    pub(crate) receiver: Option<Tokens>,
    pub(crate) parameters: Vec<Parameter>,
    /// `...`, with its name if it has one.
    pub(crate) variadic: Option<Tokens>,
    /// The type after the arrow.
    pub(crate) output: Option<Tokens>,
}

/// One parameter of the function.
pub(crate) struct Parameter {
    /// What says whether it is there: `#[cfg(...)]`, and what may become one.
    pub(crate) cfgs: Vec<Attribute>,
    /// What the task is given is decided by a trait of this type.
    pub(crate) ty: Tokens,
}

/// Reads a head, and returns with it where it ends: at the body, if there is one.
pub(crate) fn read(start: Cursor) -> syn::Result<(Signature, Cursor)> {
    let qualifiers = after_visibility(start);
    let mut cursor = qualifiers;
    let (mut is_async, mut unsafety, mut is_rust) = (false, None, true);
    loop {
        let no_function = || error(qualifiers, "`#[task]` goes on a function");
        let (qualifier, rest) = cursor.ident().ok_or_else(no_function)?;
        cursor = rest;
        match qualifier.to_string().as_str() {
            "fn" => break,
            "const" => {}
            "async" => is_async = true,
            "unsafe" => unsafety = Some(qualifier),
            "extern" => {
                is_rust = false;
                cursor = cursor.literal().map_or(cursor, |(_, rest)| rest);
            }
            _ => return Err(no_function()),
        }
    }
    let (name, generics) = cursor.ident().ok_or_else(|| unread(cursor, "a name"))?;
    let after_generics = skip_angles(generics);
    let are_empty = punct(generics, "<").is_none_or(|inside| punct(inside, ">").is_some());
    let (inputs, _, after_inputs) = after_generics
        .group(Delimiter::Parenthesis)
        .ok_or_else(|| unread(after_generics, "`(`"))?;
    let (output, after_output) = match punct(after_inputs, "->") {
        Some(ty) => {
            let (ty, end) = read_type(ty, |end| word(end, "where").is_some() || is_end(end))?;
            (Some(ty), end)
        }
        None => (None, after_inputs),
    };
    let mut signature = Signature {
        visibility: Tokens::between(start, qualifiers).peeled(),
        is_async,
        unsafety,
        is_rust,
        name,
        generics: (!are_empty).then(|| Tokens::between(generics, after_generics)),
        receiver: None,
        parameters: Vec::new(),
        variadic: None,
        output,
    };
    read_inputs(inputs, &mut signature)?;
    Ok((signature, skip_to(after_output, is_end)))
}

fn after_visibility(start: Cursor) -> Cursor {
    match word(start, "pub") {
        Some(after) => after
            .group(Delimiter::Parenthesis)
            .map_or(after, |(_, _, rest)| rest),
        None => start,
    }
}

/// Reads what is in the parentheses.
fn read_inputs(mut cursor: Cursor, signature: &mut Signature) -> syn::Result<()> {
    while !cursor.eof() {
        let (mut cfgs, start) = attributes::take(cursor);
        let end = skip_to(start, is_comma);
        let all = || Some(Tokens::between(cursor, end));
        let colon = skip_to(start, |at| {
            is_comma(at) || punct(at, ":").is_some() && punct(at, "::").is_none()
        });
        let ty = punct(colon, ":");
        if is_receiver(start) {
            signature.receiver = all();
        } else if punct(ty.unwrap_or(start), "...").is_some() {
            signature.variadic = all();
        } else {
            let ty = ty.ok_or_else(|| unread(colon, "`:` and a type"))?;
            cfgs.retain(|attribute| attribute.is("cfg") || attribute.is("cfg_attr"));
            signature.parameters.push(Parameter {
                cfgs,
                ty: read_type(ty, is_comma)?.0,
            });
        }
        cursor = punct(end, ",").unwrap_or(end);
    }
    Ok(())
}

/// Is it `self`, `mut self`, `&'a mut self`, or one of them with a type?
fn is_receiver(start: Cursor) -> bool {
    let mut cursor = start;
    if let Some(rest) = punct(cursor, "&") {
        cursor = rest.lifetime().map_or(rest, |(_, rest)| rest);
    }
    cursor = word(cursor, "mut").unwrap_or(cursor);
    // Not `self::Pattern(...)`.
    word(cursor, "self").is_some_and(|rest| punct(rest, "::").is_none())
}

fn read_type<'a>(
    start: Cursor<'a>,
    is_end: fn(Cursor) -> bool,
) -> syn::Result<(Tokens, Cursor<'a>)> {
    let end = skip_to(start, is_end);
    if start == end {
        return Err(unread(start, "a type"));
    }
    Ok((Tokens::between(start, end), end))
}

/// Is it the body of the function, or what stands in its place?
fn is_end(cursor: Cursor) -> bool {
    cursor.group(Delimiter::Brace).is_some() || punct(cursor, ";").is_some()
}

/// The error for a head that is none: if the compiler takes it, it is one of a later Rust.
fn unread(cursor: Cursor, expected: &str) -> syn::Error {
    error(
        cursor,
        &format!("cannot read the function: expected {expected}"),
    )
}
