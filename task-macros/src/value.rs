//! The value of an option, as it was written, and what kind of expression it is.
//!
//! Nothing is parsed that no option has a use for: an expression that is for
//! the program is passed on, and is the compiler's to judge.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Lit, LitBool, LitInt, buffer::Cursor};

use crate::tokens::{Tokens, error, is_comma, punct, skip_angles, skip_plain_path, skip_to};

/// The words after which a value begins, or goes on.
const BEFORE_VALUES: [&str; 20] = [
    "as", "async", "break", "const", "continue", "else", "for", "if", "in", "let", "loop", "match",
    "move", "mut", "ref", "return", "static", "unsafe", "while", "yield",
];

/// Those of them that may follow a value.
const AFTER_VALUES: [&str; 5] = ["as", "const", "else", "in", "mut"];

pub(crate) struct Value {
    pub(crate) kind: Kind,
    /// Without the invisible groups around what a `macro_rules!` macro passed on.
    pub(crate) tokens: Tokens,
}

/// What the options tell apart.
pub(crate) enum Kind {
    Literal(Lit),
    /// `-5`
    Negative(LitInt),
    /// `[a, b]`
    List(Vec<Value>),
    /// `a::b`; it is plain if it has no arguments, as in `a::<T>::b`.
    Path {
        is_plain: bool,
    },
    Closure(Closure),
    /// `f()` or `a.f()`
    Call,
    Other,
}

/// The head of a closure.
pub(crate) struct Closure {
    pub(crate) asyncness: Option<Ident>,
    pub(crate) inputs: Tokens,
    pub(crate) n_inputs: usize,
}

impl Value {
    /// Reads a value, and returns with it what follows.
    pub(crate) fn read(start: Cursor) -> syn::Result<(Value, Cursor)> {
        let end = skip_value(start)?;
        let value = Value {
            kind: kind(start, end)?,
            tokens: Tokens::between(start, end).peeled(),
        };
        Ok((value, end))
    }
}

impl ToTokens for Value {
    fn to_tokens(&self, stream: &mut TokenStream) {
        self.tokens.to_tokens(stream);
    }
}

/// Steps over a value: up to a comma, or to where it can't go on.
fn skip_value(start: Cursor) -> syn::Result<Cursor> {
    let mut cursor = start;
    // True after an operand, which only an operator can follow.
    let mut is_operand = false;
    while let Some((token, mut rest)) = cursor.token_tree() {
        match token {
            TokenTree::Ident(word) => {
                let word = &*word.to_string();
                if is_operand && !AFTER_VALUES.contains(&word) {
                    break;
                }
                is_operand = !BEFORE_VALUES.contains(&word);
                if word == "as" {
                    if let Some(arguments) = skip_plain_path(rest) {
                        rest = skip_angles(arguments);
                        is_operand = true;
                    }
                }
            }
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => is_operand = true,
            TokenTree::Group(_) | TokenTree::Literal(_) if is_operand => break,
            TokenTree::Group(_) | TokenTree::Literal(_) => is_operand = true,
            TokenTree::Punct(operator) => match operator.as_char() {
                '?' if is_operand => {}
                '|' if !is_operand => rest = skip_closure_head(rest),
                '<' if !is_operand => rest = skip_angles(cursor),
                '\'' => {
                    let label = cursor.lifetime().map_or(rest, |(_, rest)| rest);
                    rest = punct(label, ":").unwrap_or(label);
                }
                ':' => {
                    let Some(next) = punct(cursor, "::") else {
                        break;
                    };
                    rest = skip_angles(next);
                    is_operand = rest != next;
                }
                _ if punct(cursor, "=>").is_some() => break,
                char if cursor == start && !"!&*-.".contains(char) => break,
                '!' | '%' | '&' | '*' | '+' | '-' | '.' | '/' | '<' | '=' | '>' | '^' | '|' => {
                    let pair = punct(cursor, "||").or_else(|| punct(cursor, "<<"));
                    rest = pair.unwrap_or(rest);
                    is_operand = false;
                }
                _ => break,
            },
        }
        cursor = rest;
    }
    if is_operand {
        Ok(cursor)
    } else {
        Err(error(cursor, "expected an expression"))
    }
}

/// Steps over what comes between the first bar of a closure and its body.
fn skip_closure_head(inputs: Cursor) -> Cursor {
    let (_, bar) = skip_inputs(inputs);
    let body = punct(bar, "|").unwrap_or(inputs);
    match punct(body, "->") {
        Some(ty) => skip_to(ty, |body| body.group(Delimiter::Brace).is_some()),
        None => body,
    }
}

/// Steps over the parameters of a closure and counts them.
fn skip_inputs(mut cursor: Cursor) -> (usize, Cursor) {
    let mut count = 0;
    loop {
        let end = skip_to(cursor, |at| is_comma(at) || punct(at, "|").is_some());
        count += usize::from(end != cursor);
        match punct(end, ",") {
            Some(next) => cursor = next,
            None => return (count, end),
        }
    }
}

fn kind(start: Cursor, end: Cursor) -> syn::Result<Kind> {
    if let Some(literal) = literal(start, end) {
        return Ok(Kind::Literal(literal));
    }
    if let Some((content, _, rest)) = start.group(Delimiter::Bracket) {
        if rest == end {
            return list(content);
        }
    }
    if let Some(Lit::Int(number)) = punct(start, "-").and_then(|start| literal(start, end)) {
        return Ok(Kind::Negative(number));
    }
    if skip_path(start) == Some(end) {
        let is_plain = skip_plain_path(start) == Some(end);
        return Ok(Kind::Path { is_plain });
    }
    Ok(match closure(start) {
        Some(closure) => Kind::Closure(closure),
        None if is_call(start, end) => Kind::Call,
        None => Kind::Other,
    })
}

fn literal(start: Cursor, end: Cursor) -> Option<Lit> {
    if let Some((literal, rest)) = start.literal() {
        return (rest == end).then(|| Lit::new(literal));
    }
    let (word, rest) = start.ident()?;
    let is_bool = rest == end && (word == "true" || word == "false");
    is_bool.then(|| Lit::Bool(LitBool::new(word == "true", word.span())))
}

fn list(mut cursor: Cursor) -> syn::Result<Kind> {
    let mut values = Vec::new();
    while !cursor.eof() {
        let (value, end) = Value::read(cursor)?;
        values.push(value);
        cursor = match punct(end, ",") {
            Some(next) => next,
            None if end.eof() => end,
            // `[value; count]`
            None if punct(end, ";").is_some() => return Ok(Kind::Other),
            None => return Err(error(end, "expected `,` between two values")),
        };
    }
    Ok(Kind::List(values))
}

/// Steps over a path, with its arguments.
fn skip_path(start: Cursor) -> Option<Cursor> {
    let is_name = |word: &str| word != "_" && !BEFORE_VALUES.contains(&word);
    if start
        .ident()
        .is_some_and(|(word, _)| !is_name(&word.to_string()))
    {
        return None;
    }
    let mut cursor = skip_plain_path(skip_angles(start))?;
    while let Some(arguments) = punct(cursor, "::") {
        cursor = skip_angles(arguments);
        if cursor == arguments {
            return None;
        }
        if punct(cursor, "::").is_some() {
            cursor = skip_plain_path(cursor)?;
        }
    }
    Some(cursor)
}

fn closure(mut cursor: Cursor) -> Option<Closure> {
    let mut asyncness = None;
    let start = loop {
        if let Some(inputs) = punct(cursor, "|") {
            break inputs;
        }
        let (word, rest) = cursor.ident()?;
        cursor = rest;
        match word.to_string().as_str() {
            "async" => asyncness = Some(word),
            "move" => {}
            _ => return None,
        }
    };
    let (n_inputs, end) = skip_inputs(start);
    punct(end, "|")?;
    Some(Closure {
        asyncness,
        inputs: Tokens::between(start, end),
        n_inputs,
    })
}

fn is_call(start: Cursor, end: Cursor) -> bool {
    let mut is_call = false;
    let mut next = skip_operand(start);
    while let Some(cursor) = next {
        if cursor == end {
            return is_call;
        }
        let group = cursor.any_group();
        is_call = matches!(group, Some((_, Delimiter::Parenthesis, ..)));
        next = group
            .map(|(.., rest)| rest)
            .or_else(|| punct(cursor, "?"))
            .or_else(|| Some(punct(cursor, "!")?.any_group()?.3))
            .or_else(|| skip_operand(punct(cursor, ".")?));
    }
    false
}

fn skip_operand(start: Cursor) -> Option<Cursor> {
    skip_path(start)
        .or_else(|| Some(start.literal()?.1))
        .or_else(|| Some(start.any_group()?.3))
}
