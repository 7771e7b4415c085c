//! How long `task` takes, beside the crates that do the same.
//!
//! There is nothing in here: `cargo bench -p task-benches` runs `cron.rs`. It is
//! a package of its own so that nobody else compiles the crates compared with.
