//! How long `task` takes: beside the crates that do the same, and while it is observed.
//!
//! Here is only what the benchmarks share: who is asked to measure, children that
//! measure one case each, turns, the report in `RESULTS.md`, and the schedulers that are
//! compared. Each benchmark is a file
//! of its own beside this one. It is a package of its own so that nobody else compiles
//! the crates compared with.

mod built; // Crates that are written and compiled.
mod child; // A case in a process of its own.
mod machine; // Where it was measured, and with what.
mod report; // What is printed, and kept in RESULTS.md.
pub mod schedulers; // Ours and the peers, behind one trait.
mod turns; // Medians, and turns against the noise.

use std::env;

pub use crate::{
    built::{Written, sources},
    child::{Measured, case, instructions, instructions_of_case, run_case, start_case},
    machine::{machine, peers, resident_bytes},
    report::Report,
    turns::{Samples, in_turns},
};

/// What ends a benchmark.
pub type Error = Box<dyn std::error::Error>;

/// Returns false for `cargo test`, and for `cargo bench` with the name of another.
pub fn is_wanted(bench: &str) -> bool {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let mut filters = arguments.iter().filter(|word| !word.starts_with('-'));
    arguments.iter().any(|word| word == "--bench") && filters.all(|word| bench.contains(&**word))
}

/// Returns true if only a smoke run is asked for, with `QUICK=1`: tiny sizes, and no
/// number is kept.
pub fn is_quick() -> bool {
    env::var_os("QUICK").is_some_and(|value| !value.is_empty() && value != "0")
}

/// Returns the second of the two for a smoke run, and else the first.
pub fn or_quick<T>(full: T, quick: T) -> T {
    if is_quick() { quick } else { full }
}
