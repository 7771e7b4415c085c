//! The units of time, and what people call them.

/// From the smallest to the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
}

impl Unit {
    pub(crate) const ALL: [Unit; 8] = [
        Unit::Nanosecond,
        Unit::Microsecond,
        Unit::Millisecond,
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
    ];

    pub(crate) fn nanos(self) -> u128 {
        match self {
            Unit::Nanosecond => 1,
            Unit::Microsecond => 1_000,
            Unit::Millisecond => 1_000_000,
            Unit::Second => 1_000_000_000,
            Unit::Minute => 60 * Unit::Second.nanos(),
            Unit::Hour => 60 * Unit::Minute.nanos(),
            Unit::Day => 24 * Unit::Hour.nanos(),
            Unit::Week => 7 * Unit::Day.nanos(),
        }
    }

    /// Does it follow the calendar, rather than elapsed time?
    pub(crate) fn is_civil(self) -> bool {
        self >= Unit::Day
    }

    /// `s`, understood in lower case only.
    pub(crate) fn short(self) -> &'static str {
        match self {
            Unit::Nanosecond => "ns",
            Unit::Microsecond => "us",
            Unit::Millisecond => "ms",
            Unit::Second => "s",
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
        }
    }

    /// `second`; the plural has an `s`.
    pub(crate) fn name(self) -> &'static str {
        self.words()[0]
    }

    /// Words for it, in any case. The first two are the full ones.
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Unit::Nanosecond => &["nanosecond", "nanoseconds", "nanos", "nsec", "nsecs"],
            Unit::Microsecond => &["microsecond", "microseconds", "micros", "usec", "usecs"],
            Unit::Millisecond => &["millisecond", "milliseconds", "millis", "msec", "msecs"],
            Unit::Second => &["second", "seconds", "sec", "secs"],
            Unit::Minute => &["minute", "minutes", "min", "mins"],
            Unit::Hour => &["hour", "hours", "hr", "hrs"],
            Unit::Day => &["day", "days"],
            Unit::Week => &["week", "weeks", "wk", "wks"],
        }
    }

    /// The unit that `word` is a full or short name of.
    pub(crate) fn of_word(word: &str) -> Option<Unit> {
        // Both code points of the micro sign.
        if matches!(word, "\u{b5}s" | "\u{3bc}s") {
            return Some(Unit::Microsecond);
        }
        let lower = word.to_lowercase();
        let is_meant =
            |unit: &&Unit| unit.short() == word || unit.words().contains(&lower.as_str());
        Unit::ALL.iter().find(is_meant).copied()
    }

    /// The unit that `word` would be the short name of, were it in lower case.
    pub(crate) fn of_capital(word: &str) -> Option<Unit> {
        let lower = word.to_lowercase();
        let is_meant = |unit: &&Unit| unit.short() == lower && unit.short() != word;
        Unit::ALL.iter().find(is_meant).copied()
    }
}
