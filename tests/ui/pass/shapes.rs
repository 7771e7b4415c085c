//! Functions and values with commas, arrows and brackets where none is expected.

use std::{collections::HashMap, time::Duration};

use task::{Context, ManualClock, Run, Schedule, State, TaskManager, task};

type Handler = fn(u8, u8) -> u8;

#[task(every = "1s")]
fn types(
    State(handlers): State<HashMap<u8, fn(u8, u8) -> u8>>,
    _: State<Vec<<Vec<Vec<u8>> as IntoIterator>::Item>>,
    _context: &'_ ::task::Context,
) -> Result<Vec<Vec<u8>>, String>
where
    HashMap<u8, Handler>: Sized,
{
    assert_eq!(handlers[&0](2, 3), 5);
    Ok(Vec::new())
}

#[task(every = "1s", when = |_: &Context| { pick::<u8, u16>(true, false) }, on_success = <Pair<u8, u8> as Note>::note)]
fn arguments_of_paths() {}

#[task(every = "1s", when = self::always::<u8, u8>, on_success = move |run: &Run| note(run, 1))]
async fn paths_with_arguments() {}

#[task(
    every = "1s",
    when = |context| -> bool { context.attempt() < 2 || never() },
    on_complete = |run| if run.is_success() { note(run, 1) } else { note(run, 2) },
)]
fn operators() {}

#[task(schedule = [match (1, 2) { (1, 2) => every(1).seconds(), _ => every(2).seconds() }, every(2 << 2).days()])]
fn matched() {}

#[task(schedule = seconds::<u8, u16>(3 as u8, 4), start = "1s")]
fn of_a_function() {}

macro_rules! passed_on {
    ($(#[$meta:meta])* $visibility:vis, $name:ident($pattern:pat, $type:ty) -> $result:ty, $body:block) => {
        #[task(every = "1s")]
        $(#[$meta])*
        $visibility fn $name($pattern: $type, _: &Context) -> $result $body
    };
}

passed_on!(
    /// Of a macro.
    #[inline]
    pub(crate), restricted(State(number), State<u8>) -> Result<(), String>, {
        assert_eq!(*number, 5);
        Ok(())
    }
);
passed_on!(, private(_, State<u8>) -> (), {});

macro_rules! item {
    ($item:item) => {
        #[task(every = "1s")]
        $item
    };
}

item!(
    fn whole(_: State<u8>) {}
);
item! {
    /// With a comment.
    pub(crate) async fn whole_async(_: State<u8>) -> Result<(), String> {
        Ok(())
    }
}

struct Pair<A, B>(A, B);

trait Note {
    fn note();
}

impl<A, B> Note for Pair<A, B> {
    fn note() {}
}

fn pick<A, B>(first: bool, _second: bool) -> bool {
    first
}

fn always<A, B>() -> bool {
    true
}

fn never() -> bool {
    false
}

fn note(run: &Run, count: usize) {
    assert!(run.is_success());
    assert_eq!(count, 1);
}

fn seconds<A, B>(_: A, _: B) -> Schedule {
    "1s".parse().unwrap()
}

fn main() {
    let clock = ManualClock::new();
    let handlers: HashMap<u8, Handler> = HashMap::from([(0, (|a, b| a + b) as Handler)]);
    let manager = TaskManager::builder()
        .clock(clock.clone())
        .state(5_u8)
        .state(handlers)
        .state(Vec::<Vec<u8>>::new())
        .build();
    clock.advance(Duration::from_secs(1));
    manager.settle();
    assert_eq!(manager.tasks().len(), 10);
    for detail in manager.tasks_detail() {
        let last = manager[detail.name.as_str()].last().unwrap();
        assert!(last.is_success(), "{}: {:?}", detail.name, last.outcome());
    }
    let description = |name: &str| {
        let details = manager.tasks_detail();
        let detail = details.into_iter().find(|detail| detail.name == name);
        detail.unwrap().description
    };
    assert_eq!(description("restricted"), "Of a macro.");
    assert_eq!(description("whole_async"), "With a comment.");
    let _ = Pair(1, 2);
}
