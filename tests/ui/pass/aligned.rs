//! `aligned` puts the fires of intervals on multiples of their period.

use task::{ManualClock, TaskManager, task};

#[task(every = ["5m", "1h"], aligned)]
fn beat() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    let jobs = manager.get("beat").unwrap().jobs();
    assert_eq!(jobs[0].schedule().to_string(), "every 5m aligned");
    assert_eq!(jobs[1].schedule().to_string(), "every 1h aligned");
}
