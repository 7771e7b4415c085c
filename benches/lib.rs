//! How long `task` takes: beside the crates that do the same, and while it is observed.
//!
//! There is nothing in here: `cargo bench -p task-benches` runs `cron.rs` and
//! `observing.rs`. It is a package of its own so that nobody else compiles the crates compared with.
