//! The whole of it: an attribute on a function, and a manager that runs it.
//!
//! `start = "now"` has the first run at once, so that there is something to
//! see; without it, the first one comes after 30 seconds.

use task::{TaskManager, task};

#[task(every = "30s", name = "sample", start = "now", threaded, on_success = done)]
fn pull_remote_state() {
    println!("syncing...");
}

fn done() {
    println!("done");
}

fn main() -> Result<(), task::Error> {
    let manager = TaskManager::new();
    manager.run()?; // The scheduler loop starts on its own thread.
    println!("Press Enter to stop");
    std::io::stdin().read_line(&mut String::new()).ok();
    manager.stop();
    Ok(())
}
