//! What to do when things don't go as planned: one enum a question.

use std::{fmt, str::FromStr};

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

#[cfg(test)]
mod tests {
    use super::Missed;

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
}
