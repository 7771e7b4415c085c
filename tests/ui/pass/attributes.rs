//! Other attributes and the documentation of a function are kept.

use task::{ManualClock, TaskManager, task};

#[cfg(any())]
#[task(every = "1s")]
fn off_before() {}

#[task(every = "1s")]
#[cfg(any())]
fn off_after() {}

#[cfg(all())]
#[task(every = "1s")]
#[cfg(all())]
fn on() {}

#[cfg_attr(all(), task(every = "1s"))]
fn conditional() {}

#[cfg_attr(any(), task(every = "1s"))]
fn no_task() {}

/// First line,
/// and second.
///
///     code
#[task(every = "1s")]
/// Third.
#[inline(never)]
#[must_use = "kept"]
#[track_caller]
fn documented() -> Result<(), String> {
    Ok(())
}

/**
 * A block.
 *   indented
 */
#[task(every = "1s")]
const extern "C" fn block() {}

fn main() {
    let manager = TaskManager::builder().clock(ManualClock::new()).build();
    assert!(manager.get("off_before").is_none());
    assert!(manager.get("off_after").is_none());
    assert!(manager.get("on").is_some());
    assert!(manager.get("conditional").is_some());
    assert!(manager.get("no_task").is_none());
    let detail = |name: &str| {
        manager
            .tasks_detail()
            .into_iter()
            .find(|detail| detail.name == name)
            .unwrap()
            .description
    };
    assert_eq!(
        detail("documented"),
        "First line,\nand second.\n\n    code\nThird."
    );
    assert_eq!(detail("block"), "A block.\n  indented");
    assert_eq!(detail("on"), "");
    on();
    no_task();
    const _: () = block();
    documented().unwrap();
}
