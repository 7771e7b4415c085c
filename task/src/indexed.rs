//! Where the handles live that `manager["name"]` lends out.

use std::{fmt, sync::OnceLock};

use crate::function::TaskFunction;

/// A list that only grows, so that what it lends out stays where it is for as
/// long as the list lives. It holds each task that was asked for once.
#[derive(Default)]
pub(crate) struct Indexed {
    first: OnceLock<Box<Node>>,
}

struct Node {
    task: TaskFunction,
    next: OnceLock<Box<Node>>,
}

impl Indexed {
    /// Returns the kept handle of a task, which is kept from now on if it was not.
    pub(crate) fn keep(&self, task: TaskFunction) -> &TaskFunction {
        let mut link = &self.first;
        loop {
            // Another thread may be first to fill the link, with another task:
            // then the search goes on behind it.
            let node = link.get_or_init(|| {
                Box::new(Node {
                    task: task.clone(),
                    next: OnceLock::new(),
                })
            });
            if node.task == task {
                return &node.task;
            }
            link = &node.next;
        }
    }
}

impl Drop for Indexed {
    fn drop(&mut self) {
        // One by one: a long list must not be dropped by recursion.
        let mut next = self.first.take();
        while let Some(mut node) = next {
            next = node.next.take();
        }
    }
}

impl fmt::Debug for Indexed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Indexed").finish_non_exhaustive()
    }
}
