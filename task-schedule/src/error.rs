//! What can be wrong with a schedule.

use std::{fmt, ops::Range};

/// Why a schedule could not be made.
///
/// The message names what was given and says what was expected. It is lower
/// case and has no full stop, so that it reads well after `failed: `. When a
/// text could not be read, two more lines show the place:
///
/// ```
/// use task_schedule::Schedule;
///
/// let error = "1h30".parse::<Schedule>().unwrap_err();
/// assert_eq!(error.to_string(), "\
/// cannot read the schedule `1h30`: `30` has no unit, write `1h 30m` or `1h 30s`
///   1h30
///     ^^");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error {
    inner: Box<Inner>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    reason: Reason,
    place: Option<Place>,
}

/// The kinds that a caller can tell apart, and everything else in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    Message(String),
    UnknownZone {
        name: String,
        nearest: Option<&'static str>,
    },
    #[cfg_attr(feature = "chrono-tz", allow(dead_code))]
    ZoneNeedsFeature {
        name: String,
    },
    Past {
        what: String,
    },
}

/// Where in a text the mistake is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// What the text was read as: `schedule`, `span`, ...
    noun: &'static str,
    text: String,
    /// In characters, not bytes.
    mark: Range<usize>,
}

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Error {
        Reason::Message(message.into()).into()
    }

    pub(crate) fn past(what: impl Into<String>) -> Error {
        Reason::Past { what: what.into() }.into()
    }

    /// An error about the bytes `mark` of `text`.
    pub(crate) fn in_text(
        reason: Reason,
        noun: &'static str,
        text: &str,
        mark: Range<usize>,
    ) -> Error {
        let chars_before = |byte: usize| text.char_indices().take_while(|&(i, _)| i < byte).count();
        let start = chars_before(mark.start);
        // At least one caret, also at the very end of the text.
        let end = chars_before(mark.end).max(start + 1);
        // One character stays one character, so that the carets fit below.
        let text = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        Error {
            inner: Box::new(Inner {
                reason,
                place: Some(Place {
                    noun,
                    text,
                    mark: start..end,
                }),
            }),
        }
    }

    /// The message in one line, without the text that it is about: for those
    /// who show that text themselves.
    #[doc(hidden)]
    #[must_use]
    pub fn reason(&self) -> String {
        self.inner.reason.to_string()
    }

    /// Returns true if a time zone was named that does not exist.
    ///
    /// ```
    /// use task_schedule::Zone;
    ///
    /// # #[cfg(feature = "chrono-tz")]
    /// assert!("Europe/Atlantis".parse::<Zone>().unwrap_err().is_unknown_timezone());
    /// ```
    pub fn is_unknown_timezone(&self) -> bool {
        matches!(self.inner.reason, Reason::UnknownZone { .. })
    }

    /// Returns true if a time zone was named, and the feature `chrono-tz`,
    /// which knows named zones, is off.
    pub fn is_missing_feature(&self) -> bool {
        matches!(self.inner.reason, Reason::ZoneNeedsFeature { .. })
    }

    /// Returns true if the schedule is over before it begins: see
    /// [`Schedule::check_from`](crate::Schedule::check_from).
    ///
    /// ```
    /// use chrono::{DateTime, Utc};
    /// use task_schedule::Schedule;
    ///
    /// let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    /// let over: Schedule = "at 2020-01-01T00:00:00Z".parse()?;
    /// assert!(over.check_from(start).unwrap_err().is_past());
    /// # Ok::<(), task_schedule::Error>(())
    /// ```
    pub fn is_past(&self) -> bool {
        matches!(self.inner.reason, Reason::Past { .. })
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Error {
        Error {
            inner: Box::new(Inner {
                reason,
                place: None,
            }),
        }
    }
}

impl From<Error> for Reason {
    fn from(error: Error) -> Reason {
        error.inner.reason
    }
}

impl std::error::Error for Error {}

impl fmt::Debug for Error {
    /// What `unwrap` shows: the message, without the lines that mark the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.to_string();
        write!(f, "Error({})", message.lines().next().unwrap_or_default())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Place { noun, text, mark }) = &self.inner.place else {
            return self.inner.reason.fmt(f);
        };
        let reason = &self.inner.reason;
        let carets = "^".repeat(mark.len());
        writeln!(f, "cannot read the {noun} `{text}`: {reason}")?;
        writeln!(f, "  {text}")?;
        write!(f, "  {:blanks$}{carets}", "", blanks = mark.start)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Message(message) => f.write_str(message),
            Reason::UnknownZone {
                name,
                nearest: Some(nearest),
            } => {
                write!(f, "unknown time zone `{name}`, did you mean `{nearest}`?")
            }
            Reason::UnknownZone {
                name,
                nearest: None,
            } => {
                write!(
                    f,
                    "unknown time zone `{name}`, write a name such as `Europe/Berlin`, `UTC` or `local`"
                )
            }
            Reason::ZoneNeedsFeature { name } => write!(
                f,
                "time zone `{name}` needs the feature `chrono-tz` of the crate `task`: \
                 add `features = [\"chrono-tz\"]` to the dependency"
            ),
            Reason::Past { what } => f.write_str(what),
        }
    }
}
