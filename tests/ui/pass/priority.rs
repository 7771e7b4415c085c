//! Of the tasks that are due together, the one of the higher `priority` goes first.

use std::{sync::Mutex, time::Duration};

use task::{Context, ManualClock, TaskManager, task};

static ORDER: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn note(context: &Context) {
    ORDER.lock().unwrap().push(context.task().to_owned());
}

#[task(every = "1s", priority = -2_147_483_648)]
fn a_lowest(context: &Context) {
    note(context);
}

#[task(every = "1s", priority = -5)]
fn b_low(context: &Context) {
    note(context);
}

#[task(every = "1s")]
fn c_none(context: &Context) {
    note(context);
}

#[task(every = "1s", priority = 0)]
fn d_zero(context: &Context) {
    note(context);
}

#[task(every = "1s", priority = 0x10)]
fn e_high(context: &Context) {
    note(context);
}

#[task(every = "1s", priority = 2147483647i32)]
fn f_highest(context: &Context) {
    note(context);
}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock.clone()).build();
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 6);
    assert_eq!(
        *ORDER.lock().unwrap(),
        [
            "f_highest",
            "e_high",
            "c_none",
            "d_zero",
            "b_low",
            "a_lowest"
        ]
    );
}
