//! The function under the attribute: read as far as needed, and checked.
//!
//! The body is never parsed: it is passed on as it came, whatever the syntax
//! of a later edition puts into it.

use proc_macro2::{Ident, TokenStream};
use syn::{
    Attribute, FnArg, LitStr, ReturnType, Safety, Signature, Token, Type, Visibility,
    parse::{ParseStream, Parser},
    token,
};

use crate::errors::Errors;

/// What the expansion needs to know of the function.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    /// All that follows the attributes, as it was written.
    pub(crate) rest: TokenStream,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) output: ReturnType,
}

/// Reads the function and reports what a task can't be.
///
/// Returns `None` if the item is no function at all.
pub(crate) fn read(item: TokenStream, errors: &mut Errors) -> Option<Function> {
    let parsed = parse.parse2(item);
    let (function, signature) = errors.ok(parsed)?;
    check_attributes(&function.attributes, errors);
    check_signature(&signature, errors);
    Some(function)
}

fn parse(input: ParseStream) -> syn::Result<(Function, Signature)> {
    let attributes = input.call(Attribute::parse_outer)?;
    let rest = input.fork().parse()?;
    let visibility = input.parse()?;
    if !starts_function(input) {
        return Err(input.error("`#[task]` goes on a function"));
    }
    let signature: Signature = input.parse()?;
    if !input.peek(token::Brace) {
        return Err(input.error("a task needs a body"));
    }
    // The body goes on in `rest`.
    input.parse::<TokenStream>()?;
    let function = Function {
        attributes,
        rest,
        visibility,
        name: signature.ident.clone(),
        output: signature.output.clone(),
    };
    Ok((function, signature))
}

/// Looks ahead over the words that may stand before `fn`.
fn starts_function(input: ParseStream) -> bool {
    let ahead = input.fork();
    let words = |ahead: ParseStream| -> syn::Result<()> {
        ahead.parse::<Option<Token![const]>>()?;
        ahead.parse::<Option<Token![async]>>()?;
        ahead.parse::<Option<Token![unsafe]>>()?;
        if ahead.parse::<Option<Token![extern]>>()?.is_some() {
            ahead.parse::<Option<LitStr>>()?;
        }
        Ok(())
    };
    words(&ahead).is_ok() && ahead.peek(Token![fn])
}

fn check_attributes(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes {
        let path = attribute.path();
        if path
            .segments
            .last()
            .is_some_and(|last| last.ident == "task")
        {
            errors.at(
                attribute,
                "a function is one task: give all its schedules in one `#[task]`, \
                 as in `every = [\"30s\", \"day at 10:30\"]`",
            );
        }
    }
}

fn check_signature(signature: &Signature, errors: &mut Errors) {
    if let Some(asyncness) = &signature.asyncness {
        errors.at(asyncness, "a task is a plain `fn`, not an `async fn`");
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.at(
            unsafety,
            "a task is called by the scheduler, so it can't be `unsafe`",
        );
    }
    if !signature.generics.params.is_empty() {
        errors.at(
            &signature.generics,
            "a task has no generic parameters: nothing says what they stand for",
        );
    }
    if let ReturnType::Type(_, output) = &signature.output {
        if let Type::Never(never) = &**output {
            errors.at(never, "a task must return, so that it can run again");
        }
    }
    let inputs = &signature.inputs;
    if let Some(FnArg::Receiver(receiver)) = inputs.first() {
        errors.at(
            receiver,
            "`#[task]` goes on a function, not on a method: nothing says which `self` to call",
        );
    } else if !inputs.is_empty() {
        errors.at(inputs, "a task takes no parameters");
    } else if let Some(variadic) = &signature.variadic {
        errors.at(variadic, "a task takes no parameters");
    }
}
