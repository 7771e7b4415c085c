//! The only place that asks what time it is.

use std::{
    fmt,
    sync::{Arc, Weak},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, TimeDelta, TimeZone, Utc};

use crate::{sync::Mutex, tick::Tick};

/// One reading of both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Now {
    /// What the wall clock shows. It may be stepped, forward and back.
    pub(crate) wall: Tick,
    /// What the monotonic clock has counted since the clock was made. It never goes back.
    pub(crate) elapsed: Duration,
    /// How many nanoseconds before that the wall clock was read.
    age: u32,
}

/// For how many nanoseconds the wall clock is not read again, but taken to go on as the
/// monotonic clock does. That it was stepped meanwhile is seen after that.
const WALL_IS_GOOD_FOR: u32 = 1_000_000;

impl Now {
    pub(crate) fn new(wall: DateTime<Utc>, elapsed: Duration) -> Now {
        Now::read(wall.into(), elapsed)
    }

    fn read(wall: Tick, elapsed: Duration) -> Now {
        Now {
            wall,
            elapsed,
            age: 0,
        }
    }

    /// The same of the system's clock, without a calendar's arithmetic.
    fn of_system(wall: SystemTime, elapsed: Duration) -> Now {
        let since = wall.duration_since(UNIX_EPOCH).ok();
        match since.and_then(|since| i64::try_from(since.as_nanos()).ok()) {
            Some(nanos) => Now::read(Tick::from_nanos(nanos), elapsed),
            // Before the year 1970, or after 2262.
            None => Now::new(wall.into(), elapsed),
        }
    }

    /// Returns the reading that follows from this one, if it is not too old for that.
    pub(crate) fn go_on(self, elapsed: Duration) -> Option<Now> {
        let passed = u32::try_from(elapsed.checked_sub(self.elapsed)?.as_nanos()).ok()?;
        let age = self.age.checked_add(passed)?;
        let wall = self.wall.nanos()?.checked_add(i64::from(passed))?;
        let wall = Tick::from_nanos(wall);
        (age < WALL_IS_GOOD_FOR).then_some(Now { wall, elapsed, age })
    }

    /// Returns what the wall clock shows, as an instant of the calendar.
    pub(crate) fn wall(self) -> DateTime<Utc> {
        self.wall.instant()
    }

    /// Returns true if the wall clock was read itself.
    pub(crate) fn is_read(self) -> bool {
        self.age == 0
    }

    /// Returns how much time has passed since another reading.
    pub(crate) fn since(self, earlier: Now) -> Duration {
        self.elapsed.saturating_sub(earlier.elapsed)
    }
}

/// Where a manager takes its time from.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    System { origin: Instant },
    Manual(ManualClock),
}

impl Clock {
    pub(crate) fn system() -> Clock {
        Clock::System {
            origin: Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Now {
        match self {
            Clock::System { origin } => Now::of_system(SystemTime::now(), origin.elapsed()),
            Clock::Manual(clock) => clock.inner.state.lock().now,
        }
    }

    /// Returns a reading for who is about to take the scheduler's lock, so as not to
    /// read the clocks under it.
    ///
    /// `None` for a manual clock: two of its readings can't be told apart by what the
    /// monotonic clock has counted, so that an old one would look like a step back.
    pub(crate) fn now_before_lock(&self) -> Option<Now> {
        match self {
            Clock::System { .. } => Some(self.now()),
            Clock::Manual(_) => None,
        }
    }

    /// The same for who has read the clocks a moment ago.
    pub(crate) fn again_before_lock(&self, earlier: Now) -> Option<Now> {
        let Clock::System { origin } = self else {
            return None;
        };
        let elapsed = origin.elapsed();
        let next = earlier.go_on(elapsed);
        Some(next.unwrap_or_else(|| Now::of_system(SystemTime::now(), elapsed)))
    }

    /// Returns how long a thread may sleep for `span` to pass on this clock.
    ///
    /// `None` when no sleep makes it pass: the thread must wait to be called.
    pub(crate) fn real_time(&self, span: Duration) -> Option<Duration> {
        match self {
            Clock::System { .. } => Some(span),
            Clock::Manual(_) => None,
        }
    }

    /// Lets `span` pass. A manual clock is moved forward instead of waiting.
    pub(crate) fn sleep(&self, span: Duration) {
        match self {
            Clock::System { .. } => std::thread::sleep(span),
            Clock::Manual(clock) => clock.advance(span),
        }
    }

    /// Has `listener` called whenever this clock is moved by hand.
    pub(crate) fn listen(&self, listener: Weak<dyn ClockMoved>) {
        if let Clock::Manual(clock) = self {
            clock.inner.state.lock().listeners.push(listener);
        }
    }
}

/// A moment of real time, for waits on real threads whatever clock drives the schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// A span too long to be represented means: no deadline.
    pub(crate) fn after(span: Duration) -> Deadline {
        Deadline(Instant::now().checked_add(span))
    }

    /// The instant, or `None` for a wait without end.
    pub(crate) fn instant(self) -> Option<Instant> {
        self.0
    }
}

/// What a scheduler does when a manual clock moved.
pub(crate) trait ClockMoved: Send + Sync {
    fn clock_moved(&self);
}

/// A clock that stands still until a test moves it.
///
/// A manager built with it takes all its times from it, so that a test of a
/// daily job takes microseconds and gives the same result each time. Clones
/// share one time. Both clocks of a computer are there: [`advance`] lets time
/// pass on both, [`set_wall`] steps the wall clock alone, as an operator or a
/// time server does.
///
/// [`advance`]: ManualClock::advance
/// [`set_wall`]: ManualClock::set_wall
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// manager.add(Task::new("beat", || println!("beat")).every("30s"))?;
///
/// assert_eq!(manager.run_pending(), 0);
/// clock.advance(Duration::from_secs(30));
/// assert_eq!(manager.run_pending(), 1);
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct ManualClock {
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    state: Mutex<ManualState>,
}

struct ManualState {
    now: Now,
    listeners: Vec<Weak<dyn ClockMoved>>,
}

impl Default for ManualState {
    fn default() -> ManualState {
        // A Monday, so that weekdays in tests are easy to count.
        let wall = DateTime::UNIX_EPOCH + TimeDelta::days(4 + 7 * 2_817);
        ManualState {
            now: Now::new(wall, Duration::ZERO),
            listeners: Vec::new(),
        }
    }
}

impl ManualClock {
    /// Makes a clock that shows Monday, 2024-01-01 00:00:00 UTC.
    #[must_use]
    pub fn new() -> ManualClock {
        ManualClock::default()
    }

    /// Makes a clock that shows `start`, in any time zone.
    ///
    /// # Example
    ///
    /// ```
    /// use task::ManualClock;
    ///
    /// let start = "2024-05-15T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    /// assert_eq!(ManualClock::at(start).now(), start);
    /// ```
    #[must_use]
    pub fn at<Tz: TimeZone>(start: DateTime<Tz>) -> ManualClock {
        let clock = ManualClock::new();
        clock.inner.state.lock().now = Now::new(start.to_utc(), Duration::ZERO);
        clock
    }

    /// Returns what the wall clock shows.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.inner.state.lock().now.wall()
    }

    /// Lets time pass, on the wall clock and on the monotonic clock.
    ///
    /// A running manager notices at once; wait for what it does with
    /// [`TaskManager::settle`](crate::TaskManager::settle).
    ///
    /// # Panics
    ///
    /// If the time would be past the end of what `chrono` can represent
    /// (the year 262,142).
    pub fn advance(&self, span: Duration) {
        let delta = TimeDelta::from_std(span).expect("a span that a test clock can show");
        self.change(|now| Now::new(now.wall() + delta, now.elapsed + span));
    }

    /// Steps the wall clock to `wall`, forward or back, while no time passes.
    ///
    /// # Example
    ///
    /// ```
    /// use task::{ManualClock, Task, TaskManager};
    ///
    /// let clock = ManualClock::new();
    /// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
    /// manager.add(Task::new("beat", || ()).every("30s"))?;
    ///
    /// // A year on the wall is no second of elapsed time.
    /// clock.set_wall(clock.now() + chrono::TimeDelta::days(365));
    /// assert_eq!(manager.run_pending(), 0);
    /// # Ok::<(), task::Error>(())
    /// ```
    pub fn set_wall<Tz: TimeZone>(&self, wall: DateTime<Tz>) {
        self.change(|now| Now::new(wall.to_utc(), now.elapsed));
    }

    fn change(&self, change: impl FnOnce(Now) -> Now) {
        let mut state = self.inner.state.lock();
        state.now = change(state.now);
        state
            .listeners
            .retain(|listener| listener.strong_count() > 0);
        let mut listeners = Vec::new();
        for listener in &state.listeners {
            if let Some(listener) = listener.upgrade() {
                listeners.push(listener);
            }
        }
        // The listeners take locks of their own, under which this clock is read.
        drop(state);
        for listener in listeners {
            listener.clock_moved();
        }
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ManualClock").field(&self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_goes_on_for_a_millisecond() {
        let wall = DateTime::from_timestamp(1_700_000_000, 999_999_000).unwrap();
        let first = Now::new(wall, Duration::from_secs(5));
        let micros = |micros| Duration::from_secs(5) + Duration::from_micros(micros);
        let second = first.go_on(micros(600)).unwrap();
        assert_eq!(second.wall(), wall + TimeDelta::microseconds(600));
        assert_eq!((first.is_read(), second.is_read()), (true, false));
        assert_eq!(second.since(first), Duration::from_micros(600));
        let third = second.go_on(micros(999)).unwrap();
        assert_eq!(third.wall(), wall + TimeDelta::microseconds(999));
        assert_eq!(second.go_on(micros(1_000)), None);
        assert_eq!(second.go_on(micros(0)), None);
        assert_eq!(first.go_on(micros(1_000)), None);
        assert_eq!(first.go_on(micros(60_000_000)), None);
        assert_eq!(first.go_on(micros(0)), Some(first));
    }

    #[test]
    fn the_system_clock_is_read_as_chrono_reads_it() {
        for since in [0, 1, 1_700_000_000_123_456_789, 18_000_000_000_000_000_000] {
            let (span, zero) = (Duration::from_nanos(since), Duration::ZERO);
            for wall in [UNIX_EPOCH + span, UNIX_EPOCH - span] {
                assert_eq!(
                    Now::of_system(wall, zero).wall(),
                    DateTime::<Utc>::from(wall)
                );
            }
        }
    }
}
