//! What a round runs, and when: the promises about fire times, without a thread.

mod common;

use std::{collections::BTreeSet, ops::ControlFlow};

use chrono::TimeDelta;
use common::{Log, at, manager, second, secs};
use task::{ManualClock, Missed, Task, TaskManager, every};

fn beat(phrase: &str) -> Task {
    Task::new("beat", || ()).every(phrase)
}

/// Moves the clock second by second up to `end` and returns the fire times.
fn play(clock: &ManualClock, manager: &TaskManager, log: &Log, end: u64) -> Vec<i64> {
    for _ in 0..end {
        clock.advance(secs(1));
        manager.run_pending();
    }
    log.fires()
}

#[test]
fn an_interval_fires_at_a_fixed_rate_whatever_the_runs_take() {
    let (clock, manager) = manager();
    let log = Log::new();
    let slow = {
        let clock = clock.clone();
        Task::new("slow", move || clock.advance(secs(4))).every("10s")
    };
    manager.add(log.of(slow)).unwrap();
    for _ in 0..3 {
        clock.advance(secs(6));
        manager.run_pending();
        clock.advance(secs(1));
        manager.run_pending();
    }
    // Polled late and running long, and still on its grid.
    assert_eq!(log.fires(), [10, 20]);
    assert_eq!(manager.next_run(), Some(second(30)));
}

#[test]
fn nothing_fires_before_its_time_and_everything_at_it() {
    let (clock, manager) = manager();
    manager.add(beat("30s")).unwrap();
    clock.advance(secs(30) - std::time::Duration::from_nanos(1));
    assert_eq!(manager.run_pending(), 0);
    clock.advance(std::time::Duration::from_nanos(1));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(manager.run_pending(), 0);
}

#[test]
fn missed_fires_run_once_as_the_latest_and_are_counted() {
    let (clock, manager) = manager();
    let log = Log::new();
    let beat = manager.add(log.of(beat("30s"))).unwrap();
    clock.advance(secs(95));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.fires(), [90]);
    assert_eq!(beat.next_run(), Some(second(120)));
    assert_eq!(beat.detail().unwrap().counters.missed, 2);
}

#[test]
fn a_year_of_missed_fires_is_one_run() {
    let (clock, manager) = manager();
    let log = Log::new();
    let beat = manager.add(log.of(beat("1ms"))).unwrap();
    clock.advance(secs(365 * 86_400));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(beat.detail().unwrap().counters.missed, 365 * 86_400_000 - 1);
    assert_eq!(log.fires(), [365 * 86_400]);
}

#[test]
fn missed_days_run_once_as_the_latest() {
    let (clock, manager) = manager();
    let log = Log::new();
    let daily = manager.add(log.of(beat("day at 10:30 in UTC"))).unwrap();
    clock.advance(secs(5 * 86_400));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.fires(), [4 * 86_400 + 37_800]);
    assert_eq!(daily.detail().unwrap().counters.missed, 4);
    assert_eq!(daily.next_run(), Some(at("2024-01-06T10:30:00Z")));
}

#[test]
fn a_delay_counts_from_the_end_of_the_last_run() {
    let (clock, manager) = manager();
    let log = Log::new();
    let body = {
        let clock = clock.clone();
        move || clock.advance(secs(4))
    };
    let slow = manager
        .add(log.of(Task::new("slow", body).delay("10s")))
        .unwrap();
    clock.advance(secs(11));
    manager.run_pending(); // From 11 to 15.
    assert_eq!(slow.next_run(), Some(second(25)));
    clock.advance(secs(10));
    manager.run_pending();
    assert_eq!(log.fires(), [10, 25]);
}

#[test]
fn a_delay_goes_on_after_a_fire_that_was_skipped() {
    let (clock, manager) = manager();
    let task = manager
        .add(Task::new("slow", || ()).delay("10s").disabled())
        .unwrap();
    clock.advance(secs(12));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(task.next_run(), Some(second(22)));
    assert_eq!(task.detail().unwrap().counters.skipped.disabled, 1);
}

#[test]
fn random_gaps_stay_within_their_bounds() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager.add(log.of(beat("5s to 10s"))).unwrap();
    let mut last = 0;
    let mut gaps = BTreeSet::new();
    for _ in 0..100 {
        let wait = manager.idle().unwrap();
        assert!(wait >= secs(5) && wait <= secs(10), "{wait:?}");
        gaps.insert(wait);
        clock.advance(wait);
        assert_eq!(manager.run_pending(), 1);
        let now = (clock.now() - second(0)).num_milliseconds();
        assert!(now > last);
        last = now;
    }
    assert!(gaps.len() > 90, "only {} different gaps", gaps.len());
}

#[test]
fn two_tasks_with_one_random_phrase_fire_at_different_times() {
    let (_clock, manager) = manager();
    let a = manager
        .add(Task::new("a", || ()).every("5s to 10s"))
        .unwrap();
    let b = manager
        .add(Task::new("b", || ()).every("5s to 10s"))
        .unwrap();
    assert_ne!(a.next_run(), b.next_run());
}

#[test]
fn start_says_when_the_first_run_comes() {
    for (start, phrase, expected) in [
        ("now", "30s", vec![0, 30, 60, 90]),
        ("10s", "30s", vec![10, 40, 70]),
        // 00:00:10, and then on the calendar's own times.
        ("10s", "minute at :30 in UTC", vec![10, 30, 90]),
        ("now", "minute at :30 in UTC", vec![0, 30, 90]),
    ] {
        let (clock, manager) = manager();
        let log = Log::new();
        manager.add(log.of(beat(phrase).start(start))).unwrap();
        manager.run_pending();
        assert_eq!(
            play(&clock, &manager, &log, 95),
            expected,
            "{phrase} from {start}"
        );
    }
}

#[test]
fn a_delay_can_start_at_once() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(Task::new("poll", || ()).delay("20s").start("now")))
        .unwrap();
    manager.run_pending();
    assert_eq!(play(&clock, &manager, &log, 50), [0, 20, 40]);
}

#[test]
fn aligned_intervals_fire_on_multiples_of_their_period() {
    let clock = ManualClock::at(at("2024-01-01T00:00:07Z"));
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let log = Log::new();
    manager.add(log.of(beat("20s").aligned())).unwrap();
    assert_eq!(play(&clock, &manager, &log, 60), [20, 40, 60]);
}

#[test]
fn nothing_fires_after_until() {
    let until = [
        ("30s", vec![10, 20, 30]),
        ("2024-01-01 00:00:25", vec![10, 20]),
        ("2024-01-01 00:00:30", vec![10, 20, 30]),
        ("00:00:20", vec![10, 20]),
    ];
    for (until, expected) in until {
        let (clock, manager) = manager();
        let log = Log::new();
        let task = manager
            .add(log.of(beat("10s").until(until).timezone_if_any(until)))
            .unwrap();
        assert_eq!(play(&clock, &manager, &log, 60), expected, "until {until}");
        assert!(task.jobs()[0].is_ended());
        assert_eq!(task.next_run(), None);
    }
}

trait TimezoneIfAny {
    fn timezone_if_any(self, until: &str) -> Self;
}

impl TimezoneIfAny for Task {
    /// A span needs no zone, and naming one that has no effect is an error.
    fn timezone_if_any(self, until: &str) -> Task {
        if until.contains(':') {
            self.timezone("UTC")
        } else {
            self
        }
    }
}

#[test]
fn a_delay_ends_at_until_counted_from_its_start() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(Task::new("poll", || ()).delay("10s").until("35s")))
        .unwrap();
    assert_eq!(play(&clock, &manager, &log, 100), [10, 20, 30]);
}

#[test]
fn a_fire_before_until_runs_even_if_it_is_noticed_after_it() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager.add(log.of(beat("10s").until("25s"))).unwrap();
    clock.advance(secs(100));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.fires(), [20]);
}

#[test]
fn max_runs_ends_each_job_of_its_own() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(log.of(beat("10s").every("25s").max_runs(2)))
        .unwrap();
    assert_eq!(play(&clock, &manager, &log, 200), [10, 20, 25, 50]);
    assert!(task.jobs().iter().all(task::Job::is_ended));
    assert_eq!(
        task.jobs().iter().map(task::Job::runs).collect::<Vec<_>>(),
        [2, 2]
    );
    // A skipped fire is no run.
    let task = manager
        .add(
            Task::new("later", || ())
                .every("10s")
                .max_runs(1)
                .disabled(),
        )
        .unwrap();
    assert_eq!(play(&clock, &manager, &log, 20), [0i64; 0]);
    task.enable();
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert!(task.jobs()[0].is_ended());
}

#[test]
fn once_fires_once() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(
            log.of(Task::new("party", || ())
                .at("2024-01-01 00:00:20")
                .timezone("UTC")),
        )
        .unwrap();
    assert_eq!(play(&clock, &manager, &log, 100), [20]);
    assert!(task.jobs()[0].is_ended());
}

#[test]
fn break_cancels_the_job_that_fired_and_no_other() {
    let (clock, manager) = manager();
    let log = Log::new();
    let body = || -> Result<ControlFlow<()>, String> { Ok(ControlFlow::Break(())) };
    let task = manager
        .add(log.of(Task::new("probe", body).every("10s").every("25s")))
        .unwrap();
    clock.advance(secs(10));
    manager.run_pending();
    assert_eq!(
        task.jobs()
            .iter()
            .map(task::Job::is_ended)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(play(&clock, &manager, &log, 100), [10, 25]);
    // Cancelled is cancelled: starting the manager anew doesn't bring it back.
    manager.run().unwrap();
    assert_eq!(task.next_run(), None);
}

#[test]
fn jitter_moves_the_start_but_not_the_fire_time() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager.add(log.of(beat("10s").jitter("9s"))).unwrap();
    let mut moves = BTreeSet::new();
    for k in 1..=50 {
        let wait = task.next_run().unwrap() - second(10 * k);
        assert!(
            wait >= TimeDelta::zero() && wait < TimeDelta::seconds(9),
            "{wait}"
        );
        moves.insert(wait);
        clock.advance((task.next_run().unwrap() - clock.now()).to_std().unwrap());
        assert_eq!(manager.run_pending(), 1);
    }
    assert!(moves.len() > 45);
    assert_eq!(log.fires(), (1..=50).map(|k| 10 * k).collect::<Vec<_>>());
    assert_eq!(task.detail().unwrap().counters.missed, 0);
}

#[test]
fn jitter_is_the_same_for_one_task_and_fire_time_wherever_it_is_asked() {
    let next = |name: &str, wait| {
        let (clock, manager) = manager();
        clock.advance(secs(wait));
        let task = Task::new(name, || ())
            .every("minute at :00 in UTC")
            .jitter("30s");
        manager.add(task).unwrap().next_run().unwrap()
    };
    // Two programs that started at different times agree on the same fire.
    assert_eq!(next("beat", 3), next("beat", 59));
    assert_ne!(next("beat", 3), next("other", 3));
}

#[test]
fn a_late_round_doesnt_run_a_jittered_fire_before_its_time() {
    // When each fire is due, asked of a manager that is never late.
    let mut due = std::collections::BTreeMap::new();
    let (clock, exact) = manager();
    let task = exact.add(beat("10s").jitter("9s")).unwrap();
    for k in 1..=60 {
        let next = task.next_run().unwrap();
        due.insert(10 * k, next);
        clock.advance((next - clock.now()).to_std().unwrap());
        assert_eq!(exact.run_pending(), 1);
    }

    let (clock, late) = manager();
    let log = Log::new();
    let task = late.add(log.of(beat("10s").jitter("9s"))).unwrap();
    let mut passed = 0;
    for step in [7, 23, 31, 4, 55, 12, 90, 1, 3, 17, 29, 41, 8, 26, 33] {
        clock.advance(secs(step));
        late.run_pending();
        let now = clock.now();
        let expected = due.values().filter(|due| **due <= now).count() as u64;
        for fire in log.fires() {
            assert!(due[&fire] <= now, "{fire} ran before its time");
        }
        let counters = task.detail().unwrap().counters;
        assert_eq!(counters.ran + counters.missed, expected);
        assert_eq!(
            task.next_run(),
            due.values().find(|due| **due > now).copied()
        );
        passed = expected;
    }
    assert!(passed > 30);
}

#[test]
fn jobs_of_one_round_run_by_fire_time_and_then_by_name() {
    let (clock, manager) = manager();
    let log = Log::new();
    for (name, phrase) in [("d", "30s"), ("b", "20s"), ("c", "20s"), ("a", "30s")] {
        manager
            .add(log.of(Task::new(name, || ()).every(phrase)))
            .unwrap();
    }
    clock.advance(secs(35));
    assert_eq!(manager.run_pending(), 4);
    let names: Vec<_> = log.take().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "c", "a", "d"]);
}

#[test]
fn one_fire_of_elapsed_and_one_of_wall_time_are_ordered_together() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(Task::new("wall", || ()).every("minute at :15 in UTC")))
        .unwrap();
    manager
        .add(log.of(Task::new("elapsed", || ()).every("10s").until("15s")))
        .unwrap();
    manager
        .add(log.of(Task::new("later", || ()).every("20s")))
        .unwrap();
    clock.advance(secs(30));
    manager.run_pending();
    assert_eq!(
        log.take(),
        [
            ("elapsed".to_owned(), 10),
            ("wall".to_owned(), 15),
            ("later".to_owned(), 20)
        ]
    );
}

#[test]
fn a_disabled_task_keeps_its_schedule() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager.add(log.of(beat("10s").disabled())).unwrap();
    assert_eq!(play(&clock, &manager, &log, 25), [0i64; 0]);
    assert_eq!(task.detail().unwrap().counters.skipped.disabled, 2);
    assert_eq!(task.next_run(), Some(second(30)));
    task.enable();
    assert_eq!(play(&clock, &manager, &log, 25), [30, 40, 50]);
}

#[test]
fn a_task_that_removes_or_changes_another_in_its_round_is_heeded() {
    let (clock, manager) = manager();
    let log = Log::new();
    let other = manager.clone();
    let first = Task::new("a", move || {
        other.remove("b").unwrap();
        other.get("c").unwrap().disable();
        other.get("d").unwrap().reschedule("every 5s").unwrap();
        other.get("e").unwrap().cancel();
    });
    manager.add(log.of(first.every("10s"))).unwrap();
    for name in ["b", "c", "d", "e"] {
        manager
            .add(log.of(Task::new(name, || ()).every("10s")))
            .unwrap();
    }
    clock.advance(secs(10));
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(log.take(), [("a".to_owned(), 10)]);
    assert_eq!(manager["d"].next_run(), Some(second(15)));
}

#[test]
fn a_task_added_in_a_round_waits_for_the_next_one() {
    let (_clock, manager) = manager();
    let log = Log::new();
    let (inner, of) = (manager.clone(), log.clone());
    let adds = Task::new("adds", move || {
        inner
            .add(of.of(Task::new("added", || ()).every("10s").start("now")))
            .unwrap();
    });
    manager.add(log.of(adds.every("10s").start("now"))).unwrap();
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(manager.run_pending(), 1);
    assert_eq!(
        log.take(),
        [("adds".to_owned(), 0), ("added".to_owned(), 0)]
    );
}

#[test]
fn several_schedules_of_one_task_are_jobs_with_states_of_their_own() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = manager
        .add(log.of(beat("20s").schedule(every(30).seconds())))
        .unwrap();
    // At 60 both are due, and run one after the other.
    assert_eq!(play(&clock, &manager, &log, 60), [20, 30, 40, 60, 60]);
    assert_eq!(
        task.jobs().iter().map(task::Job::runs).collect::<Vec<_>>(),
        [3, 2]
    );
}

#[test]
fn missed_fires_are_left_out_when_they_are_to_be_skipped() {
    // A row: the policy's grace, how late the round comes, what runs, what is missed.
    for (grace, late, ran, missed) in [
        (None, 30, vec![30], 0),
        (None, 31, vec![30], 0),
        (None, 32, vec![], 1),
        (None, 61, vec![60], 1),
        (None, 95, vec![], 3),
        (Some("5s"), 95, vec![90], 2),
        (Some("4s"), 95, vec![], 3),
        (Some("1ns"), 90, vec![90], 2),
    ] {
        let (clock, manager) = manager();
        let log = Log::new();
        let mut task = beat("30s").missed(Missed::Skip);
        if let Some(grace) = grace {
            task = task.grace(grace);
        }
        let task = manager.add(log.of(task)).unwrap();
        clock.advance(secs(late));
        assert_eq!(manager.run_pending(), ran.len(), "{grace:?} {late}");
        assert_eq!(log.fires(), ran, "{grace:?} {late}");
        assert_eq!(task.detail().unwrap().counters.missed, missed);
        // It goes on as if nothing had been.
        let next = (late as i64 / 30 + 1) * 30;
        assert_eq!(task.next_run(), Some(second(next)));
    }
}

#[test]
fn grace_counts_from_the_jittered_start() {
    let (clock, manager) = manager();
    let log = Log::new();
    let task = beat("1m").jitter("50s").missed(Missed::Skip);
    let task = manager.add(log.of(task)).unwrap();
    let due = task.next_run().unwrap();
    assert!(due > second(62), "this name has hardly any jitter");
    clock.advance((due - clock.now()).to_std().unwrap());
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn a_date_that_was_missed_is_left_out_for_good() {
    let (clock, manager) = manager();
    let task = Task::new("party", || ())
        .at("2024-01-01T00:00:20Z")
        .missed(Missed::Skip)
        .grace("10s");
    let task = manager.add(task).unwrap();
    clock.advance(secs(31));
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(task.detail().unwrap().counters.missed, 1);
    assert!(task.jobs()[0].is_ended());
}

#[test]
fn all_missed_fires_run_one_after_the_other() {
    for threaded in [false, true] {
        let (clock, manager) = manager();
        let log = Log::new();
        let task = beat("10s").missed(Missed::All);
        let task = if threaded { task.threaded() } else { task };
        let task = manager.add(log.of(task)).unwrap();
        clock.advance(secs(55));
        manager.settle();
        assert_eq!(log.fires(), [10, 20, 30, 40, 50]);
        assert_eq!(task.next_run(), Some(second(60)));
        let counters = task.detail().unwrap().counters;
        assert_eq!((counters.missed, counters.skipped.overlap), (0, 0));
    }
}

#[test]
fn catching_up_is_bounded_after_ten_years() {
    for phrase in ["1s", "minute at :30 in UTC", "1s to 3s"] {
        let (clock, manager) = manager();
        let log = Log::new();
        let task = manager
            .add(log.of(beat(phrase).missed(Missed::All)))
            .unwrap();
        clock.advance(secs(10 * 365 * 86_400));
        manager.settle();
        let fires = log.fires();
        assert_eq!(fires.len(), 1_000, "{phrase}");
        // Random fires may fall into one second of the log.
        assert!(fires.is_sorted());
        let counters = task.detail().unwrap().counters;
        let passed = counters.missed + 1_000;
        match phrase {
            "1s" => assert_eq!(passed, 10 * 365 * 86_400),
            "1s to 3s" => assert!(passed.abs_diff(5 * 365 * 86_400) <= 1),
            _ => assert_eq!(passed, 10 * 365 * 1_440),
        }
        assert!(task.next_run().unwrap() > clock.now());
    }
}

#[test]
fn max_runs_and_a_cancel_end_the_catching_up() {
    let (clock, manager) = manager();
    let log = Log::new();
    manager
        .add(log.of(beat("10s").missed(Missed::All).max_runs(2)))
        .unwrap();
    let stops = || ControlFlow::Break(());
    let once = Task::new("stops", stops).every("10s").missed(Missed::All);
    let once = manager.add(log.of(once)).unwrap();
    clock.advance(secs(100));
    manager.settle();
    let ran = log.take();
    let of = |name: &str| ran.iter().filter(|(task, _)| task == name).count();
    assert_eq!((of("beat"), of("stops")), (2, 1));
    assert!(once.jobs()[0].is_ended());
}

#[test]
fn a_stepped_clock_is_told_once_with_its_size() {
    let events = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
    let (clock, manager) = common::build(|builder| {
        let events = events.clone();
        builder
            .on_event(|_| panic!("an observer that panics"))
            .on_event(move |event| {
                if matches!(event, task::Event::ClockStepped { .. }) {
                    events.lock().push(event.clone());
                }
            })
    });
    manager.add(beat("10s")).unwrap();
    manager.run().unwrap();
    let told = |by| {
        let now = clock.now();
        manager.settle();
        let events = std::mem::take(&mut *events.lock());
        assert_eq!(events, [task::Event::ClockStepped { now, by }]);
    };
    for by in [3_600, -7_200, 1, -365 * 86_400] {
        let by = TimeDelta::seconds(by);
        clock.set_wall(clock.now() + by);
        // The loop says so without anything being due.
        while events.lock().is_empty() {
            std::thread::yield_now();
        }
        told(by);
    }
    // Drift is no step, and the passing of time is none.
    clock.set_wall(clock.now() + TimeDelta::milliseconds(999));
    clock.advance(secs(100));
    manager.settle();
    assert_eq!(*events.lock(), []);
}

#[test]
fn what_is_caught_up_with_and_what_is_left_out_is_all_that_passed() {
    for passed in 997..=1_004 {
        let (clock, manager) = manager();
        let log = Log::new();
        let task = beat("1s").missed(Missed::All);
        let task = manager.add(log.of(task)).unwrap();
        clock.advance(secs(passed));
        // In one round: who calls it seldom catches up all the same.
        assert_eq!(manager.run_pending() as u64, passed.min(1_000));
        let counters = task.detail().unwrap().counters;
        assert_eq!(counters.ran + counters.missed, passed);
        assert_eq!(log.fires().last(), Some(&(passed as i64)));
    }
}

#[test]
fn catching_up_repeats_nothing_that_was_lived_through() {
    for jump in 990..=1_015 {
        let clock = ManualClock::at(at("2024-01-02T00:00:30Z"));
        let manager = TaskManager::builder().empty().clock(clock.clone()).build();
        let log = Log::new();
        let task = beat("minute at :00 in UTC").missed(Missed::All);
        manager.add(log.of(task)).unwrap();
        for _ in 0..5 {
            clock.advance(secs(60));
            manager.run_pending();
        }
        clock.set_wall(at("2024-01-01T23:00:30Z"));
        manager.run_pending();
        clock.set_wall(at("2024-01-02T00:00:30Z") + TimeDelta::minutes(jump));
        manager.run_pending();
        let fires = log.fires();
        let once: BTreeSet<_> = fires.iter().collect();
        assert_eq!(once.len(), fires.len(), "after a jump by {jump} minutes");
    }
}

#[test]
fn a_first_run_outside_of_the_window_doesnt_exist() {
    let clock = ManualClock::at(at("2024-01-06T20:00:00Z")); // A Saturday.
    let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    let task = || {
        beat("10m")
            .between("09:00 to 17:00")
            .timezone("UTC")
            .start("now")
    };
    let weekdays = manager.add(task().days("mon-fri")).unwrap();
    assert_eq!(manager.run_pending(), 0);
    assert_eq!(weekdays.next_run(), Some(at("2024-01-08T09:00:00Z")));
    clock.advance(secs(38 * 3_600)); // Monday at 10.
    manager.remove("beat").unwrap();
    manager.add(task()).unwrap();
    assert_eq!(manager.run_pending(), 1);
}

#[test]
fn whether_a_window_is_ever_met_counts_from_the_first_run() {
    let (_clock, manager) = manager();
    let daily = || beat("24h").between("09:00 to 17:00").timezone("UTC");
    assert!(manager.add(daily()).unwrap_err().is_invalid_schedule());
    let task = manager.add(daily().start("10h")).unwrap();
    assert_eq!(task.next_run(), Some(second(36_000)));
    assert!(
        manager
            .add(Task::new("past", || ()).cron("0 0 0 1 1 * 2020"))
            .is_err()
    );
}
