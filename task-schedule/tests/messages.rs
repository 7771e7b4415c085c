//! Every message, read by one test: what was given, where the mistake is, and
//! what is said about it.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use task_schedule::{Between, Days, Error, Fold, Gap, Schedule, Until, Zone, every, parse_span};

/// A text that is no schedule, the line that marks the place, and the message.
#[rustfmt::skip]
const TEXTS: &[(&str, &str, &str)] = &[
    // Numbers, units and spans.
    ("0", "^", "0 what? write `30s` or `30m`"),
    ("1.s", "^^", "write `1s` or `1.0s`"),
    ("1,5h", "^^", "a number has no comma, write `1.5h` for a fraction and `1000s` for thousands"),
    ("h1", "^^", "the number comes first, write `1h`"),
    ("10:30", "^^^^^", "`10:30` is a time of day, write `day at 10:30`, or a span such as `1h 30m`"),
    ("01:30:00", "^^^^^^^^", "`01:30:00` is a time of day, write `day at 01:30:00`, or a span such as `1h 30m`"),
    ("1:30", "^^^^", "`1:30` is no span, write one such as `1h 30m`, or a time of day such as `day at 10:30`"),
    ("1m30", "  ^^", "`30` has no unit, write `1m 30s`"),
    ("1 hour and a half", "             ^^^^", "write the number in digits, such as `30m`"),
    ("a and b", "^", "a what? write `30s` or `30m`"),
    ("0.1ns", "^^^^^", "nothing is finer than a nanosecond"),
    ("1.00000000001s", "^^^^^^^^^^^^^^", "nothing is finer than a nanosecond"),
    ("1.5h 30m", "^^^^", "only the last part of a span can have a fraction"),
    ("1.5.5h", "^^^^", "a number has one point at most"),
    ("585 years", "^^^^^^^^^", "this is not a fixed span of time, say it in days or weeks"),
    ("600y", "^^^^", "this is not a fixed span of time, say it in days or weeks"),
    ("5200000h", "^^^^^^^^", "a period of about 593 years is too long, the most is 584 years"),
    ("6000000h", "^^^^^^^^", "a period of about 684 years is too long, the most is 584 years"),
    ("220000 days", "^^^^^^^^^^^", "a period of about 602 years is too long, the most is 584 years"),
    ("1000000000000000000000000000000000000000s", "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "this number is too large"),
    ("30 s m", "     ^", "`m` is unexpected here"),
    ("every 30s, 40s", "           ^^^", "`s` is there twice, add them up"),
    ("every 30s,", "          ^", "there is nothing after this"),
    ("30s and", "       ^", "there is nothing after this"),
    ("30s and 40s", "        ^^^", "`s` is there twice, add them up"),
    ("every 0 days", "      ^^^^^^", "a period of zero is not possible, it must be at least 1ns"),
    ("every 0 days at 10:30", "      ^^^^^^", "a period of zero is not possible, it must be at least 1ns"),
    ("every 1.5 days", "      ^^^^^^^^", "a day has no fraction here, say the rest in hours"),
    ("5 Minuten", "  ^^^^^^^", "unknown unit `Minuten`, did you mean `minute`?"),
    ("30s!", "   ^", "`!` is unexpected here"),
    ("1h&30m", "  ^^^^", "`&30m` is unexpected here"),
    ("1_000s", "^^", "a number has no `_`, write only digits"),
    ("1/2h", "^^", "a number is no fraction, write `1.5h` or `30m`"),
    ("-5s", "^", "a span has no sign"),
    ("+5s", "^", "a span has no sign"),
    ("- 5s", "^", "a span has no sign"),
    (".5s", "^^^", "write a digit before the point: `0.5s`"),
    ("3٠s", " ^", "write numbers with the digits 0 to 9"),
    ("30 foo", "   ^^^", "unknown unit `foo`, write one such as `s`, `m`, `h` or `days`"),
    ("30 secondss", "   ^^^^^^^^", "unknown unit `secondss`, did you mean `seconds`?"),
    ("30S", "^^^", "short units are in lower case, write `30s`"),
    ("1M", "^^", "`M` could mean month, write `1m` or `1 minute`"),
    ("5 M", "^^^", "`M` could mean month, write `5m` or `5 minutes`"),
    ("1MS", "^^^", "short units are in lower case, write `1ms`"),
    ("1mo", "^^^", "this is not a fixed span of time, say it in days or weeks"),
    ("2 years", "^^^^^^^", "this is not a fixed span of time, say it in days or weeks"),
    ("5 minutes ago", "          ^^^", "a schedule looks forward, leave `ago` out"),
    ("1h30", "  ^^", "`30` has no unit, write `1h 30m` or `1h 30s`"),
    ("1h 30", "   ^^", "`30` has no unit, write `1h 30m` or `1h 30s`"),
    ("30m1h", "   ^^", "write the longer unit first: `1h 30m`"),
    ("1m 1m", "   ^^", "`m` is there twice, add them up"),
    ("2.5d", "^^^^", "a day has no fraction here, say the rest in hours"),
    ("1 hour,30 minutes", "      ^", "write a blank after the comma"),
    ("99999999999999999999s", "^^^^^^^^^^^^^^^^^^^^^", "a period of about 3170979198376 years is too long, the most is 584 years"),
    ("1000000000000000000000000000000w", "^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "this number is too large"),
    ("\t30", " ^^", "30 what? write `30s` or `30m`"),
    // ISO 8601.
    ("P", "^", "there is nothing after `P`, write something such as `P1D` or `PT1H30M`"),
    ("PT", "  ^", "there is nothing after `T`, write something such as `PT1H30M`"),
    ("P1M", " ^^", "this is not a fixed span of time, say it in days or weeks"),
    ("P1H", " ^^", "`H` is no unit here, only `W` and `D` are before `T`"),
    ("PT1D", "  ^^", "`D` is no unit here, only `H`, `M` and `S` are after `T`"),
    ("PT1H30", "    ^^", "`30` has no unit"),
    // Words.
    ("one hour", "^^^", "write the number in digits: `1 hour`"),
    ("every other day", "      ^^^^^", "write the number: `2 days`"),
    ("in 5 minutes", "^^", "`in` is for time zones, write `every 5 minutes` or `delay 5 minutes`"),
    ("every", "     ^", "every what? write something such as `every 30s` or `every day at 10:30`"),
    ("evry day", "^^^^", "unknown word `evry`, did you mean `every`?"),
    ("* * * * *", "^^^^^^^^^", "a cron expression needs `cron`, write `cron * * * * *`"),
    ("noon", "^^^^", "unknown word `noon`, write something such as `30s` or `day at 10:30`"),
    ("ｄａｙ", "^^^", "unknown word `ｄａｙ`, write something such as `30s` or `day at 10:30`"),
    ("half an hour", "^^^^^^^^^^^^", "write the number in digits, such as `30m`"),
    ("a few seconds", "  ^^^", "say how many: write a number"),
    ("hourly", "^^^^^^", "write `hour`, or `hour at :00`, instead of `hourly`"),
    ("monthly", "^^^^^^^", "this is not a fixed span of time, say it in days or weeks"),
    ("seconds", "^^^^^^^", "how many? write `5s`, or `second` for one"),
    ("forever", "^^^^^^^", "unknown word `forever`, write something such as `30s` or `day at 10:30`"),
    // Ranges.
    ("5s to 10", "      ^^", "10 what? write `10s` or `10m`"),
    ("10s to 5s", "^^^^^^^^^", "`10s to 5s` goes down, write the shorter one first: `5s to 10s`"),
    ("5-10 seconds", "^^", "a range is written with `to`: `5 to 10 seconds`"),
    ("5s to 10s aligned", "          ^^^^^^^", "a random interval cannot be aligned"),
    ("5 to 10", "     ^^", "10 what? write `10s` or `10m`"),
    ("5 to 10 1h", "     ^^", "`10` has no unit, write something such as `10s` or `10m`"),
    ("5 to", "    ^", "to what? write something such as `5s to 10s`"),
    ("every 1 to 2h 30m", "      ^", "1 what? write `1s` or `1m`"),
    ("5s to", "     ^", "to what? write something such as `5s to 10s`"),
    ("5s to monday", "      ^^^^^^", "`monday` is not possible here"),
    // Days.
    ("day at 9:00", "       ^^^^", "an hour has two digits, write `09:00`"),
    ("day at 9am", "       ^^^", "hours go from 00 to 23, write `09:00`"),
    ("day at 9 am", "       ^^^^", "hours go from 00 to 23, write `09:00`"),
    ("day at 9:30 pm", "       ^^^^^^^", "hours go from 00 to 23, write `21:30`"),
    ("day at 24:00", "       ^^^^^", "hours go from 00 to 23, write `00:00` for midnight"),
    ("day at 24:30", "       ^^^^^", "hours go from 00 to 23, not 24"),
    ("day at 10:75", "       ^^^^^", "minutes go from 00 to 59, not 75"),
    ("day at 10:30:75", "       ^^^^^^^^", "seconds go from 00 to 59, not 75"),
    ("day at 10:30:15:10", "       ^^^^^^^^^^^", "`10:30:15:10` is not a time of day, which is written `HH:MM` or `HH:MM:SS`"),
    ("day at :15", "       ^^^", "`:15` has no hour, write something such as `09:15`, or `hour at :15`"),
    ("day at 1030", "       ^^^^", "`1030` is not a time of day, which is written `HH:MM` or `HH:MM:SS`"),
    ("day at noon", "       ^^^^", "write `12:00` for noon"),
    ("day at 10.30", "       ^^^^^", "`10.30` is not a time of day, which is written `HH:MM` or `HH:MM:SS`"),
    ("day 10:30", "    ^^^^^", "a time of day needs `at`, write `day at 10:30`"),
    ("day at", "      ^", "at what time? write something such as `day at 10:30` or `hour at :15`"),
    ("every every day", "      ^^^^^", "`every` begins a schedule, it is not possible here"),
    ("week at 10:30", "^^^^^^^", "a week has no time of day, write `monday at 10:30` or `7 days at 10:30`"),
    ("2 weeks at 10:30", "^^^^^^^^^^", "a week has no time of day, write `14 days at 10:30`"),
    ("1 to 2 weeks at 10:30", "^^^^^^^^^^^^^^^", "a week has no time of day, write it in days"),
    ("day aligned", "    ^^^^^^^", "days and weeks follow the calendar, write `day at 00:00`, or `24h aligned`"),
    ("daily at 10:00", "^^^^^", "write `day` instead of `daily`"),
    ("every day at 10:30 at 11:30", "                   ^^", "`at` is not possible here"),
    ("weekly", "^^^^^^", "write `week`, or `monday at 00:00`, instead of `weekly`"),
    ("weekly at 10:30", "^^^^^^", "write a day such as `monday` instead of `weekly`"),
    ("day to monday", "    ^^", "`to` is not possible here"),
    ("day at 10:30,", "            ^", "`,` is unexpected here, for several schedules write a list"),
    ("day at 10:30 every monday", "             ^^^^^", "`every` begins a schedule, it is not possible here"),
    ("day at 10:30 ust 5", "             ^^^", "`ust` is unexpected here"),
    ("day at 10:30 am", "       ^^^^^^^^", "hours go from 00 to 23, write `10:30`"),
    // Minutes and seconds of the clock.
    ("hour at 15", "        ^^", "write `:15` for a minute of the hour"),
    ("hour at 15:10", "        ^^^^^", "write `hour at :15:10` for a minute and second, or `day at 15:10` for a time of day"),
    ("hour at :75", "        ^^^", "minutes go from 00 to 59, not 75"),
    ("minute at 30", "          ^^", "write `:30` for a second of the minute"),
    ("minute at :60", "          ^^^", "seconds go from 00 to 59, not 60"),
    ("second at :15", "^^^^^^^^^", "`at` goes with a whole number of minutes, hours or days, or with days of the week"),
    ("every 1h 30m at :15", "      ^^^^^^^^^", "`at` goes with a whole number of minutes, hours or days, or with days of the week"),
    ("hour at 5", "        ^", "`5` is not a minute of the hour, which is written `:MM` or `:MM:SS`"),
    ("hour at :5", "        ^^", "`:5` is not a minute of the hour, which is written `:MM` or `:MM:SS`"),
    ("minute at 5", "          ^", "`5` is not a second of the minute, which is written `:SS`"),
    // Days of the week.
    ("mon-mon", "    ^^^", "a range ends on another day than it begins"),
    ("mon, mon", "     ^^^", "`mon` is there twice"),
    ("mon-fri, wed", "         ^^^", "`wed` is there twice"),
    ("monday at 09:00 and 17:00", "                ^^^", "`and` joins days of the week and parts of a span, for several schedules write a list"),
    ("monday at 09:00, tuesday at 10:00", "               ^", "`,` is unexpected here, for several schedules write a list"),
    ("monday 09:00", "       ^^^^^", "a time of day needs `at`, write `monday at 09:00`"),
    ("2 mondays", "^^^^^^^^^", "a day of the week is every week, it cannot have the number `2`"),
    ("mon and", "       ^", "a day of the week is missing here"),
    ("mon and fry", "        ^^^", "`fry` is not a day of the week"),
    ("mon-fry", "    ^^^", "`fry` is not a day of the week"),
    ("mondy", "^^^^^", "unknown word `mondy`, did you mean `monday`?"),
    ("monday and 17:00", "           ^^^^^", "a day of the week is missing before this; for several times write a list"),
    ("mon and tuseday", "        ^^^^^^^", "unknown day `tuseday`, did you mean `tuesday`?"),
    // Limits and time zones.
    ("30s in UTC", "    ^^^^^^", "a time zone means nothing to elapsed time, leave `in UTC` out"),
    ("30s until 1h", "          ^^", "`until` takes a time, write `for 1h`"),
    ("30s until", "         ^", "until when? write something such as `until 2026-12-24 18:00` or `until 18:00`"),
    ("30s until tomorrow", "          ^^^^^^^^", "`tomorrow` is not a time, write something such as `until 2026-12-24 18:00` or `until 18:00`"),
    ("30s for", "       ^", "for how long? write something such as `for 1h`"),
    ("30s for 1h for 2h", "           ^^^", "a second `for`, there can be one limit and one time zone"),
    ("30s for 18:00", "        ^^^^^", "`18:00` is a time of day, write `day at 18:00`, or a span such as `1h 30m`"),
    ("30s until 2026-12-24T17:00:00Z in UTC", "                               ^^^^^^", "a time zone means nothing to elapsed time, leave `in UTC` out"),
    ("day at 10:30 in", "               ^", "in which time zone? write something such as `in Europe/Berlin`"),
    ("day at 10:30 UTC", "             ^^^", "a time zone needs `in`, write `in UTC`"),
    ("30s 15m for", "    ^^^", "write the longer unit first: `15m 30s`"),
    ("every day at 10:30 for 0s", "                       ^^", "a limit of zero lets nothing fire, it must be at least 1ns"),
    ("every day at 10:30 until 2026-12-24 18:00 until 2026-12-25", "                                          ^^^^^", "a second `until`, there can be one limit and one time zone"),
    ("30s forr 1h", "    ^^^^", "unknown word `forr`, did you mean `for`?"),
    ("30s for 99999999999999999999999999h", "        ^^^^^^^^^^^^^^^^^^^^^^^^^^^", "this number is too large"),
    ("30s until 2026-13-01", "          ^^^^^^^^^^", "there is no date `2026-13-01`"),
    ("30s until 25:00", "          ^^^^^", "hours go from 00 to 23, not 25"),
    // Delays.
    ("delay", "     ^", "a delay of how long? write something such as `delay 30s`"),
    ("delay every 30s", "      ^^^^^", "`every` begins a schedule, it is not possible here"),
    // Once.
    ("at 2026-12-24 18:00Z in UTC", "                     ^^^^^^", "a time zone means nothing to an instant with an offset, leave `in UTC` out"),
    ("at 2026-12-24 18:00 UTC", "                    ^^^", "a time zone needs `in`, write `in UTC`"),
    ("at 2026-12-24", "             ^", "at what time? write something such as `2026-12-24 18:00`"),
    ("at 18:00", "   ^^^^^", "on which date? write `2026-12-24 18:00`, or `every day at 18:00`"),
    ("at", "  ^", "at which date and time? write something such as `at 2026-12-24 18:00`"),
    ("at tomorrow", "   ^^^^^^^^", "`tomorrow` is not a date, which is written `2026-12-24`"),
    ("at 24.12.2026 18:00", "   ^^^^^^^^^^", "`24.12.2026` is not a date, which is written `2026-12-24`"),
    ("at 2026/12/24 18:00", "   ^^^^^^^^^^", "`2026/12/24` is not a date, which is written `2026-12-24`"),
    ("at 2026-02-30 18:00", "   ^^^^^^^^^^", "there is no date `2026-02-30`"),
    ("at 2026-12-24 24:00", "              ^^^^^", "hours go from 00 to 23, write `00:00` for midnight"),
    ("at 2026-12-24 9:00", "              ^^^^", "an hour has two digits, write `09:00`"),
    ("at 2026-12-24 6pm", "              ^^^", "hours go from 00 to 23, write `18:00`"),
    ("at 2026-12-24 18", "              ^^", "`18` is not a time of day, which is written `HH:MM` or `HH:MM:SS`"),
    ("at 2026-12-24T", "              ^", "the time is missing here"),
    ("at 2026-12-24 18:00+25:00", "                   ^^^^^^", "an offset is less than a day"),
    ("at 2026-12-24 18:00:00+1", "                      ^^", "`+1` is not an offset, which is written `+01:00` or `Z`"),
    ("2026-12-24 18:00", "^^^^^^^^^^", "a single date needs `at`, write `at 2026-12-24 18:00`"),
    ("every 2026-12-24", "      ^^^^^^^^^^", "a date happens once, write something such as `30s` or `day at 10:30`"),
    ("at 2026-12-24 18:00:00.1234567890", "              ^^^^^^^^^^^^^^^^^^^", "`18:00:00.1234567890` is not a time, which is written `HH:MM` or `HH:MM:SS`"),
    ("at 2026-12-24 18:00.5", "              ^^^^^^^", "`18:00.5` is not a time, which is written `HH:MM` or `HH:MM:SS`"),
    ("at 2026-1-2 18:00", "   ^^^^^^^^", "`2026-1-2` is not a date, which is written `2026-12-24`"),
    ("at 12026-12-24 18:00", "   ^^^^^^^^^^^", "`12026-12-24` is not a date, which is written `2026-12-24`"),
    ("at 2026-12-24 18:00 +1:00", "                    ^^^^^", "`+1:00` is not an offset, which is written `+01:00` or `Z`"),
    ("at +262142-12-31 23:59-20:00", "                 ^^^^^^^^^^^", "this is beyond the ends of time"),
    ("every week in local at 10:30", "                    ^^", "`at` is not possible here"),
    ("every monday in UTC in local", "                    ^^", "a second `in`, there can be one limit and one time zone"),
    // Hours, days, and changes of the clock.
    ("10m between", "           ^", "between which hours? write something such as `between 09:00 and 17:00`"),
    ("10m between 09:00", "                 ^", "the end is missing here, write something such as `09:00 to 17:00`"),
    ("10m between 09:00 and", "                     ^", "the end is missing here, write something such as `09:00 to 17:00`"),
    ("10m between 09:00 until 17:00", "                  ^^^^^", "the end is missing before this, write something such as `09:00 to 17:00`"),
    ("10m between 09:00-17:00", "            ^^^^^^^^^^^", "write `09:00 to 17:00`"),
    ("10m between 9:00 and 17:00", "            ^^^^", "an hour has two digits, write `09:00`"),
    ("10m between 09:00 and 24:00", "                      ^^^^^", "hours go from 00 to 23, write `00:00` for midnight"),
    ("10m between 09:00 and 09:00", "            ^^^^^^^^^^^^^^^", "a window ends at another time than it begins, not both at `09:00`"),
    ("10m between 9am and 5pm", "            ^^^", "hours go from 00 to 23, write `09:00`"),
    ("10m between mon and fri", "            ^^^", "`mon` is not a time of day, which is written `HH:MM` or `HH:MM:SS`"),
    ("10m from 09:00 to 17:00", "    ^^^^", "hours are written `between 09:00 and 17:00`"),
    ("10m between 09:00 and 17:00 between 18:00 and 19:00", "                            ^^^^^^^", "a second `between`, for several windows write a list of schedules"),
    ("10m on", "      ^", "on which days? write something such as `on mon-fri`"),
    ("10m on 12", "       ^^", "`12` is not a day of the week"),
    ("10m on moday", "       ^^^^^", "unknown day `moday`, did you mean `monday`?"),
    ("10m on mon, mon", "            ^^^", "`mon` is there twice"),
    ("10m on mon-sun", "       ^^^^^^^", "all seven days of the week are no limit, leave them out"),
    ("10m on mon on tue", "           ^^", "a second `on`, write all the days behind one"),
    ("10m on 2026-12-24", "       ^^^^^^^^^^", "`2026-12-24` is not a day of the week"),
    ("10m betwen 09:00 and 17:00", "    ^^^^^^", "unknown word `betwen`, did you mean `between`?"),
    ("day gap", "       ^", "which gap? write `after`, `shift` or `skip`"),
    ("day gap skipp", "        ^^^^^", "`gap` cannot be `skipp`, did you mean `skip`?"),
    ("day fold twice", "         ^^^^^", "`fold` cannot be `twice`, write `first`, `last` or `both`"),
    ("day fold", "        ^", "which fold? write `first`, `last` or `both`"),
    ("day gap skip gap skip", "             ^^^", "a second `gap`, there can be one"),
    ("10m gap skip", "    ^^^^^^^^", "`gap` means nothing to `every 10m`, which has no wall-clock time of day"),
    ("hour at :15 fold both", "            ^^^^^^^^^", "`fold` means nothing to `every hour at :15`, which has no wall-clock time of day"),
    ("delay 30s gap shift", "          ^^^^^^^^^", "`gap` means nothing to `delay 30s`, which has no wall-clock time of day"),
    ("5m aligned fold last", "           ^^^^^^^^^", "`fold` means nothing to `every 5m aligned`, which has no wall-clock time of day"),
    ("at 2026-12-24T18:00Z gap skip", "                     ^^^^^^^^", "`gap` means nothing to `at 2026-12-24T18:00:00Z`, which has no wall-clock time of day"),
    ("at 2026-10-25 02:30 fold both", "                    ^^^^^^^^^", "`at 2026-10-25 02:30` happens once, `fold` cannot be `both`"),
    ("day at 10:30 between 09:00 and 17:00", "             ^^^^^^^^^^^^^^^^^^^^^^^", "`every day at 10:30` has one time of day, hours have no effect on it"),
    ("day at 10:30 between 11:00 and 17:00", "             ^^^^^^^^^^^^^^^^^^^^^^^", "`every day at 10:30` is never within `11:00 to 17:00`"),
    ("at 2026-12-24 18:00 on mon", "                    ^^^^^^", "`at 2026-12-24 18:00` happens once, days of the week have no effect on it"),
    ("at 2026-12-24T18:00Z between 09:00 and 17:00", "                     ^^^^^^^^^^^^^^^^^^^^^^^", "`at 2026-12-24T18:00:00Z` happens once, hours have no effect on it"),
    ("hour at :15 between 09:20 and 10:10", "            ^^^^^^^^^^^^^^^^^^^^^^^", "`every hour at :15` is never within `09:20 to 10:10`"),
    ("minute at :30 between 09:00:31 and 09:01:29", "              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "`every minute at :30` is never within `09:00:31 to 09:01:29`"),
    ("mon-fri at 10:30 on weekend", "                 ^^^^^^^^^^", "`every weekday at 10:30` is never on `sat, sun`"),
    ("mon-fri on mon-sat", "        ^^^^^^^^^^", "`every weekday` is always on `mon-sat`, the days have no effect on it"),
    ("saturday between 22:00 and 06:00 on sun", "                                 ^^^^^^", "`every saturday` is never on `sun`"),
    ("friday on mon-thu in UTC", "       ^^^^^^^^^^", "`every friday` is never on `mon-thu`"),
];

#[cfg(feature = "chrono-tz")]
#[rustfmt::skip]
const ZONES: &[(&str, &str, &str)] = &[
    ("day at 10:30 in Europe/Berln", "                ^^^^^^^^^^^^", "unknown time zone `Europe/Berln`, did you mean `Europe/Berlin`?"),
    ("day at 10:30 in berlin", "                ^^^^^^", "unknown time zone `berlin`, did you mean `Europe/Berlin`?"),
    ("day at 10:30 in Mars/Phobos", "                ^^^^^^^^^^^", "unknown time zone `Mars/Phobos`, write a name such as `Europe/Berlin`, `UTC` or `local`"),
    ("day in Europe/Berlin in UTC", "                     ^^", "a second `in`, there can be one limit and one time zone"),
    ("day at 10:30 in Utc", "                ^^^", "unknown time zone `Utc`, did you mean `UTC`?"),
    ("day at 10:30 in Local", "                ^^^^^", "unknown time zone `Local`, did you mean `local`?"),
];

#[cfg(not(feature = "chrono-tz"))]
#[rustfmt::skip]
const ZONES: &[(&str, &str, &str)] = &[
    ("day at 10:30 in Europe/Berlin", "                ^^^^^^^^^^^^^", "time zone `Europe/Berlin` needs the feature `chrono-tz` of the crate `task`: add `features = [\"chrono-tz\"]` to the dependency"),
    ("day at 10:30 in Utc", "                ^^^", "unknown time zone `Utc`, did you mean `UTC`?"),
    ("day at 10:30 in +01:00", "                ^^^^^^", "unknown time zone `+01:00`, write a name such as `Europe/Berlin`, `UTC` or `local`"),
];

#[test]
fn texts_are_refused_with_a_reason_and_a_place() {
    for &(text, carets, message) in TEXTS.iter().chain(ZONES) {
        let error = text.parse::<Schedule>().unwrap_err();
        check_style(&error);
        // A tab is one character wide here, so that the carets fit.
        let text = text.replace('\t', " ");
        let expected =
            format!("cannot read the schedule `{text}`: {message}\n  {text}\n  {carets}");
        assert_eq!(error.to_string(), expected);
    }
}

/// One line, no more than the reason.
#[track_caller]
fn check<T: std::fmt::Debug>(result: Result<T, Error>, message: &str) {
    let error = result.unwrap_err();
    check_style(&error);
    assert_eq!(error.to_string(), message);
}

#[track_caller]
fn check_style(error: &Error) {
    let text = error.to_string();
    let first = text.lines().next().unwrap();
    let begins_lower = first.starts_with(|c: char| c.is_lowercase() || c == '`');
    assert!(begins_lower && !first.ends_with('.'), "style: {first}");
}

#[test]
fn each_kind_of_text_is_called_what_it_is() {
    check(Schedule::parse_every("delay 30s"), "\
cannot read the schedule `delay 30s`: `delay` is not recurring, write something such as `30s` or `day at 10:30`
  delay 30s
  ^^^^^");
    check(Schedule::parse_every("at 2026-12-24 18:00"), "\
cannot read the schedule `at 2026-12-24 18:00`: `at` is not recurring, write something such as `30s` or `day at 10:30`
  at 2026-12-24 18:00
  ^^");
    check(Schedule::parse_delay("every 30s"), "\
cannot read the delay `every 30s`: a delay is only a span, write something such as `30s` or `5s to 10s`
  every 30s
  ^^^^^");
    check(
        Schedule::parse_once("30s"),
        "\
cannot read the date and time `30s`: `30s` is not a date, which is written `2026-12-24`
  30s
  ^^^",
    );
    check(
        parse_span("1h ago"),
        "\
cannot read the span `1h ago`: a schedule looks forward, leave `ago` out
  1h ago
     ^^^",
    );
    check(
        "1h30".parse::<Until>(),
        "\
cannot read the limit `1h30`: `30` has no unit, write `1h 30m` or `1h 30s`
  1h30
    ^^",
    );
    check(
        "".parse::<Schedule>(),
        "the schedule is empty, write something such as `every 30s` or `every day at 10:30`",
    );
    check(
        Schedule::parse_every("  "),
        "the schedule is empty, write something such as `every 30s` or `every day at 10:30`",
    );
    check(
        Schedule::parse_delay(""),
        "the delay is empty, write something such as `30s` or `1h 30m`",
    );
    check(
        Schedule::parse_once(""),
        "the date and time is empty, write something such as `2026-12-24 18:00`",
    );
    check(
        parse_span("\t"),
        "the span is empty, write something such as `30s` or `1h 30m`",
    );
    check(
        "".parse::<Until>(),
        "the limit is empty, write something such as `2026-12-24 18:00`, `18:00` or `1h`",
    );
    check(
        "".parse::<Zone>(),
        "the time zone is empty, write a name such as `Europe/Berlin`, `UTC` or `local`",
    );
}

#[test]
fn constructors_say_what_they_expected() {
    const YEARS_600: Duration = Duration::from_secs(600 * 365 * 86_400);
    let secs = Duration::from_secs;
    check(
        Schedule::interval(Duration::ZERO),
        "a period of zero is not possible, it must be at least 1ns",
    );
    check(
        Schedule::interval(YEARS_600),
        "a period of about 600 years is too long, the most is 584 years",
    );
    check(
        Schedule::delay(Duration::ZERO),
        "a period of zero is not possible, it must be at least 1ns",
    );
    check(
        Schedule::random(secs(10), secs(5)),
        "`10s to 5s` goes down, write the shorter one first: `5s to 10s`",
    );
    check(
        Schedule::random(secs(0), secs(5)),
        "a period of zero is not possible, it must be at least 1ns",
    );
    check(
        Days::new([]),
        "without a day of the week nothing would fire, name one such as `mon`",
    );
    let half = NaiveTime::from_hms_milli_opt(9, 0, 0, 500).unwrap();
    check(
        Between::new(NaiveTime::MIN, half),
        "a window begins and ends at a whole second, not at `09:00:00.5`",
    );
    check(
        Between::new(NaiveTime::MIN, NaiveTime::MIN),
        "a window ends at another time than it begins, not both at `00:00`",
    );
    check(
        "".parse::<Between>(),
        "the window is empty, write something such as `09:00 to 17:00`",
    );
    check(
        " ".parse::<Days>(),
        "the list of days is empty, write something such as `mon-fri`",
    );
    check(
        "".parse::<Gap>(),
        "`gap` cannot be empty, write `after`, `shift` or `skip`",
    );
    check(
        "frist".parse::<Fold>(),
        "`fold` cannot be `frist`, did you mean `first`?",
    );
    let aligned = |text: &str| text.parse::<Schedule>().unwrap().aligned();
    check(
        aligned("day at 10:30"),
        "`every day at 10:30` cannot be aligned, only an interval such as `5m` can",
    );
    check(
        aligned("delay 5m"),
        "`delay 5m` cannot be aligned, only an interval such as `5m` can",
    );
}

#[test]
fn the_builder_says_what_is_wrong_with_the_call() {
    let one = || every(1);
    check(
        every(0).seconds().build(),
        "every(0) is not possible, it must be at least every(1)",
    );
    check(
        every(2).second().build(),
        "use seconds instead of second with every(2)",
    );
    check(
        every(2).minute().build(),
        "use minutes instead of minute with every(2)",
    );
    check(
        every(2).hour().build(),
        "use hours instead of hour with every(2)",
    );
    check(
        every(2).day().build(),
        "use days instead of day with every(2)",
    );
    check(
        every(2).week().build(),
        "use weeks instead of week with every(2)",
    );
    check(
        every(5).to(10).day().build(),
        "use days instead of day with every(5)",
    );
    check(
        every(2).monday().build(),
        "monday() is only possible with every(1), not with every(2)",
    );
    check(
        one().to(3).sunday().build(),
        "sunday() is once a week, it cannot have to(3)",
    );
    check(
        one().build(),
        "every(1) has no unit: use seconds(), minutes(), hours(), days(), weeks() or a day of the week",
    );
    check(
        every(5).to(3).hours().build(),
        "every(5).to(3) goes down, write every(3).to(5)",
    );
    check(
        one().to(0).hours().build(),
        "every(1).to(0) goes down, write every(0).to(1)",
    );
    check(
        every(u32::MAX).weeks().build(),
        "a period of about 82369235 years is too long, the most is 584 years",
    );
    check(
        every(u32::MAX).days().at("10:30").build(),
        "a period of about 11767033 years is too long, the most is 584 years",
    );

    check(
        one().at("10:30").day().build(),
        "at(\"10:30\") must come after a unit such as day() or hours()",
    );
    check(
        one().week().at("10:30").build(),
        "weeks have no at(\"10:30\"): name a day, such as monday(), or use days()",
    );
    check(
        one().second().at(":30").build(),
        "seconds have no at(\":30\"), only minutes, hours, days and days of the week have",
    );
    check(
        one().day().at("9:00").build(),
        "an hour has two digits, write `09:00`",
    );
    check(
        one().day().at("24:00").build(),
        "hours go from 00 to 23, write `00:00` for midnight",
    );
    check(
        one().day().at("10:30\n").build(),
        "`10:30\n` is not a time of day, which is written `HH:MM` or `HH:MM:SS`",
    );
    check(
        one().day().at("").build(),
        "`` is not a time of day, which is written `HH:MM` or `HH:MM:SS`",
    );
    check(
        one().monday().at(":15").build(),
        "`:15` has no hour, write something such as `09:15`, or `hour at :15`",
    );
    check(
        one().hour().at("15").build(),
        "`15` is not a time within an hour, which is written `:MM` or `MM:SS`",
    );
    check(
        one().hour().at("60:00").build(),
        "minutes go from 00 to 59, not 60",
    );
    check(
        one().hour().at("10:30:00").build(),
        "`10:30:00` is not a time within an hour, which is written `:MM` or `MM:SS`",
    );
    check(
        one().minute().at("30").build(),
        "write `:30` for a second of the minute",
    );
    check(
        one().minute().at(":60").build(),
        "seconds go from 00 to 59, not 60",
    );
    check(
        one().day().at("10:30").hours().build(),
        "at() was given for another unit than hours, it must come after the unit",
    );
    check(
        one().hour().at(":30").day().build(),
        "at() was given for another unit than days, it must come after the unit",
    );
    check(
        one().day().at("10:30").weeks().build(),
        "at() was given for another unit than weeks, it must come after the unit",
    );
    check(
        one().minute().at(":30").monday().build(),
        "at() was given for another unit than monday, it must come after the unit",
    );
    check(
        one().monday().hours().build(),
        "monday() is weekly, it cannot be in hours",
    );

    check(
        every(10).seconds().timezone("UTC").build(),
        "timezone(\"UTC\") means nothing to `every 10s`, which follows no wall clock",
    );
    check(
        every(2).hours().delay().timezone("UTC").build(),
        "timezone(\"UTC\") means nothing to `delay 2h`, which follows no wall clock",
    );
    check(
        one().day().timezone("utC").build(),
        "unknown time zone `utC`, did you mean `UTC`?",
    );
    check(
        one().day().delay().at("10:30").build(),
        "delay() counts from the end of the last run, it cannot go with at(), aligned() or a day of the week",
    );
    check(
        one().monday().delay().build(),
        "delay() counts from the end of the last run, it cannot go with at(), aligned() or a day of the week",
    );
    check(
        one().day().aligned().build(),
        "`every day` cannot be aligned, only an interval such as `5m` can",
    );
    check(
        one().hour().at(":15").aligned().build(),
        "`every hour at :15` cannot be aligned, only an interval such as `5m` can",
    );
    check(
        one().to(2).hours().aligned().build(),
        "`every 1h to 2h` cannot be aligned, only an interval such as `5m` can",
    );
    check(
        one().hour().until(Duration::ZERO).build(),
        "a limit of zero lets nothing fire, it must be at least 1ns",
    );
    check(
        one().hour().until("2024/01/12").build(),
        "\
cannot read the limit `2024/01/12`: `2024/01/12` is not a date, which is written `2026-12-24`
  2024/01/12
  ^^^^^^^^^^",
    );
    check(
        one().day().at("10:30").between("09:00 to 17:00").build(),
        "`every day at 10:30` has one time of day, hours have no effect on it",
    );
    check(
        one().monday().on("tue").build(),
        "`every monday` is never on `tue`",
    );
    check(
        one().hour().on("tues-").build(),
        "\
cannot read the list of days `tues-`: the last day of the range is missing here
  tues-
       ^",
    );
    check(
        one().hour().between("09:00").build(),
        "\
cannot read the window `09:00`: the end is missing here, write something such as `09:00 to 17:00`
  09:00
       ^",
    );
    check(
        one().hour().gap(Gap::Shift).build(),
        "`gap` means nothing to `every 1h`, which has no wall-clock time of day",
    );
    check(
        one().day().delay().fold(Fold::Both).build(),
        "`fold` means nothing to `delay 24h`, which has no wall-clock time of day",
    );
    // The first mistake is the one that counts.
    check(
        every(2).minute().at("x").timezone("y").build(),
        "use minutes instead of minute with every(2)",
    );
}

#[test]
fn a_schedule_that_is_over_says_so() {
    let start: DateTime<Utc> = "2026-03-01T08:00:00Z".parse().unwrap();
    let over = |text: &str| text.parse::<Schedule>().unwrap().check_from(start);
    let past = |text: &str, message: &str| {
        assert!(over(text).unwrap_err().is_past(), "{text}");
        check(over(text), message);
    };
    past(
        "at 2026-02-28 18:00 in UTC",
        "`at 2026-02-28 18:00` is in the past at 2026-03-01T08:00:00Z",
    );
    past(
        "at 2026-03-01T08:00:00Z",
        "`at 2026-03-01T08:00:00Z` is in the past at 2026-03-01T08:00:00Z",
    );
    past(
        "10s until 2026-03-01T07:59:59Z",
        "`until 2026-03-01T07:59:59Z` is in the past at 2026-03-01T08:00:00Z",
    );
    past(
        "day until 07:00 in UTC",
        "`until 07:00` is in the past at 2026-03-01T08:00:00Z",
    );
    check(
        over("at 2026-03-02T08:00:00Z for 1h"),
        "`at 2026-03-02T08:00:00Z` never happens, since `for 1h` is before it",
    );
    assert_eq!(over("10s until 2026-03-01T08:00:00Z"), Ok(()));
    assert_eq!(over("at 2026-03-01T08:00:00.000000001Z"), Ok(()));
    assert_eq!(over("10s"), Ok(()));
}

#[test]
fn errors_can_be_told_apart() {
    let error = |text: &str| text.parse::<Schedule>().unwrap_err();
    let kinds = |error: Error| {
        (
            error.is_unknown_timezone(),
            error.is_missing_feature(),
            error.is_past(),
        )
    };
    assert_eq!(kinds(error("1h30")), (false, false, false));
    assert_eq!(kinds(error("day in utC")), (true, false, false));
    let is_on = cfg!(feature = "chrono-tz");
    assert_eq!(
        kinds(error("day in Europe/Atlantis")),
        (is_on, !is_on, false)
    );
    assert_eq!(
        format!("{:?}", error("1h30")),
        "Error(cannot read the schedule `1h30`: `30` has no unit, write `1h 30m` or `1h 30s`)"
    );
}
