//! `crate` says where the library is.

use std::time::Duration;

use task::{ManualClock, TaskManager};

mod prelude {
    pub use task as scheduler;
}

#[prelude::scheduler::task(every = "1s", crate = crate::prelude::scheduler)]
fn path() {}

#[prelude::scheduler::task(every = "1s", crate = "prelude::scheduler")]
fn string() {}

#[task::task(every = "1s", crate = ::task)]
fn absolute() {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 3);
}
