//! Where the values of a program are dropped.

use std::{sync::mpsc, thread, time::Duration};

use task::{State, Task, TaskManager};

/// Says on which thread it is dropped: some values must not be dropped just
/// anywhere, such as a pool of connections outside of its runtime.
struct Value(mpsc::Sender<Option<String>>);

impl Drop for Value {
    fn drop(&mut self) {
        let name = thread::current().name().map(str::to_owned);
        let _ = self.0.send(name);
    }
}

#[test]
fn a_state_is_dropped_by_who_drops_the_last_handle() {
    let own = thread::current().name().map(str::to_owned);
    for _ in 0..2_000 {
        let (sender, dropped) = mpsc::channel();
        let manager = TaskManager::builder().empty().state(Value(sender)).build();
        let beat = Task::new("beat", |_: State<Value>| ())
            .every("1h")
            .threaded();
        manager
            .add(beat)
            .unwrap()
            .run_now()
            .unwrap()
            .wait()
            .unwrap();
        manager.run().unwrap();
        assert!(manager.stop().is_clean());
        drop(manager);
        assert_eq!(
            dropped.recv_timeout(Duration::from_secs(10)),
            Ok(own.clone())
        );
    }
}
