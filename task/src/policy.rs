//! What to do when things don't go as planned: one enum a question.

use std::{fmt, num::NonZeroU32, str::FromStr};

/// What happens to fires that were missed: their time passed while nothing
/// could start them, since the program was busy or asleep, or its wall clock
/// was set forward.
///
/// Of the fires that have passed when a round comes, all but the latest are
/// missed; the latest is merely late, unless it is later than `grace`.
///
/// # Example
///
/// ```
/// use task::{ManualClock, Missed, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// manager.add(Task::new("every", || ()).every("10s").missed(Missed::All))?;
/// manager.add(Task::new("once", || ()).every("10s"))?;
/// manager.add(Task::new("skip", || ()).every("10s").missed(Missed::Skip).grace("2s"))?;
///
/// clock.advance(std::time::Duration::from_secs(35)); // Past 10, 20 and 30.
/// manager.settle();
///
/// let ran = |name: &str| manager[name].detail().unwrap().counters.ran;
/// assert_eq!((ran("every"), ran("once"), ran("skip")), (3, 1, 0));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
#[non_exhaustive]
pub enum Missed {
    /// One run stands for all that have passed, as the latest.
    #[default]
    Once,
    /// They are left out, and the job waits for its next fire. The latest runs
    /// if it is no later than `grace`, which is 1 second if it isn't set.
    Skip,
    /// Each runs, one after the other and the oldest first, but no more than
    /// the latest 1,000. A fire that meets a run of another job of the same
    /// task is skipped as an overlap, as any other.
    All,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Missed::Once => "once",
            Missed::Skip => "skip",
            Missed::All => "all",
        })
    }
}

impl FromStr for Missed {
    type Err = String;

    /// Reads `once`, `skip` or `all`.
    ///
    /// # Errors
    ///
    /// Any other text; the message says what was expected.
    fn from_str(text: &str) -> Result<Missed, String> {
        match text {
            "once" => Ok(Missed::Once),
            "skip" => Ok(Missed::Skip),
            "all" => Ok(Missed::All),
            _ => Err(format!(
                "`{text}` is no policy for missed fires: expected `once`, `skip` or `all`"
            )),
        }
    }
}

/// What a fire does while its task is running.
///
/// A run counts as running from the moment it is decided on until its callbacks
/// have returned: also while it waits for a worker thread, for its
/// `exclusive` group, or for its next attempt.
///
/// # Example
///
/// ```
/// use task::{ManualClock, Overlap, Task, TaskManager};
///
/// let (go, wait) = std::sync::mpsc::channel::<()>();
/// let wait = std::sync::Mutex::new(wait);
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let slow = Task::new("slow", move || wait.lock().unwrap().recv().unwrap())
///     .every("10s")
///     .threaded()
///     .overlap(Overlap::Queue);
/// let slow = manager.add(slow)?;
///
/// for _ in 0..3 {
///     clock.advance(std::time::Duration::from_secs(10));
///     manager.run_pending(); // Starts a run, keeps a fire, skips a fire.
/// }
/// go.send(()).unwrap();
/// go.send(()).unwrap();
/// manager.settle();
///
/// let counters = slow.detail()?.counters;
/// assert_eq!((counters.ran, counters.skipped.overlap), (2, 1));
/// # Ok::<(), task::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Overlap {
    /// It is skipped.
    #[default]
    Skip,
    /// It waits for the end of the run. One fire waits at the most; others are skipped.
    Queue,
    /// It runs beside the others, however many there are.
    Allow,
    /// It runs beside the others as long as there are no more than so many in
    /// all, and is skipped otherwise.
    AtMost(NonZeroU32),
    /// The run is cancelled, and the fire takes its place: an async body is
    /// dropped at once, any other is told by
    /// [`Context::is_cancelled`](crate::Context::is_cancelled) and waited for. One
    /// that waits for its next attempt ends with the failure of the last. If a
    /// fire waits already, the newer one takes its place.
    Cancel,
}

impl Overlap {
    /// Returns how many runs of the task there may be at once.
    pub(crate) fn limit(self) -> u32 {
        match self {
            Overlap::Skip | Overlap::Queue | Overlap::Cancel => 1,
            Overlap::Allow => u32::MAX,
            Overlap::AtMost(limit) => limit.get(),
        }
    }
}

impl fmt::Display for Overlap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Overlap::Skip => f.write_str("skip"),
            Overlap::Queue => f.write_str("queue"),
            Overlap::Allow => f.write_str("allow"),
            Overlap::AtMost(limit) => write!(f, "{limit}"),
            Overlap::Cancel => f.write_str("cancel"),
        }
    }
}

/// As what the attribute takes: a text, or the number of runs.
#[cfg(feature = "serde")]
impl serde::Serialize for Overlap {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Overlap::AtMost(limit) => serializer.serialize_u32(limit.get()),
            other => serializer.collect_str(other),
        }
    }
}

impl FromStr for Overlap {
    type Err = String;

    /// Reads `skip`, `queue`, `allow`, `cancel`, or a number of runs.
    ///
    /// # Errors
    ///
    /// Any other text; the message says what was expected.
    fn from_str(text: &str) -> Result<Overlap, String> {
        match text {
            "skip" => Ok(Overlap::Skip),
            "queue" => Ok(Overlap::Queue),
            "allow" => Ok(Overlap::Allow),
            "cancel" => Ok(Overlap::Cancel),
            _ => text.parse().map(Overlap::AtMost).map_err(|_| {
                format!(
                    "`{text}` is no policy for overlapping runs: expected `skip`, `queue`, `allow`, \
                     `cancel`, or the number of runs that there may be at once"
                )
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Missed, Overlap};

    #[test]
    fn the_texts_of_the_attribute_are_read_and_written() {
        for missed in [Missed::Once, Missed::Skip, Missed::All] {
            assert_eq!(missed.to_string().parse(), Ok(missed));
        }
        let error = "Skip".parse::<Missed>().unwrap_err();
        assert_eq!(
            error,
            "`Skip` is no policy for missed fires: expected `once`, `skip` or `all`"
        );
    }

    #[cfg(feature = "serde")]
    #[test]
    fn an_overlap_is_written_as_the_attribute_takes_it() {
        for (text, json) in [("skip", "\"skip\""), ("cancel", "\"cancel\""), ("3", "3")] {
            let overlap = text.parse::<Overlap>().unwrap();
            assert_eq!(serde_json::to_string(&overlap).unwrap(), json);
        }
    }

    #[test]
    fn the_texts_for_overlaps_are_read_and_written() {
        for text in ["skip", "queue", "allow", "cancel", "1", "17"] {
            assert_eq!(text.parse::<Overlap>().unwrap().to_string(), text);
        }
        for text in ["0", "-1", "", "Skip", "99999999999"] {
            let error = text.parse::<Overlap>().unwrap_err();
            assert_eq!(
                error,
                format!(
                    "`{text}` is no policy for overlapping runs: expected `skip`, `queue`, `allow`, \
                     `cancel`, or the number of runs that there may be at once"
                )
            );
        }
    }
}
