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
// For those who run clippy on it.
#![deny(clippy::all, clippy::pedantic)]

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

/// A task with all that is said of runs.
#[task::task(
    every = "1s",
    threaded,
    overlap = "queue",
    retry = 3,
    backoff = "1s to 1m",
    timeout = "10s",
    when = yes,
    disable_after = 5,
    exclusive = ["db"],
    priority = -5,
    history = 4,
    on_skipped = done
)]
pub fn policies() {}

#[task::task(every = "1s", when = |_| true, on_skipped = |skip| assert!(skip.fires() > 0))]
fn takes(context: &task::Context, own: task::Context, state: task::State<u8>) {
    assert_eq!(context.task(), own.task());
    assert_eq!(*state, 5);
}

#[task::task(every = "1s", when = || true, on_skipped = || ())]
async fn nothing() {}

type Nothing = ();

#[task::task(every = "1s")]
fn returns_an_alias() -> Nothing {}

#[task::task(every = "1s")]
async fn takes_and_returns(
    task::State(state): task::State<u8>,
    context: &task::Context,
) -> Result<u8, std::num::ParseIntError> {
    let name = std::future::ready(context.task()).await;
    assert_eq!(name, "takes_and_returns");
    state.to_string().parse()
}

#[task::task(every = "1s")]
async fn returns_an_alias_later(_: task::Context) -> Nothing {}

#[task::task(every = "1s")]
#[must_use = "kept"]
async fn must_use_later() -> Result<(), String> {
    Ok(())
}

#[task::task(every = "1s")]
#[deprecated = "to see whether the expansion is blamed for awaiting it"]
async fn deprecated_later() {}

#[task::task(every = "1s")]
#[allow(deprecated)]
fn takes_what_is_deprecated(_: task::State<Old>) {}

#[deprecated = "to see whether the expansion is blamed for naming it"]
#[derive(Debug)]
struct Old;

#[task::task(every = "1s")]
fn conditional(
    #[cfg(any())] missing: task::State<u8>,
    #[cfg_attr(any(), allow(unused))] state: task::State<u8>,
) {
    assert_eq!(*state, 5);
}

#[task::task(every = "1s")]
#[deprecated = "to see whether the expansion is blamed for calling it"]
fn deprecated() {}

#[task::task(every = "1s")]
#[must_use = "kept"]
fn must_use() -> Result<u8, std::num::ParseIntError> {
    "5".parse()
}

#[task::task(every = "1s")]
#[allow(non_snake_case)]
fn Loud() {}

fn done() {}

fn yes() -> bool {
    true
}

fn main() {
    let clock = task::ManualClock::new();
    let manager = task::TaskManager::builder()
        .clock(clock.clone())
        .state(5_u8)
        .state(old())
        .build();
    clock.advance(std::time::Duration::from_secs(1));
    manager.settle();
    assert_eq!(manager.tasks().len(), 15);
    for (name, task) in manager.tasks() {
        let ran = task.last().is_some_and(|run| run.is_success());
        assert_eq!(ran, task.is_enabled(), "{name}");
    }
}

#[allow(deprecated)]
fn old() -> Old {
    Old
}
