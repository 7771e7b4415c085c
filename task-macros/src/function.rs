//! The function under the attribute: read as far as needed, and checked.
//!
//! The body is never parsed: it is passed on as it came, whatever the syntax
//! of a later edition puts into it.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, FnArg, LitStr, PatType, ReturnType, Safety, Signature, Token, Type, Visibility,
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
    pub(crate) is_async: bool,
    /// False for an `extern "C" fn`, which is no `fn()` to the compiler.
    pub(crate) is_rust: bool,
    pub(crate) name: Ident,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) output: ReturnType,
}

/// One parameter of the function.
pub(crate) struct Parameter {
    /// What says whether it is there: `#[cfg(...)]`, and what may become one.
    pub(crate) cfgs: Vec<Attribute>,
    /// What the task is given is decided by a trait of this type.
    pub(crate) ty: Type,
}

impl Parameter {
    pub(crate) fn is_value(&self) -> bool {
        !matches!(self.ty, Type::Reference(_))
    }
}

/// Reads the function and reports what a task can't be.
///
/// Returns `None` if the item is no function at all.
pub(crate) fn read(item: TokenStream, errors: &mut Errors) -> Option<Function> {
    let (before, body) = split_body(item);
    let parser = |input: ParseStream| parse(input, body);
    let parsed = parser.parse2(before);
    let (function, signature) = errors.ok(parsed)?;
    check_attributes(&function.attributes, errors);
    check_signature(&signature, errors);
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

fn parse(input: ParseStream, body: Option<TokenTree>) -> syn::Result<(Function, Signature)> {
    let attributes = input.call(Attribute::parse_outer)?;
    let mut rest: TokenStream = input.fork().parse()?;
    let visibility = input.parse()?;
    if !starts_function(input) {
        return Err(input.error("`#[task]` goes on a function"));
    }
    let signature: Signature = input.parse()?;
    // What a `macro_rules!` macro passed on as one item is not split.
    if body.is_none() && !input.peek(token::Brace) {
        return Err(input.error("a task needs a body"));
    }
    // It is in `rest`.
    input.parse::<TokenStream>()?;
    rest.extend(body);
    let function = Function {
        attributes,
        rest,
        visibility,
        is_async: signature.asyncness.is_some(),
        is_rust: signature.abi.is_none(),
        name: signature.ident.clone(),
        parameters: signature.inputs.iter().filter_map(parameter).collect(),
        output: signature.output.clone(),
    };
    Ok((function, signature))
}

fn parameter(input: &FnArg) -> Option<Parameter> {
    let FnArg::Typed(PatType { attrs, ty, .. }) = input else {
        // Reported by `check_signature`.
        return None;
    };
    let decides = |path: &syn::Path| path.is_ident("cfg") || path.is_ident("cfg_attr");
    Some(Parameter {
        cfgs: attrs
            .iter()
            .filter(|attribute| decides(attribute.path()))
            .cloned()
            .collect(),
        ty: Type::clone(ty),
    })
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
    if let Some(FnArg::Receiver(receiver)) = signature.inputs.first() {
        errors.at(
            receiver,
            "`#[task]` goes on a function, not on a method: nothing says which `self` to call",
        );
    }
    for input in &signature.inputs {
        if let FnArg::Typed(PatType { ty, .. }) = input {
            check_parameter(ty, errors);
        }
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
fn check_parameter(ty: &Type, errors: &mut Errors) {
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
