//! The options whose values are numbers.

use std::{fmt::Display, str::FromStr};

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

use crate::values;

pub(crate) fn max_runs(value: Expr) -> syn::Result<u64> {
    count(
        value,
        u64::MAX,
        "a task with `max_runs = 0` would never run; to start it disabled, write `disabled`",
    )
}

pub(crate) fn retry(value: Expr) -> syn::Result<u32> {
    count(
        value,
        u32::MAX,
        "`retry = 0` is what a task does by itself: leave it out",
    )
}

pub(crate) fn disable_after(value: Expr) -> syn::Result<u64> {
    count(
        value,
        u64::MAX,
        "`disable_after = 0` counts no failures; to start the task disabled, write `disabled`",
    )
}

pub(crate) fn history(value: Expr) -> syn::Result<usize> {
    count(
        value,
        usize::MAX,
        "expected at least 1: the last run is always kept",
    )
}

/// Reads a whole number that counts something; `zero` is the problem with 0.
pub(crate) fn count<N>(value: Expr, max: N, zero: &str) -> syn::Result<N>
where
    N: FromStr + Display + Default + PartialEq,
{
    match digits(&value).and_then(|digits| digits.parse().ok()) {
        Some(number) if number == N::default() => Err(syn::Error::new_spanned(value, zero)),
        Some(number) => Ok(number),
        None => {
            let wanted = format!("expected a whole number from 1 to {max}");
            Err(syn::Error::new_spanned(value, wanted))
        }
    }
}

pub(crate) fn priority(value: Expr) -> syn::Result<i32> {
    let digits = match &value {
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => digits(&values::peel(Expr::clone(expr))).map(|digits| format!("-{digits}")),
        value => digits(value),
    };
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| {
            let wanted = format!("expected a whole number from {} to {}", i32::MIN, i32::MAX);
            syn::Error::new_spanned(value, wanted)
        })
}

/// Returns the decimal digits of an integer, whatever its notation and suffix.
fn digits(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => Some(literal.base10_digits().to_owned()),
        _ => None,
    }
}
