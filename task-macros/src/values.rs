//! What the value of an option may be: each reader takes one expression and
//! says what was expected instead.

use std::fmt::Display;

use proc_macro2::Ident;
use syn::{Lit, LitStr, parse::ParseStream};

use crate::{
    errors::Errors,
    keys, numbers,
    options::{Given, Missed, Overlap, Start},
    tokens::{self, Tokens},
    value::{Kind, Value},
};

/// Returns the elements of a list, or a single value as a list of one.
pub(crate) fn elements(name: &str, value: Value, errors: &mut Errors) -> Vec<Value> {
    match value.kind {
        Kind::List(list) => {
            if list.is_empty() {
                errors.at(value.tokens, format!("the list of `{name}` is empty"));
            }
            list
        }
        _ => vec![value],
    }
}

pub(crate) fn string(name: &str, value: Value) -> syn::Result<LitStr> {
    // Callers pass the names of known options only.
    let usage = keys::usage(name).unwrap_or(name);
    match value.kind {
        Kind::Literal(Lit::Str(literal)) => {
            if literal.suffix().is_empty() {
                return Ok(literal);
            }
            let message = format!("a string has no suffix, remove `{}`", literal.suffix());
            Err(syn::Error::new(literal.span(), message))
        }
        kind => {
            let mut message = format!("expected a string, as in `{usage}`");
            if keys::WHEN.contains(&name) && !matches!(kind, Kind::Literal(_)) {
                message += "; an expression goes into `schedule = ...`";
            }
            Err(syn::Error::new_spanned(value.tokens, message))
        }
    }
}

/// Reads a string by one of the parsers of `task-schedule`.
pub(crate) fn given<T, E: Display>(
    name: &str,
    key: Ident,
    value: Value,
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
    word("missed", text, &known, "`once`, `skip` or `all`")
}

/// Reads a policy, or how many runs there may be at once.
pub(crate) fn overlap(name: &str, value: Value) -> syn::Result<Overlap> {
    const WANTED: &str = "`skip`, `queue`, `allow` or `cancel`, or a number without quotes";
    let known = [
        ("skip", Overlap::Skip),
        ("queue", Overlap::Queue),
        ("allow", Overlap::Allow),
        ("cancel", Overlap::Cancel),
    ];
    match value.kind {
        Kind::Literal(Lit::Str(_)) => {
            let literal = string(name, value)?;
            word(name, &literal.value(), &known, WANTED)
                .map_err(|message| syn::Error::new(literal.span(), message))
        }
        Kind::Literal(Lit::Int(_)) => {
            numbers::count(value, u32::MAX, "with `overlap = 0` it would never run")
                .map(Overlap::AtMost)
        }
        _ => Err(syn::Error::new_spanned(
            value,
            "expected `\"skip\"`, `\"queue\"`, `\"allow\"`, `\"cancel\"`, or how many runs \
             there may be at once, as in `overlap = 3`",
        )),
    }
}

/// Reads one of a few words.
fn word<T: Copy>(
    name: &str,
    text: &str,
    known: &[(&'static str, T)],
    wanted: &str,
) -> Result<T, String> {
    if let Some((_, value)) = known.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let hint = match task_schedule::nearest(text, known.iter().map(|(word, _)| *word)) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("write {wanted}"),
    };
    Err(format!("`{name}` cannot be `{text}`, {hint}"))
}

pub(crate) fn tags(value: Value, errors: &mut Errors) -> Vec<String> {
    let Kind::List(_) = value.kind else {
        let tokens = value.tokens.clone();
        let one = string("tags", value).map(|tag| tag.value());
        errors.at(
            tokens,
            match one {
                Ok(tag) => format!("expected a list: write `tags = [{tag:?}]`"),
                Err(_) => "expected a list of strings, as in `tags = [\"io\"]`".into(),
            },
        );
        return Vec::new();
    };
    labels("tags", "tag", value, errors)
}

pub(crate) fn groups(value: Value, errors: &mut Errors) -> Vec<String> {
    labels("exclusive", "group", value, errors)
}

/// Reads the labels of a list, of which none may be there twice.
fn labels(name: &str, what: &str, value: Value, errors: &mut Errors) -> Vec<String> {
    let mut labels = Vec::new();
    for literal in elements(name, value, errors) {
        let Some(literal) = errors.ok(string(name, literal)) else {
            continue;
        };
        let Some(text) = errors.ok(label(what, &literal)) else {
            continue;
        };
        if labels.contains(&text) {
            errors.at(literal, format!("the {what} `{text}` is given twice"));
        } else {
            labels.push(text);
        }
    }
    labels
}

/// Checks what people will read and type: a name, a tag or a group.
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

/// Reads where the library is: `my_task`, `::my_task` or `"my_task"`.
pub(crate) fn crate_path(value: Value) -> syn::Result<Tokens> {
    let wanted = "expected a path, as in `crate = my_task`";
    match value.kind {
        Kind::Path { is_plain: true } => Ok(value.tokens),
        Kind::Literal(Lit::Str(literal)) => literal
            .parse_with(plain_path)
            .map_err(|_| syn::Error::new(literal.span(), wanted)),
        _ => Err(syn::Error::new_spanned(value.tokens, wanted)),
    }
}

/// Takes a path without arguments.
pub(crate) fn plain_path(input: ParseStream) -> syn::Result<Tokens> {
    input.step(|cursor| {
        let start = tokens::inside(*cursor);
        let end = tokens::skip_plain_path(start).ok_or_else(|| cursor.error("expected a path"))?;
        Ok((Tokens::between(start, end), end))
    })
}
