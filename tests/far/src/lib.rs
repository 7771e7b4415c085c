//! A library with tasks of its own.

use task::task;

/// Reports from afar.
#[task(every = "1h", name = "far report")]
pub fn report() {}

/// What is deeper down.
pub mod deep {
    use super::task;

    /// Cleans up from afar.
    #[task(every = "1h", name = "far clean-up")]
    pub fn clean_up() {}
}
