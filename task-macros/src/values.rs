//! What the value of an option may be: each reader takes one expression and
//! says what was expected instead.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::{
    Expr, ExprArray, ExprClosure, ExprLit, ExprPath, Lit, LitInt, LitStr, Path, PathArguments,
};

use crate::{
    errors::Errors,
    keys,
    options::{Callback, Given, Missed, Start},
};

/// Takes off the invisible groups around what a `macro_rules!` macro passed on.
pub(crate) fn peel(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

/// Returns the elements of a list, or a single value as a list of one.
pub(crate) fn elements(name: &str, value: Expr, errors: &mut Errors) -> Vec<Expr> {
    match value {
        Expr::Array(list) if list.elems.is_empty() => {
            errors.at(list, format!("the list of `{name}` is empty"));
            Vec::new()
        }
        Expr::Array(ExprArray { elems, .. }) => elems.into_iter().map(peel).collect(),
        value => vec![value],
    }
}

pub(crate) fn string(name: &str, value: Expr) -> syn::Result<LitStr> {
    // Callers pass the names of known options only.
    let usage = keys::usage(name).unwrap_or(name);
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(literal),
            ..
        }) => {
            if literal.suffix().is_empty() {
                return Ok(literal);
            }
            let message = format!("a string has no suffix, remove `{}`", literal.suffix());
            Err(syn::Error::new(literal.span(), message))
        }
        value => {
            let mut message = format!("expected a string, as in `{usage}`");
            if keys::WHEN.contains(&name) && !matches!(value, Expr::Lit(_)) {
                message += "; an expression goes into `schedule = ...`";
            }
            Err(syn::Error::new_spanned(value, message))
        }
    }
}

/// Reads a string by one of the parsers of `task-schedule`.
pub(crate) fn given<T, E: Display>(
    name: &str,
    key: Ident,
    value: Expr,
    parse: impl Fn(&str) -> Result<T, E>,
) -> syn::Result<Given<T>> {
    let literal = string(name, value)?;
    match parse(&literal.value()) {
        Ok(value) => Ok(Given {
            key,
            literal,
            value,
        }),
        Err(error) => Err(syn::Error::new(literal.span(), error)),
    }
}

pub(crate) fn start(text: &str) -> Result<Start, String> {
    if text == "now" {
        return Ok(Start::Now);
    }
    task_schedule::parse_span(text)
        .map(Start::After)
        .map_err(|error| format!("{error}\n`start` is \"now\", or a span such as \"10s\""))
}

pub(crate) fn missed(text: &str) -> Result<Missed, String> {
    let known = [
        ("once", Missed::Once),
        ("skip", Missed::Skip),
        ("all", Missed::All),
    ];
    if let Some((_, missed)) = known.iter().find(|(name, _)| *name == text) {
        return Ok(*missed);
    }
    let hint = match task_schedule::nearest(text, known.map(|(name, _)| name)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "write `once`, `skip` or `all`".into(),
    };
    Err(format!("`missed` cannot be `{text}`, {hint}"))
}

pub(crate) fn max_runs(value: Expr) -> syn::Result<u64> {
    let wanted = format!("expected a whole number from 1 to {}", u64::MAX);
    let Expr::Lit(ExprLit {
        lit: Lit::Int(literal),
        ..
    }) = value
    else {
        return Err(syn::Error::new_spanned(value, wanted));
    };
    match literal.base10_parse() {
        Ok(0) => Err(zero_runs(&literal)),
        Ok(value) => Ok(value),
        Err(_) => Err(syn::Error::new(literal.span(), wanted)),
    }
}

fn zero_runs(literal: &LitInt) -> syn::Error {
    let message = "a task with `max_runs = 0` would never run; \
                   to start it disabled, write `disabled`";
    syn::Error::new(literal.span(), message)
}

pub(crate) fn tags(value: Expr, errors: &mut Errors) -> Vec<String> {
    let Expr::Array(list) = value else {
        let one = string("tags", value.clone()).map(|tag| tag.value());
        errors.at(
            value,
            match one {
                Ok(tag) => format!("expected a list: write `tags = [{tag:?}]`"),
                Err(_) => "expected a list of strings, as in `tags = [\"io\"]`".into(),
            },
        );
        return Vec::new();
    };
    let mut tags = Vec::new();
    for literal in elements("tags", Expr::Array(list), errors) {
        let Some(literal) = errors.ok(string("tags", literal)) else {
            continue;
        };
        let Some(tag) = errors.ok(label("tag", &literal)) else {
            continue;
        };
        if tags.contains(&tag) {
            errors.at(literal, format!("the tag `{tag}` is given twice"));
        } else {
            tags.push(tag);
        }
    }
    tags
}

/// Checks what people will read and type: a name or a tag.
pub(crate) fn label(what: &str, literal: &LitStr) -> syn::Result<String> {
    let text = literal.value();
    let problem = if text.is_empty() {
        "is empty"
    } else if text.trim().is_empty() {
        "is blank"
    } else if text.trim() != text {
        "starts or ends with a blank"
    } else if text.contains(char::is_control) {
        "contains a control character"
    } else {
        return Ok(text);
    };
    let message = format!("the {what} {text:?} {problem}");
    Err(syn::Error::new(literal.span(), message))
}

pub(crate) fn callback(name: &str, value: Expr) -> syn::Result<Callback> {
    let message = match value {
        Expr::Path(path) => return Ok(Callback::Path(path)),
        Expr::Closure(closure) => return callback_closure(closure).map(Callback::Closure),
        Expr::Call(_) | Expr::MethodCall(_) => {
            format!("expected a function, not a call: write `{name} = done`")
        }
        Expr::Lit(ExprLit {
            lit: Lit::Str(_), ..
        }) => format!("expected a function, not a string: write `{name} = done`"),
        _ => "expected a function or a closure that takes nothing or `&Run`".into(),
    };
    Err(syn::Error::new_spanned(value, message))
}

fn callback_closure(closure: ExprClosure) -> syn::Result<ExprClosure> {
    if let Some(asyncness) = closure.asyncness {
        let message = "a callback is called, not awaited: remove `async`";
        return Err(syn::Error::new(asyncness.span, message));
    }
    if closure.inputs.len() > 1 {
        let message = "a callback takes nothing or `&Run`, not more";
        return Err(syn::Error::new_spanned(&closure.inputs, message));
    }
    Ok(closure)
}

/// Reads where the library is: `my_task`, `::my_task` or `"my_task"`.
pub(crate) fn crate_path(value: Expr) -> syn::Result<Path> {
    let wanted = "expected a path, as in `crate = my_task`";
    match value {
        Expr::Path(ExprPath {
            qself: None, path, ..
        }) if path
            .segments
            .iter()
            .all(|segment| matches!(segment.arguments, PathArguments::None)) =>
        {
            Ok(path)
        }
        Expr::Lit(ExprLit {
            lit: Lit::Str(literal),
            ..
        }) => literal
            .parse_with(Path::parse_mod_style)
            .map_err(|_| syn::Error::new(literal.span(), wanted)),
        value => Err(syn::Error::new_spanned(value, wanted)),
    }
}
