//! What a wall-clock time means that does not exist, or exists twice, because
//! the clock was changed.

use std::{fmt, str::FromStr};

use crate::error::Error;

/// What a wall-clock time means that does not exist, because the clock was set
/// forward over it: 02:30 on the night on which 03:00 follows 01:59.
///
/// A date that does not exist at all has no fire, whichever is chosen.
///
/// ```
/// use task_schedule::Gap;
///
/// assert_eq!("shift".parse::<Gap>()?, Gap::Shift);
/// assert_eq!(Gap::default().to_string(), "after");
/// assert_eq!(
///     "skipp".parse::<Gap>().unwrap_err().to_string(),
///     "`gap` cannot be `skipp`, did you mean `skip`?"
/// );
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gap {
    /// Fires at the first instant after the gap: 02:30 becomes 03:00.
    #[default]
    After,
    /// Fires as much later as the clock was set forward: 02:30 becomes 03:30.
    Shift,
    /// Does not fire on that day.
    Skip,
}

/// What a wall-clock time means that exists twice, because the clock was set
/// back over it: 02:30 on the night on which 02:00 follows 02:59.
///
/// ```
/// use task_schedule::Fold;
///
/// assert_eq!("both".parse::<Fold>()?, Fold::Both);
/// assert_eq!(Fold::default().to_string(), "first");
/// # Ok::<(), task_schedule::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fold {
    /// Fires the first time only.
    #[default]
    First,
    /// Fires the second time only.
    Last,
    /// Fires both times.
    Both,
}

/// The two choices of a schedule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ClockChange {
    pub(crate) gap: Gap,
    pub(crate) fold: Fold,
}

impl ClockChange {
    /// Has every date exactly one fire, unless the whole date does not exist?
    pub(crate) fn is_one_a_date(self) -> bool {
        self.gap != Gap::Skip && self.fold != Fold::Both
    }
}

impl Gap {
    pub(crate) const NAMES: [&str; 3] = ["after", "shift", "skip"];

    pub(crate) fn name(self) -> &'static str {
        Gap::NAMES[self as usize] // In the order of the variants.
    }
}

impl Fold {
    pub(crate) const NAMES: [&str; 3] = ["first", "last", "both"];

    pub(crate) fn name(self) -> &'static str {
        Fold::NAMES[self as usize] // In the order of the variants.
    }
}

impl FromStr for Gap {
    type Err = Error;

    /// Reads `after`, `shift` or `skip`.
    ///
    /// # Errors
    ///
    /// The text is none of these.
    fn from_str(text: &str) -> Result<Gap, Error> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "after" => Ok(Gap::After),
            "shift" => Ok(Gap::Shift),
            "skip" => Ok(Gap::Skip),
            _ => Err(unknown("gap", text, Gap::NAMES)),
        }
    }
}

impl FromStr for Fold {
    type Err = Error;

    /// Reads `first`, `last` or `both`.
    ///
    /// # Errors
    ///
    /// The text is none of these.
    fn from_str(text: &str) -> Result<Fold, Error> {
        let text = text.trim();
        match text.to_ascii_lowercase().as_str() {
            "first" => Ok(Fold::First),
            "last" => Ok(Fold::Last),
            "both" => Ok(Fold::Both),
            _ => Err(unknown("fold", text, Fold::NAMES)),
        }
    }
}

fn unknown(key: &str, text: &str, names: [&'static str; 3]) -> Error {
    let given = match text {
        "" => "empty".to_owned(),
        text => format!("`{text}`"),
    };
    let instead = match (crate::nearest(text, names), names) {
        (Some(nearest), _) => format!("did you mean `{nearest}`?"),
        (None, [one, other, third]) => format!("write `{one}`, `{other}` or `{third}`"),
    };
    Error::new(format!("`{key}` cannot be {given}, {instead}"))
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Fold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
