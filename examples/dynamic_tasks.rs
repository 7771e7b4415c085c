//! Tasks that come and go while the program runs: made of closures with state
//! of their own, found by name and by tag, given new schedules, removed; and
//! all of that from inside of a task, too.
//!
//! Minutes pass at once here, since the manager is on a clock that the program
//! moves. With the system's clock everything else stays as it is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use task::{ManualClock, Task, TaskManager, every};

const MINUTE: Duration = Duration::from_secs(60);

fn main() -> Result<(), task::Error> {
    let clock = ManualClock::new();
    // `empty`: no tasks but those that are added.
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    manager.run()?;

    println!("One task for each host, each with its own counter:");
    let hosts = ["db1", "db2", "web1"].map(|host| (host, Arc::new(AtomicU32::new(0))));
    for (host, pings) in &hosts {
        let (host, pings) = (*host, pings.clone());
        let ping = Task::new(format!("ping {host}"), move || {
            let n = pings.fetch_add(1, Ordering::Relaxed) + 1;
            println!("  ping {host}, number {n}");
        })
        .every("1m")
        .tags(["net", host]);
        manager.add(ping)?;
    }
    pass(&clock, &manager, 2 * MINUTE);

    println!("A name is given once, and the error says where:");
    if let Err(error) = manager.add(Task::new("ping db1", || ()).every("1h")) {
        println!("  {error}");
    }

    println!("db1 gets a new schedule, db2 is disabled, web1 is removed:");
    manager["ping db1"].reschedule(every(30).seconds())?;
    manager["ping db2"].disable();
    manager.remove("ping web1")?;
    pass(&clock, &manager, MINUTE);
    for task in manager.tagged("net") {
        let when = task.jobs()[0].schedule().describe();
        println!("  {}: {when}, enabled: {}", task.name(), task.is_enabled());
    }

    println!("A run by hand, of a task that is disabled, and what came of it:");
    let run = manager["ping db2"].run_now()?.wait()?;
    println!("  {} {} at {}", run.task(), run.outcome(), run.started_at());

    println!("A task that looks for hosts, and adds and removes tasks:");
    // The closure has a handle of the manager, which has the closure: each keeps
    // the other alive until the task is removed. This one removes itself.
    let inside = manager.clone();
    let discover = Task::new("discover", move || -> Result<(), task::Error> {
        inside.clear("net");
        let ping = Task::new("ping web2", || println!("  ping web2")).every("1m");
        inside.add(ping.tag("net"))?;
        inside.remove("discover")
    });
    manager.add(discover.every("5m").threaded())?;
    pass(&clock, &manager, 5 * MINUTE);
    println!("  now there is: {:?}", manager.tasks().keys());
    pass(&clock, &manager, 2 * MINUTE);

    println!("Everything goes:");
    println!("  removed: {}", manager.clear(None));
    println!("  next run: {:?}", manager.next_run());
    let pings = hosts.map(|(host, pings)| (host, pings.load(Ordering::Relaxed)));
    println!("  pings: {pings:?}");
    Ok(())
}

/// Lets time pass, in steps of half a minute.
///
/// `settle` waits until all that has become due has run: on this clock nobody
/// but us knows how long a minute is.
fn pass(clock: &ManualClock, manager: &TaskManager, span: Duration) {
    let step = MINUTE / 2;
    let mut passed = Duration::ZERO;
    while passed < span {
        clock.advance(step);
        manager.settle();
        passed += step;
    }
}
