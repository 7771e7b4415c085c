//! Everything at once: threads, bodies and callbacks change one manager as the
//! dice say, while its loop runs, is stopped and runs again.

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use common::{build, secs, until, within_10s};
use task::{Event, ManualClock, Overlap, SkipReason, Task, TaskManager, WeakTaskManager};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Numbers that are the same for the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn name(&mut self) -> &'static str {
        NAMES[self.roll(NAMES.len() as u64) as usize]
    }
}

/// What all tasks share.
#[derive(Clone)]
struct Shared {
    manager: WeakTaskManager,
    clock: ManualClock,
    token: Arc<()>,
    /// From where bodies and callbacks take their dice.
    seed: Arc<AtomicU64>,
}

impl Shared {
    fn dice(&self) -> Dice {
        Dice(
            self.seed
                .fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
                | 1,
        )
    }

    /// A change that waits for nothing.
    fn change(&self, manager: &TaskManager, dice: &mut Dice) {
        let name = dice.name();
        match dice.roll(12) {
            0..3 => {
                // Refused if the name is taken.
                let _ = manager.add(self.task(name, dice));
            }
            3 => _ = manager.remove(name),
            4 => _ = manager.clear("rare"),
            5 => _ = manager.tasks_detail(),
            turn => {
                let Some(task) = manager.get(name) else {
                    return;
                };
                match turn {
                    6 => task.reschedule("every 2s").unwrap_or_default(),
                    7 => _ = task.reschedule(["every 3s", "every day at 10:30"]),
                    8 => task.disable(),
                    9 => task.enable(),
                    10 => match dice.roll(3) {
                        0 => task.cancel(),
                        1 => task.jobs().iter().for_each(|job| job.cancel()),
                        _ => _ = task.detail(),
                    },
                    _ => _ = task.run_now(),
                }
            }
        }
    }

    /// A task of some kind, which makes a change each time it runs.
    fn task(&self, name: &str, dice: &mut Dice) -> Task {
        let changes = || {
            let shared = self.clone();
            move || {
                let _ = &shared.token;
                if let Some(manager) = shared.manager.upgrade() {
                    shared.change(&manager, &mut shared.dice());
                }
            }
        };
        let body = changes();
        let task = match dice.roll(4) {
            0 => Task::new(name, body),
            1 => Task::new(name, body).threaded(),
            2 => {
                let body = Arc::new(body);
                Task::new_async(name, move || {
                    let body = body.clone();
                    async move { body() }
                })
            }
            _ => Task::new(name, move || {
                body();
                Err::<(), _>("no")
            })
            .threaded()
            .retry(2)
            .backoff("1s"),
        };
        let task = match dice.roll(4) {
            0 => task.overlap(Overlap::Queue),
            1 => task.overlap(Overlap::Cancel),
            2 => task.exclusive("db"),
            _ => task.tag("rare"),
        };
        let task = match dice.roll(3) {
            0 => task.delay("1s"),
            1 => task.every("1s").every("2s"),
            _ => task.every("5s").start("now"),
        };
        task.on_complete(changes()).on_skipped(changes())
    }
}

fn churn(seed: u64) {
    let ended = Arc::new(AtomicU64::new(0));
    let seen = ended.clone();
    let (clock, manager) = build(|builder| {
        builder.max_threads(3).on_event(move |event: &Event| {
            if let Event::Finished(_) = event {
                seen.fetch_add(1, Ordering::Relaxed);
            }
            if let Event::Skipped(skip) = event {
                assert!(
                    skip.fires() > 0 && (skip.fires() == 1 || skip.reason() == SkipReason::Missed)
                );
            }
        })
    });
    let shared = Shared {
        manager: manager.downgrade(),
        clock,
        token: Arc::new(()),
        seed: Arc::new(AtomicU64::new(seed)),
    };
    manager.run().unwrap();
    let threads: Vec<_> = (0..3)
        .map(|number| {
            let (manager, shared) = (manager.clone(), shared.clone());
            let mut dice = Dice(seed * 31 + number + 1);
            thread::spawn(move || {
                for _ in 0..150 {
                    match dice.roll(30) {
                        0 if number == 0 => {
                            manager.stop();
                            manager.run().unwrap();
                        }
                        1 => manager.settle(),
                        2 => _ = manager.run_pending(),
                        3..6 => {
                            let run = manager.get(dice.name()).map(|task| task.run_now());
                            if let Some(Ok(run)) = run {
                                // Perhaps it was withdrawn, or replaced.
                                let _ = run.wait();
                            }
                        }
                        _ => shared.change(&manager, &mut dice),
                    }
                }
            })
        })
        .collect();
    // Who waits for a run may wait for its next attempt, which time alone brings.
    while threads.iter().any(|thread| !thread.is_finished()) {
        shared.clock.advance(secs(1));
        thread::yield_now();
    }
    for thread in threads {
        thread.join().unwrap();
    }
    assert!(ended.load(Ordering::Relaxed) > 0);
    assert!(manager.stop().is_clean());
    // Callbacks of what was withdrawn may add some more.
    until(|| {
        manager.clear(None);
        manager.tasks().is_empty() && Arc::strong_count(&shared.token) == 1
    });
    assert_eq!((manager.next_run(), manager.idle()), (None, None));
    // And it is as good as new.
    let beat = manager.add(Task::new("beat", || ()).every("10s").threaded());
    let beat = beat.unwrap();
    manager.run().unwrap();
    shared.clock.advance(secs(10));
    manager.settle();
    assert_eq!(beat.detail().unwrap().counters.ran, 1);
}

#[test]
fn whatever_is_changed_and_whenever() {
    for seed in 1..=40 {
        within_10s(&format!("seed {seed}"), move || churn(seed));
    }
}
