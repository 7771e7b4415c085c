//! What a task calls beside its function: callbacks, and its condition.

use syn::Lit;

use crate::{
    keys,
    options::Callback,
    value::{Closure, Kind, Value},
};

/// Returns the type of what the function of an option may take, by reference.
pub(crate) fn argument(option: &str) -> &'static str {
    match option {
        "when" => "Context",
        "on_skipped" => "Skip",
        _ => "Run",
    }
}

/// Reads a function or a closure.
pub(crate) fn read(option: &str, value: Value) -> syn::Result<Callback> {
    // Callers pass the names of known options only.
    let usage = keys::usage(option).unwrap_or(option);
    let message = match &value.kind {
        Kind::Path { .. } => return Ok(Callback::Path(value.tokens)),
        Kind::Closure(closure) => {
            check(option, closure)?;
            return Ok(Callback::Closure {
                takes_nothing: closure.n_inputs == 0,
                tokens: value.tokens,
            });
        }
        Kind::Call => format!("expected a function, not a call: write `{usage}`"),
        Kind::Literal(Lit::Str(_)) => {
            format!("expected a function, not a string: write `{usage}`")
        }
        _ => {
            let returns = if option == "when" {
                ", and returns `bool`"
            } else {
                ""
            };
            let argument = argument(option);
            format!("expected a function or a closure that takes nothing or `&{argument}`{returns}")
        }
    };
    Err(syn::Error::new_spanned(value, message))
}

fn check(option: &str, closure: &Closure) -> syn::Result<()> {
    let what = match option {
        "when" => "a condition",
        _ => "a callback",
    };
    if let Some(asyncness) = &closure.asyncness {
        let message = format!("{what} is called, not awaited: remove `async`");
        return Err(syn::Error::new(asyncness.span(), message));
    }
    if closure.n_inputs > 1 {
        let message = format!("{what} takes nothing or `&{}`, not more", argument(option));
        return Err(syn::Error::new_spanned(&closure.inputs, message));
    }
    Ok(())
}
