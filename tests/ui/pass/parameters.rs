//! A function takes as many parameters as it needs, in any order.

use std::{sync::Mutex, time::Duration};

use task::{Context, ManualClock, State, TaskManager, task};

struct Pool {
    name: &'static str,
}

#[derive(Default)]
struct Calls {
    names: Mutex<Vec<String>>,
}

impl Calls {
    fn note(&self, context: &Context) {
        self.names.lock().unwrap().push(context.task().to_owned());
    }
}

fn pool() -> Pool {
    Pool { name: "pool" }
}

mod nested {
    pub mod deep {
        pub use task::{Context, State as Shared};
    }
}

type Shared<T> = State<T>;

#[task(every = "1s")]
fn a_context(context: &Context) {
    assert_eq!(context.task(), "a_context");
}

#[task(every = "1s")]
fn b_owned(context: Context) {
    assert_eq!(context.attempt(), 1);
}

#[task(every = "1s")]
fn c_state(calls: State<Calls>) {
    assert_eq!(calls.names.lock().unwrap().len(), 0);
}

#[task(every = "1s")]
fn d_patterns(State(calls): State<Calls>, mut pool: State<Pool>, _: &Context, _context: Context) {
    pool = State::new(Pool { name: pool.name });
    calls.note(&Context::detached(pool.name));
}

#[task(every = "1s")]
fn e_paths(
    context: &nested::deep::Context,
    pool: nested::deep::Shared<Pool>,
    calls: Shared<Calls>,
    same: &'_ ::task::Context,
) {
    assert_eq!(pool.name, "pool");
    assert_eq!(context.fire_time(), same.fire_time());
    calls.note(context);
}

// More than a closure may have.
#[task(every = "1s")]
#[allow(clippy::too_many_arguments)]
fn f_many(
    a: &Context,
    b: State<Pool>,
    c: Context,
    d: State<Calls>,
    e: &Context,
    f: State<Pool>,
    g: Context,
    h: State<Calls>,
    i: &Context,
    j: State<Pool>,
) -> Result<(), String> {
    let names = [a.task(), c.task(), e.task(), g.task(), i.task()];
    assert_eq!(names, ["f_many"; 5]);
    assert_eq!([b.name, f.name, j.name], ["pool"; 3]);
    assert_eq!(d.names.lock().unwrap().len(), 3);
    h.note(a);
    Ok(())
}

#[task(every = "1s")]
fn g_conditional(
    #[cfg(any())] missing: State<u8>,
    #[cfg(all())] context: &Context,
    #[cfg_attr(all(), cfg(any()))] also_missing: State<u8>,
    #[allow(unused_variables)] pool: State<Pool>,
    calls: State<Calls>,
) {
    calls.note(context);
}

#[task(every = "1s")]
fn h_all_gone(#[cfg(any())] missing: State<u8>) {}

// The names of the expansion are not in the way.
#[task(every = "1s")]
fn context(returned: &Context, context: State<Calls>) {
    context.note(returned);
}

// Nothing is asked for of a task that is not there.
#[cfg(any())]
#[task(every = "1s")]
fn absent(missing: State<u8>) {}

fn main() {
    let clock = ManualClock::new();
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(pool())
        .state(Calls::default())
        .build();
    manager.check().unwrap();
    clock.advance(Duration::from_secs(1));
    assert_eq!(manager.run_pending(), 9);
    for (name, task) in manager.tasks() {
        let last = task.last().unwrap();
        assert!(last.is_success(), "{name}: {:?}", last.outcome());
    }

    task::assert_registered!(f_many);
    assert_eq!(manager.of(e_paths).unwrap().name(), "e_paths");

    // They are still functions.
    let calls = State::new(Calls::default());
    let context = Context::detached("by_hand");
    self::context(&context, calls.clone());
    e_paths(&context, State::new(pool()), calls.clone(), &context);
    assert_eq!(*calls.names.lock().unwrap(), ["by_hand"; 2]);

    // A state that was not given is missed before anything fires.
    let clock = ManualClock::new();
    let manager = TaskManager::builder().clock(clock).state(pool()).build();
    let error = manager.check().unwrap_err().to_string();
    for name in [
        "c_state",
        "d_patterns",
        "e_paths",
        "f_many",
        "g_conditional",
        "context",
    ] {
        assert!(error.contains(&format!("`{name}`")), "{name}: {error}");
    }
    assert!(!error.contains("`b_owned`"), "{error}");
}
