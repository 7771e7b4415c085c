//! The operator of a program changes when its tasks run, and nobody compiles it anew.
//!
//! A TOML file and then environment variables override what the attributes
//! say, and `tasks_detail` shows what was overridden, and by what. A mistake is
//! an error at the start, with the message of the attribute and the place:
//!
//! ```text
//! cargo run -p task-examples --features config_override --example config_override
//! TASK_SYNC_EVERY=30s cargo run ...
//! TASK_SYNC_EVERY=30 cargo run ...
//! ```

use task::{Config, TaskManager, task};

#[task(every = "1h", threaded)]
fn sync() {}

#[task(every = "day at 08:00", timezone = "UTC", name = "send the report")]
fn report() {}

#[task(every = "10m", between = "22:00 to 06:00")]
fn clean_up() {}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config_override.toml");

fn main() -> Result<(), task::Error> {
    // What comes later wins: so the variables over the file.
    let config = Config::new().file(FILE).env();
    let manager = TaskManager::builder().config(config).build();
    manager.run()?;

    for task in manager.tasks_detail() {
        let state = if task.enabled { "" } else { " (disabled)" };
        println!("{}{state}", task.name);
        for job in &task.jobs {
            println!("  {}", job.description);
        }
        for overridden in &task.overridden {
            // The name alone, so that the line is the same on every machine.
            let by = overridden.by.rsplit('/').next().unwrap_or_default();
            println!("  {} = {}, by {by}", overridden.key, overridden.value);
        }
    }
    assert!(manager.stop().is_clean());
    Ok(())
}
