//! The expansion is silent under the strictest lints, and with none of our
//! names in scope.

#![forbid(unsafe_code)]
#![forbid(unused, missing_docs, missing_debug_implementations, unreachable_pub)]
#![deny(
    warnings,
    deprecated,
    future_incompatible,
    keyword_idents,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unused_import_braces,
    unused_lifetimes,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

/// A task that anyone may see.
#[task::task(
    every = ["1s", "day at 10:30"],
    schedule = every(10).hours(),
    timezone = "UTC",
    until = "1h",
    start = "1s",
    max_runs = 5,
    jitter = "1ms",
    tags = ["io"],
    threaded,
    disabled,
    on_success = done,
    on_failed = || (),
    on_complete = |run| assert!(run.is_success())
)]
pub fn public() {}

#[task::task(every = "1s")]
fn private() {}

#[task::task(every = "1s")]
#[deprecated = "to see whether the expansion is blamed for calling it"]
fn deprecated() {}

#[task::task(every = "1s")]
#[must_use]
fn must_use() -> Result<(), String> {
    Ok(())
}

#[task::task(every = "1s")]
#[allow(non_snake_case)]
fn Loud() {}

fn done() {}

fn main() {
    let clock = task::ManualClock::new();
    let manager = task::TaskManager::builder().clock(clock.clone()).build();
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 4);
}
