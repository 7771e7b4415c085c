//! What stands for `overrides` in a program without the feature `config`.

use crate::{error::Error, task::Task};

/// Overrides nothing.
pub(crate) struct Overrides;

impl Overrides {
    pub(crate) fn apply(&self, _: &mut Task, _: impl FnOnce() -> Vec<String>) -> Result<(), Error> {
        Ok(())
    }

    pub(crate) fn problems(&self, _: impl FnOnce() -> Vec<String>) -> Vec<Error> {
        Vec::new()
    }
}
