//! The options whose values are numbers.

use std::{fmt::Display, str::FromStr};

use syn::Lit;

use crate::value::{Kind, Value};

pub(crate) fn max_runs(value: Value) -> syn::Result<u64> {
    count(
        value,
        u64::MAX,
        "a task with `max_runs = 0` would never run; to start it disabled, write `disabled`",
    )
}

pub(crate) fn retry(value: Value) -> syn::Result<u32> {
    count(
        value,
        u32::MAX,
        "`retry = 0` is what a task does by itself: leave it out",
    )
}

pub(crate) fn disable_after(value: Value) -> syn::Result<u64> {
    count(
        value,
        u64::MAX,
        "`disable_after = 0` counts no failures; to start the task disabled, write `disabled`",
    )
}

pub(crate) fn history(value: Value) -> syn::Result<usize> {
    count(
        value,
        usize::MAX,
        "expected at least 1: the last run is always kept",
    )
}

/// Reads a whole number that counts something; `zero` is the problem with 0.
pub(crate) fn count<N>(value: Value, max: N, zero: &str) -> syn::Result<N>
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

pub(crate) fn priority(value: Value) -> syn::Result<i32> {
    let digits = match &value.kind {
        Kind::Negative(number) => Some(format!("-{}", number.base10_digits())),
        _ => digits(&value),
    };
    digits
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| {
            let wanted = format!("expected a whole number from {} to {}", i32::MIN, i32::MAX);
            syn::Error::new_spanned(value, wanted)
        })
}

/// Returns the decimal digits of an integer, whatever its notation and suffix.
fn digits(value: &Value) -> Option<String> {
    match &value.kind {
        Kind::Literal(Lit::Int(number)) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}
