//! What the body of a task may return, and what is read from it.

use std::{any::Any, error::Error, fmt, ops::ControlFlow};

/// What a body returned, as the executor needs it.
#[derive(Debug)]
pub enum Ending {
    /// It did its work.
    Done,
    /// It did its work, and its job shall not fire again.
    Cancel,
    /// It failed, with this text.
    Failed(String),
}

/// What the body of a task may return.
///
/// - `()`: the run succeeded.
/// - `Result<T, E>` with any `E` that can be displayed: `Err` is a failed run
///   with the text of the error. The value of `Ok` is dropped, unless it is a
///   `ControlFlow<()>`.
/// - `ControlFlow<()>`: `Break` is a run that succeeded and cancels its job, as
///   returning `CancelJob` does in Python's `schedule`.
///
/// The text of an error is followed by that of its source, and so on, each
/// after `: `. For that the error of an annotated function has to implement
/// `std::error::Error`, or to be a `Box<dyn Error>` or an `anyhow::Error`; that of
/// a closure is one of the two latter, since only there its sources can be
/// asked for: `?` makes one of any error.
///
/// The trait is sealed in effect: it has no public method to call.
///
/// # Example
///
/// ```
/// use std::ops::ControlFlow;
/// use task::{ManualClock, Task, TaskManager};
///
/// let clock = ManualClock::new();
/// let manager = TaskManager::builder().empty().clock(clock.clone()).build();
/// let once = manager.add(Task::new("once", || ControlFlow::Break(())).every("1s"))?;
///
/// clock.advance(std::time::Duration::from_secs(1));
/// assert_eq!(manager.run_pending(), 1);
/// assert_eq!(once.next_run(), None);
/// # Ok::<(), task::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a task can't return `{Self}`",
    label = "expected `()`, `Result<T, E>`, `ControlFlow<()>` or `Result<ControlFlow<()>, E>`",
    note = "the error type of a `Result` must implement `Display`",
    note = "a body that returns a future is given to `Task::new_async`, or is an `async fn` under `#[task]`"
)]
pub trait TaskResult {
    #[doc(hidden)]
    fn ending(self) -> Ending;
}

impl TaskResult for () {
    fn ending(self) -> Ending {
        Ending::Done
    }
}

impl TaskResult for ControlFlow<()> {
    fn ending(self) -> Ending {
        match self {
            ControlFlow::Continue(()) => Ending::Done,
            ControlFlow::Break(()) => Ending::Cancel,
        }
    }
}

impl<T: 'static, E: fmt::Display + 'static> TaskResult for Result<T, E> {
    fn ending(self) -> Ending {
        match self {
            Ok(value) => succeeded(&value),
            Err(error) => Ending::Failed(text(&error)),
        }
    }
}

fn succeeded<T: 'static>(value: &T) -> Ending {
    match (value as &dyn Any).downcast_ref::<ControlFlow<()>>() {
        Some(flow) => (*flow).ending(),
        None => Ending::Done,
    }
}

/// Returns the text of an error of which only this much is known.
fn text<E: fmt::Display + 'static>(error: &E) -> String {
    let any = error as &dyn Any;
    // A box of an error is no error itself, and leads to its sources all the same.
    if let Some(error) = any.downcast_ref::<Box<dyn Error + Send + Sync>>() {
        chain(&**error)
    } else if let Some(error) = any.downcast_ref::<Box<dyn Error + Send>>() {
        chain(&**error)
    } else if let Some(error) = any.downcast_ref::<Box<dyn Error>>() {
        chain(&**error)
    } else {
        // The alternate form is where `anyhow` and its kin show the whole chain.
        format!("{error:#}")
    }
}

/// Returns the text of an error and of all its sources.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        // Some errors show their source themselves.
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        source = error.source();
    }
    text
}

/// The choice between the two ways to read a returned value, for the output of
/// the attribute: there the type is known, and a method that is found without a
/// reference is taken before one that needs one.
pub(crate) mod by_type {
    use std::error::Error;

    use super::{Ending, TaskResult, chain, succeeded};

    /// For a `Result` whose error can be asked for its sources.
    #[derive(Debug)]
    pub struct OfError;

    /// For all others.
    #[derive(Debug)]
    pub struct OfDisplay;

    /// Found first, where it applies.
    pub trait ViaError {
        /// Returns who reads the value.
        fn reader(&self) -> OfError {
            OfError
        }
    }

    impl<T: 'static, E: Error + 'static> ViaError for Result<T, E> {}

    /// Applies to everything.
    pub trait ViaDisplay {
        /// Returns who reads the value.
        fn reader(&self) -> OfDisplay {
            OfDisplay
        }
    }

    impl<R> ViaDisplay for &R {}

    impl OfError {
        /// Reads the value.
        pub fn ending<T: 'static, E: Error + 'static>(self, result: Result<T, E>) -> Ending {
            match result {
                Ok(value) => succeeded(&value),
                Err(error) => Ending::Failed(chain(&error)),
            }
        }
    }

    impl OfDisplay {
        /// Reads the value.
        pub fn ending<R: TaskResult>(self, result: R) -> Ending {
            result.ending()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{error::Error, fmt};

    use super::{
        Ending, TaskResult,
        by_type::{ViaDisplay as _, ViaError as _},
    };

    /// An error with a source that says so, or one that also shows its source.
    #[derive(Debug)]
    struct Outer {
        shows_source: bool,
        source: std::num::ParseIntError,
    }

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("no port")?;
            if self.shows_source {
                write!(f, ": {}", self.source)?;
            }
            Ok(())
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.source)
        }
    }

    fn outer(shows_source: bool) -> Outer {
        let source = "x".parse::<u8>().unwrap_err();
        Outer {
            shows_source,
            source,
        }
    }

    #[track_caller]
    fn check(ending: Ending, expected: &str) {
        match ending {
            Ending::Failed(text) => assert_eq!(text, expected),
            other => panic!("{other:?}"),
        }
    }

    const CHAIN: &str = "no port: invalid digit found in string";

    #[test]
    fn a_boxed_error_is_kept_with_its_sources() {
        type Plain = Box<dyn Error>;
        type Sent = Box<dyn Error + Send>;
        type Shared = Box<dyn Error + Send + Sync>;
        check(Err::<(), Plain>(outer(false).into()).ending(), CHAIN);
        check(Err::<(), Sent>(Box::new(outer(false))).ending(), CHAIN);
        check(Err::<(), Shared>(outer(false).into()).ending(), CHAIN);
        check(Err::<(), Shared>(outer(true).into()).ending(), CHAIN);
        check(Err::<(), Plain>("plain".into()).ending(), "plain");
    }

    #[test]
    #[allow(clippy::needless_borrow)] // Not where the error is none.
    fn the_attribute_keeps_the_sources_of_any_error() {
        let result = Err::<u8, _>(outer(false));
        check((&result).reader().ending(result), CHAIN);
        let result = Err::<u8, _>("only text");
        check((&result).reader().ending(result), "only text");
        let result = Err::<u8, Box<dyn Error>>(outer(false).into());
        check((&result).reader().ending(result), CHAIN);
        assert!(matches!((&()).reader().ending(()), Ending::Done));
    }
}
