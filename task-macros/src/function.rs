//! The function under the attribute: read as far as needed, and checked.
//!
//! The body is never parsed: it is passed on as it came, whatever the syntax
//! of a later edition puts into it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::buffer::{Cursor, TokenBuffer};

use crate::{
    attributes::{self, Attribute},
    errors::Errors,
    signature::{self, Signature},
    tokens::{self, Tokens},
};

/// What the expansion needs to know of the function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    /// All that follows the attributes, as it was written.
    pub(crate) rest: TokenStream,
    pub(crate) signature: Signature,
}

/// Reads the function and reports what a task can't be.
///
/// Returns `None` if the item is no function at all.
pub(crate) fn read(item: TokenStream, errors: &mut Errors) -> Option<Function> {
    let (before, body) = split_body(item);
    let parsed = parse(TokenBuffer::new2(before).begin(), body);
    let function = errors.ok(parsed)?;
    check_attributes(&function.attributes, errors);
    check_signature(&function.signature, errors);
    Some(function)
}

/// Takes the body off, so that nobody has to look into it: it may be long.
fn split_body(item: TokenStream) -> (TokenStream, Option<TokenTree>) {
    let mut tokens: Vec<_> = item.into_iter().collect();
    let is_body = |last: &TokenTree| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let body = if tokens.last().is_some_and(is_body) {
        tokens.pop()
    } else {
        None
    };
    (tokens.into_iter().collect(), body)
}

fn parse(item: Cursor, body: Option<TokenTree>) -> syn::Result<Function> {
    let (attributes, head) = attributes::take(tokens::inside(item));
    let (signature, end) = signature::read(tokens::inside(head))?;
    // What a `macro_rules!` macro passed on as one item is not split.
    if body.is_none() && end.group(Delimiter::Brace).is_none() {
        return Err(tokens::error(end, "a task needs a body"));
    }
    let mut rest = head.token_stream();
    rest.extend(body);
    Ok(Function {
        attributes,
        rest,
        signature,
    })
}

fn check_attributes(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes {
        if attribute.ends_with("task") {
            errors.at(
                attribute,
                "a function is one task: give all its schedules in one `#[task]`, \
                 as in `every = [\"30s\", \"day at 10:30\"]`",
            );
        }
    }
}

fn check_signature(signature: &Signature, errors: &mut Errors) {
    if let Some(unsafety) = &signature.unsafety {
        errors.at(
            unsafety,
            "a task is called by the scheduler, so it can't be `unsafe`",
        );
    }
    if let Some(generics) = &signature.generics {
        errors.at(
            generics,
            "a task has no generic parameters: nothing says what they stand for",
        );
    }
    let output = signature.output.as_ref();
    if let Some(never) = output.filter(|ty| ty.start_with('!')) {
        errors.at(never, "a task must return, so that it can run again");
    }
    if let Some(receiver) = &signature.receiver {
        errors.at(
            receiver,
            "`#[task]` goes on a function, not on a method: nothing says which `self` to call",
        );
    }
    for parameter in &signature.parameters {
        check_parameter(&parameter.ty, errors);
    }
    if let Some(variadic) = &signature.variadic {
        errors.at(
            variadic,
            "a task takes parameters of the types `&Context`, `Context` and `State<T>` only",
        );
    }
}

/// Whether a type is one of those is seen by the compiler; what is no type at
/// all has to be reported here.
fn check_parameter(ty: &Tokens, errors: &mut Errors) {
    if names_impl(ty.to_token_stream()) {
        errors.at(
            ty,
            "a parameter of a task has a type of its own: \
             write `&Context`, `Context` or `State<T>`, not `impl ...`",
        );
    }
}

fn names_impl(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "impl",
        TokenTree::Group(group) => names_impl(group.stream()),
        _ => false,
    })
}
