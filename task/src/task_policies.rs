//! What a task made at run time says about its runs: the policies and the callbacks.

use std::sync::Arc;

use task_schedule::parse_span;

use crate::{
    body::Condition,
    context::Context,
    policy::Overlap,
    run::{Callback, Run},
    skip::{Skip, SkipCallback},
    task::Task,
};

impl Task {
    /// Sets what a fire does while the task is running. Only for tasks that are
    /// threaded or async: any other runs on the scheduler's thread, one run after the other.
    pub fn overlap(mut self, overlap: Overlap) -> Task {
        self.say().overlap = Some(Ok(overlap));
        self
    }

    /// Sets how many more attempts a run gets when it fails, panics or takes too long.
    ///
    /// They belong to the same run: the task is running until the last one has
    /// ended, the callbacks are called then, and `fire_time` is the same for
    /// all. While it waits for the next attempt, a run holds up nothing: no
    /// thread, and no task of its `exclusive` groups.
    ///
    /// # Example
    ///
    /// ```
    /// use std::time::Duration;
    /// use task::{Context, ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// let flaky = |context: &Context| match context.attempt() {
    ///     1 => Err("no route"),
    ///     _ => Ok(()),
    /// };
    /// let flaky = manager.add(Task::new("flaky", flaky).every("1h").retry(3).backoff("10s"))?;
    ///
    /// clock.advance(Duration::from_secs(3600));
    /// manager.run_pending();
    /// assert!(flaky.is_running() && flaky.last().is_none());
    ///
    /// clock.advance(Duration::from_secs(10));
    /// manager.run_pending();
    /// let run = flaky.last().unwrap();
    /// assert!(run.is_success());
    /// assert_eq!((run.attempt(), run.duration()), (2, Duration::from_secs(10)));
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn retry(mut self, attempts: u32) -> Task {
        self.say().retry = attempts;
        self
    }

    /// Sets how long a failed run waits for its next attempt: `"10s"`, or
    /// `"1s to 1m"`, which it is if it isn't set. See [`Backoff`](crate::Backoff).
    pub fn backoff(mut self, backoff: impl AsRef<str>) -> Task {
        self.say().backoff = Some(backoff.as_ref().parse());
        self
    }

    /// Sets how long one attempt of a run may take.
    ///
    /// The future of an async body is dropped then. A thread can't be killed:
    /// any other body is told by [`Context::is_cancelled`], and counts as running
    /// until it returns; the run is timed out, whatever it returns then. Only one
    /// that fails gets its next attempt.
    pub fn timeout(mut self, span: impl AsRef<str>) -> Task {
        self.say().timeout = Some(parse_span(span.as_ref()));
        self
    }

    /// Sets a condition that is asked at each fire, where the body would run; if
    /// it is false, the fire is skipped. [`run_now`](crate::TaskFunction::run_now)
    /// doesn't ask it.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Context, Task};
    ///
    /// fn is_even_minute(context: &Context) -> bool {
    ///     context.fire_time().timestamp() / 60 % 2 == 0
    /// }
    ///
    /// let task = Task::new("sync", || ()).every("10s").when(is_even_minute);
    /// # drop(task);
    /// ```
    pub fn when<M>(mut self, condition: impl Condition<M> + Send + Sync + 'static) -> Task {
        self.say().when = Some(Arc::new(move |context: &Context| condition.holds(context)));
        self
    }

    /// Disables the task after so many failed runs in a row, and says so as an
    /// [`Event`](crate::Event). [`enable`](crate::TaskFunction::enable) starts the count anew.
    pub fn disable_after(mut self, failures: u64) -> Task {
        self.say().disable_after = Some(failures);
        self
    }

    /// Puts the task into a group of which only one task runs at a time. May be
    /// called several times: then it needs all of them.
    ///
    /// A run whose group is busy waits for it: the more important one first, and
    /// then the one that came first. It counts as running while it waits.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{Task, TaskManager};
    ///
    /// let manager = TaskManager::builder().empty().build();
    /// manager.add(Task::new("vacuum", || ()).every("1h").threaded().exclusive("db"))?;
    /// manager.add(Task::new("backup", || ()).every("1h").threaded().exclusive("db"))?;
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn exclusive(mut self, group: impl Into<String>) -> Task {
        self.say().exclusive.push(group.into());
        self
    }

    /// Sets the order among the jobs that are due at one time, and among runs
    /// that wait for a worker thread or a group: the higher comes first, and 0 is
    /// what it is if it isn't set.
    pub fn priority(mut self, priority: i32) -> Task {
        self.say().priority = priority;
        self
    }

    /// Sets how many of the last runs are kept, for
    /// [`TaskFunction::history`](crate::TaskFunction::history); as the builder says if it isn't set.
    pub fn history(mut self, runs: usize) -> Task {
        self.say().history = Some(runs);
        self
    }

    /// Calls `callback` after each run that succeeded.
    ///
    /// A closure that takes the run has to say so: `|run: &Run| ...`.
    pub fn on_success<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.say().on_success = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }

    /// Calls `callback` after each run that failed, panicked or took too long.
    pub fn on_failed<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.say().on_failed = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }

    /// Calls `callback` after each run, after the other callbacks.
    pub fn on_complete<M>(mut self, callback: impl Callback<M> + Send + Sync + 'static) -> Task {
        self.say().on_complete = Some(Arc::new(move |run: &Run| callback.call(run)));
        self
    }

    /// Calls `callback` for each fire that starts nothing: see [`SkipReason`](crate::SkipReason).
    ///
    /// A closure that takes the skip has to say so: `|skip: &Skip| ...`.
    pub fn on_skipped<M>(mut self, callback: impl SkipCallback<M> + Send + Sync + 'static) -> Task {
        self.say().on_skipped = Some(Arc::new(move |skip: &Skip| callback.call(skip)));
        self
    }
}
