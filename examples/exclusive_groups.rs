//! Tasks that must not meet: of a group only one runs at a time, and a priority
//! says which one goes first.
//!
//! ```text
//! cargo run -p task-examples --example exclusive_groups
//! ```

use std::{collections::BTreeMap, sync::mpsc, thread, time::Duration};

use parking_lot::Mutex;
use task::{Event, Run, State, TaskManager, task};

/// By name it would come first; what is due at one time goes by priority, and
/// then by name.
#[task(every = "200ms", max_runs = 3, threaded, exclusive = "db")]
fn aggregate(database: State<Database>) {
    database.work(Duration::from_millis(40));
}

/// Goes first. Meanwhile `aggregate` waits, and holds no thread.
#[task(
    every = "200ms",
    max_runs = 3,
    threaded,
    exclusive = "db",
    priority = 10
)]
fn back_up(database: State<Database>) {
    database.work(Duration::from_millis(60));
}

/// Needs no database, and runs beside whichever of the two.
#[task(every = "200ms", max_runs = 3, threaded)]
fn report() {
    thread::sleep(Duration::from_millis(80));
}

/// What only one task may use at a time.
#[derive(Default)]
struct Database {
    in_use: Mutex<()>,
}

impl Database {
    fn work(&self, span: Duration) {
        // With the group nobody has to wait for the lock. Without it this panics.
        let _in_use = self.in_use.try_lock().expect("nobody else is at work");
        thread::sleep(span);
    }
}

fn main() -> Result<(), task::Error> {
    let (sender, finished) = mpsc::channel();
    let manager = TaskManager::builder()
        .state(Database::default())
        .on_event(move |event| {
            if let Event::Finished(run) = event {
                // An error says that all runs have been received.
                let _ = sender.send(run.clone());
            }
        })
        .build();
    manager.run()?;
    let runs: Vec<Run> = finished.iter().take(9).collect();
    manager.stop();

    let mut rounds: BTreeMap<_, Vec<&Run>> = BTreeMap::new();
    for run in &runs {
        rounds.entry(run.fire_time()).or_default().push(run);
    }
    for (fire_time, mut runs) in rounds {
        println!("due at {}", fire_time.format("%H:%M:%S%.3f"));
        runs.sort_by_key(|run| run.started_at());
        for run in &runs {
            let from = (run.started_at() - fire_time).num_milliseconds();
            let to = (run.ended_at() - fire_time).num_milliseconds();
            println!("  {:9} ran from {from:2} to {to:3} ms", run.task());
        }
        runs.retain(|run| run.task() != "report");
        if let [first, _second] = runs[..] {
            assert_eq!(first.task(), "back_up", "the more important one first");
        }
    }
    // Whoever meets another one in the database panics.
    assert!(runs.iter().all(Run::is_success), "{runs:?}");
    Ok(())
}
