//! What a body is given: its context, and the state of the program.

use std::{
    any::{Any, TypeId, type_name},
    fmt,
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};

use crate::{
    clock::{Clock, Now},
    control::{Cancel, Cancelled, Control},
    error::{Error, ErrorKind},
    executor,
    name::Name,
    sync::Mutex,
};

/// The values that a builder was given, one of each type.
#[derive(Clone, Default)]
pub(crate) struct States {
    /// A program has few: a look at each is quicker than a table.
    values: Vec<(TypeId, Arc<dyn Any + Send + Sync>)>,
    /// The types that were given more than once.
    pub(crate) repeated: Vec<&'static str>,
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("States").finish_non_exhaustive()
    }
}

impl States {
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        let id = TypeId::of::<T>();
        if self.has(id) {
            self.values.retain(|(other, _)| *other != id);
            self.repeated.push(type_name::<T>());
        }
        self.values.push((id, Arc::new(value)));
    }

    pub(crate) fn has(&self, id: TypeId) -> bool {
        self.find(id).is_some()
    }

    fn find(&self, id: TypeId) -> Option<&Arc<dyn Any + Send + Sync>> {
        let (_, value) = self.values.iter().find(|(other, _)| *other == id)?;
        Some(value)
    }

    fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let value = self.find(TypeId::of::<T>())?;
        value.clone().downcast().ok()
    }
}

/// The states of a manager, until its last handle is gone. Its lock is a leaf: no
/// other one is taken while it is held.
#[derive(Debug)]
pub(crate) struct KeptStates(Mutex<Arc<States>>);

impl KeptStates {
    pub(crate) fn new(states: States) -> KeptStates {
        KeptStates(Mutex::new(Arc::new(states)))
    }

    pub(crate) fn get(&self) -> Arc<States> {
        self.0.lock().clone()
    }

    /// Drops the states, unless a run has them still. Not left to the thread that
    /// happens to be the last one of its manager: some values have to be dropped
    /// where the program is, such as a pool of connections inside of its runtime.
    pub(crate) fn drop(&self) {
        let states = std::mem::take(&mut *self.0.lock());
        executor::drop_guarded(states);
    }
}

/// A value of the program that tasks share: a pool of connections, the
/// configuration, a client.
///
/// It is given once, with [`TaskManagerBuilder::state`], and taken as a
/// parameter by any number of tasks. It dereferences to the value, and clones share it.
///
/// # Example
///
/// ```
/// use task::{State, Task, TaskManager};
///
/// struct Config {
///     url: String,
/// }
///
/// let config = Config { url: "https://example.com".to_owned() };
/// let manager = TaskManager::builder().empty().state(config).build();
/// let fetch = |config: State<Config>| println!("fetching {}", config.url);
/// manager.add(Task::new("fetch", fetch).every("30s"))?;
///
/// // A task whose state was not given is refused.
/// let count = Task::new("count", |_: State<Vec<u8>>| ()).every("30s");
/// let error = manager.add(count).unwrap_err();
/// assert!(error.is_missing_state());
/// assert!(error.to_string().contains("Vec<u8>"));
/// # Ok::<(), task::Error>(())
/// ```
///
/// [`TaskManagerBuilder::state`]: crate::TaskManagerBuilder::state
pub struct State<T: ?Sized>(pub Arc<T>);

impl<T> State<T> {
    /// Wraps a value, to call the function of a task by hand.
    pub fn new(value: T) -> State<T> {
        State(Arc::new(value))
    }
}

impl<T: ?Sized> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized> Clone for State<T> {
    fn clone(&self) -> State<T> {
        State(self.0.clone())
    }
}

impl<T: ?Sized> From<Arc<T>> for State<T> {
    fn from(value: Arc<T>) -> State<T> {
        State(value)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for State<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("State").field(&&*self.0).finish()
    }
}

/// What a run knows of itself, and how it learns that it shall end. Clones are
/// of the same run.
///
/// A body takes it as `&Context`, in any place among its parameters. A closure
/// for an async task takes it by value.
///
/// # Example
///
/// ```
/// use task::{Context, ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let report = |context: &Context| {
///     assert_eq!(context.task(), "report");
///     assert_eq!(context.attempt(), 1);
///     for _page in 0..1_000 {
///         if context.is_cancelled() {
///             return; // The manager is stopping.
///         }
///     }
/// };
/// let report = manager.add(Task::new("report", report).every("1m"))?;
///
/// clock.advance(std::time::Duration::from_secs(60));
/// assert_eq!(manager.run_pending(), 1);
/// assert!(report.last().unwrap().is_success());
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
}

#[derive(Clone)]
struct Inner {
    task: Name,
    job: Option<usize>,
    fire_time: DateTime<Utc>,
    started: Now,
    attempt: u32,
    timeout: Option<Duration>,
    control: Arc<Control>,
    states: Arc<States>,
    clock: Clock,
}

/// What the executor makes a context of.
pub(crate) struct Begun {
    pub(crate) task: Name,
    pub(crate) job: Option<usize>,
    pub(crate) fire_time: DateTime<Utc>,
    pub(crate) started: Now,
    pub(crate) attempt: u32,
    pub(crate) timeout: Option<Duration>,
    pub(crate) control: Arc<Control>,
}

impl Context {
    pub(crate) fn new(begun: Begun, states: Arc<States>, clock: Clock) -> Context {
        Context {
            inner: Arc::new(Inner {
                task: begun.task,
                job: begun.job,
                fire_time: begun.fire_time,
                started: begun.started,
                attempt: begun.attempt,
                timeout: begun.timeout,
                control: begun.control,
                states,
                clock,
            }),
        }
    }

    /// Makes the context of no run, for tests that call the function of a task.
    ///
    /// # Example
    ///
    /// ```
    /// use task::Context;
    ///
    /// fn sweep(context: &Context) -> u32 {
    ///     (0..10).take_while(|_| !context.is_cancelled()).count() as u32
    /// }
    ///
    /// let context = Context::detached("sweep");
    /// assert_eq!(sweep(&context), 10);
    /// context.cancel();
    /// assert_eq!(sweep(&context), 0);
    /// ```
    #[must_use]
    pub fn detached(task: impl Into<String>) -> Context {
        let clock = Clock::system();
        let started = clock.now();
        let begun = Begun {
            task: (&*task.into()).into(),
            job: None,
            fire_time: started.wall(),
            started,
            attempt: 1,
            timeout: None,
            control: Arc::default(),
        };
        Context::new(begun, Arc::default(), clock)
    }

    /// Gives a context of [`detached`](Context::detached) a state.
    #[must_use]
    pub fn with_state<T: Send + Sync + 'static>(mut self, value: T) -> Context {
        let inner = Arc::make_mut(&mut self.inner);
        Arc::make_mut(&mut inner.states).insert(value);
        self
    }

    /// Returns the name of the task.
    #[must_use]
    pub fn task(&self) -> &str {
        &self.inner.task
    }

    /// Returns the place of the job among the jobs of its task, from 0; `None`
    /// for a run that was asked for by hand.
    #[must_use]
    pub fn job(&self) -> Option<usize> {
        self.inner.job
    }

    /// Returns the instant at which the run should have started.
    ///
    /// With the task and the job it names the fire, in every attempt and after a
    /// restart of the program: a key for work that must be done only once.
    #[must_use]
    pub fn fire_time(&self) -> DateTime<Utc> {
        self.inner.fire_time
    }

    /// Returns the instant at which this attempt was started, by the wall clock.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.inner.started.wall()
    }

    /// Returns which attempt this is: 1, and more after a retry.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.inner.attempt
    }

    /// Returns the state of a type, for those who know only here which one they need.
    ///
    /// A parameter of the type [`State<T>`] does the same, and is checked before
    /// anything fires.
    ///
    /// # Errors
    ///
    /// If the builder was given no state of this type.
    pub fn state<T: Send + Sync + 'static>(&self) -> Result<State<T>, Error> {
        self.inner.states.get().map(State).ok_or_else(|| {
            ErrorKind::NoState {
                name: self.task().to_owned(),
                state: type_name::<T>(),
            }
            .into()
        })
    }

    /// Returns true once the run shall end: its manager is stopping, it takes
    /// longer than its timeout, or a newer run is to take its place.
    ///
    /// A body that runs for long asks now and then, and returns: nobody can end
    /// a thread from outside. The future of an async body is dropped instead,
    /// when a stop has waited for it in vain.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let inner = &*self.inner;
        // A body on the scheduler's own thread keeps that from noticing its
        // timeout: so it is asked for here.
        inner.control.cancelled().is_some()
            || inner
                .timeout
                .is_some_and(|timeout| inner.clock.now().since(inner.started) >= timeout)
    }

    /// Returns a future that completes once the run shall end, for an async
    /// body that has something to put in order first.
    ///
    /// It completes when [`is_cancelled`](Context::is_cancelled) becomes true for
    /// a stop or a newer run. At its timeout the future of a body is dropped at once.
    ///
    /// # Example
    ///
    /// ```
    /// # #[cfg(feature = "tokio")]
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use task::{Context, Task, TaskManager};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let manager = TaskManager::builder().empty().build();
    /// let listen = |context: Context| async move {
    ///     context.cancelled().await;
    ///     // Says good-bye, and ends in time.
    /// };
    /// let listen = manager.add(Task::new_async("listen", listen).every("1h"))?;
    /// manager.run()?;
    /// listen.run_now()?;
    /// # tokio::task::yield_now().await;
    ///
    /// let stopped = manager.stop_async().await;
    /// assert_eq!(stopped.finished, ["listen"]);
    /// # Ok(())
    /// # })
    /// # }
    /// # #[cfg(not(feature = "tokio"))]
    /// # fn main() {}
    /// ```
    pub fn cancelled(&self) -> Cancelled {
        Cancelled::new(&self.inner.control)
    }

    /// Tells the run to end, as a stop does: for tests of a body.
    pub fn cancel(&self) {
        self.inner.control.cancel(Cancel::ByHand);
        self.inner.control.wake();
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("task", &self.task())
            .field("fire_time", &self.fire_time())
            .field("attempt", &self.attempt())
            .field("cancelled", &self.is_cancelled())
            .finish_non_exhaustive()
    }
}
