//! How long a cron expression takes: to the next fire, and to be read.
//!
//! All cases are in one list. `divan` measures one after the other and says how
//! they vary. Then they are measured in turns, each a little at a time, so that
//! whatever else the machine does falls on all of them; of that come the tables
//! of ratios. How to read both: `README.md`.

use std::{
    env,
    fmt::{self, Write as _},
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::{America::New_York, Tz};
use divan::Bencher;
use task_benches::{Error, Report, Samples, in_turns, or_quick};
use task_schedule::{Schedule, Zone};

/// The calls of one pass. As there are a thousand, a pass takes as many
/// microseconds as a call takes nanoseconds.
const N_CALLS: usize = 1_000;

/// How often each case has its turn for the tables.
const N_ROUNDS: usize = 31;

/// The same expression in the words of each crate, none where it has no words for it.
struct Expression {
    name: &'static str,
    /// Days of the week by name, since `1` is a Sunday to some.
    named: &'static str,
    seconds_first: Option<&'static str>,
}

const EXPRESSIONS: [Expression; 4] = [
    Expression {
        name: "* * * * *",
        named: "* * * * *",
        seconds_first: Some("0 * * * * *"),
    },
    Expression {
        name: "*/5 9-17 * * 1-5",
        named: "*/5 9-17 * * MON-FRI",
        seconds_first: Some("0 */5 9-17 * * Mon-Fri"),
    },
    Expression {
        name: "0 0 29 2 *",
        named: "0 0 29 2 *",
        seconds_first: Some("0 0 0 29 2 *"),
    },
    Expression {
        name: "0 0 L * *",
        named: "0 0 L * *",
        seconds_first: None,
    },
];

/// In a zone, by how much the next fire may exceed a conversion to local time and back.
const MOST_OF_FLOOR: f64 = 2.5;

/// By how much reading may exceed that of the fastest peer.
const MOST_OF_READING: f64 = 3.0;

/// Whose versions are said.
const PEERS: [&str; 8] = [
    "chrono",
    "chrono-tz",
    "saffron",
    "cron",
    "cron-lite",
    "cronexpr",
    "croner",
    "divan",
];

const OURS: &str = "task";
const FLOOR: &str = "floor";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    NextInUtc,
    NextInNewYork,
    Parse,
}

/// One thing that is measured.
struct Case {
    what: What,
    expression: &'static str,
    who: &'static str,
    measured: Box<dyn Measured + Send + Sync>,
}

trait Measured {
    /// Makes the calls.
    fn pass(&self);

    /// Returns what they answer, in seconds since the epoch.
    fn answers(&self) -> Vec<Option<i64>>;
}

/// For `divan`, which shows the name of its argument.
impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.expression, self.who)
    }
}

/// From each of many instants to the next fire.
struct Next<I, F, S> {
    instants: Vec<I>,
    next: F,
    seconds: S,
}

impl<I, T, F, S> Measured for Next<I, F, S>
where
    F: Fn(&I) -> Option<T>,
    S: Fn(T) -> i64,
{
    fn pass(&self) {
        for instant in &self.instants {
            black_box((self.next)(black_box(instant)));
        }
    }

    fn answers(&self) -> Vec<Option<i64>> {
        let answer = |instant| (self.next)(instant).map(&self.seconds);
        self.instants.iter().map(answer).collect()
    }
}

/// Reads one text again and again.
struct Parse<F> {
    text: String,
    parse: F,
}

impl<T, F: Fn(&str) -> T> Measured for Parse<F> {
    fn pass(&self) {
        for _ in 0..N_CALLS {
            black_box((self.parse)(black_box(self.text.as_str())));
        }
    }

    fn answers(&self) -> Vec<Option<i64>> {
        Vec::new()
    }
}

/// The starts: spread over twenty years, always the same.
///
/// None is on a whole minute, where the crates don't agree whether the next
/// fire may be the start itself.
fn starts() -> Vec<i64> {
    const FIRST: u64 = 1_262_304_000; // 2010-01-01
    const N_MINUTES: u64 = 20 * 365 * 24 * 60;

    let mut state = 0_u64;
    let mut random = move || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let mut start = || {
        let seconds = FIRST + random() % N_MINUTES * 60 + 1 + random() % 59;
        i64::try_from(seconds).expect("a time of this century")
    };
    (0..N_CALLS).map(|_| start()).collect()
}

fn utc(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("a time of this century")
}

/// What is built case by case.
#[derive(Default)]
struct Cases {
    list: Vec<Case>,
}

impl Cases {
    fn all() -> Vec<Case> {
        let mut cases = Cases::default();
        for expression in &EXPRESSIONS {
            cases.next_fires(What::NextInUtc, expression, Utc, "UTC");
            cases.next_fires(
                What::NextInNewYork,
                expression,
                New_York,
                "America/New_York",
            );
            cases.parses(expression);
        }
        cases.list
    }

    fn add(
        &mut self,
        what: What,
        expression: &Expression,
        who: &'static str,
        measured: impl Measured + Send + Sync + 'static,
    ) {
        self.list.push(Case {
            what,
            expression: expression.name,
            who,
            measured: Box::new(measured),
        });
    }

    /// Those who take an instant with its zone are given one: that it is made
    /// of one in UTC is not counted to them, while ours includes it.
    fn next_fires<Z>(&mut self, what: What, expression: &Expression, zone: Z, name: &str)
    where
        Z: TimeZone + Copy + Send + Sync + 'static,
        Z::Offset: Copy + Send + Sync,
    {
        let in_utc = || -> Vec<DateTime<Utc>> { starts().into_iter().map(utc).collect() };
        let in_zone = || -> Vec<DateTime<Z>> {
            let starts = in_utc().into_iter();
            starts.map(|start| start.with_timezone(&zone)).collect()
        };
        let seconds = |fire: DateTime<Z>| fire.timestamp();

        let ours = Schedule::parse_cron(expression.name)
            .expect("an expression")
            .or_timezone(name.parse::<Zone>().expect("a zone"));
        let anchor = utc(0);
        let next = move |start: &DateTime<Utc>| ours.next_after(anchor, *start);
        let seconds_in_utc = |fire: DateTime<Utc>| fire.timestamp();
        let instants = in_utc();
        self.add(
            what,
            expression,
            OURS,
            Next {
                instants,
                next,
                seconds: seconds_in_utc,
            },
        );

        if what == What::NextInNewYork {
            let next = |start: &DateTime<Utc>| {
                let local = New_York.from_utc_datetime(&start.naive_utc()).naive_local();
                New_York.from_local_datetime(&local).earliest()
            };
            let seconds = |fire: DateTime<Tz>| fire.timestamp();
            let instants = in_utc();
            self.add(
                what,
                expression,
                FLOOR,
                Next {
                    instants,
                    next,
                    seconds,
                },
            );
        }

        // It knows no other zone.
        if what == What::NextInUtc {
            let cron: saffron::Cron = expression.named.parse().expect("an expression");
            let next = move |start: &DateTime<Utc>| cron.next_after(*start);
            let instants = in_utc();
            self.add(
                what,
                expression,
                "saffron",
                Next {
                    instants,
                    next,
                    seconds: seconds_in_utc,
                },
            );
        }

        if let Some(text) = expression.seconds_first {
            let cron: cron::Schedule = text.parse().expect("an expression");
            let next = move |start: &DateTime<Z>| cron.after(start).next();
            let instants = in_zone();
            self.add(
                what,
                expression,
                "cron",
                Next {
                    instants,
                    next,
                    seconds,
                },
            );
        }

        let cron = cron_lite::Schedule::new(expression.named).expect("an expression");
        let next = move |start: &DateTime<Z>| cron.upcoming(start);
        let instants = in_zone();
        self.add(
            what,
            expression,
            "cron-lite",
            Next {
                instants,
                next,
                seconds,
            },
        );

        let text = format!("{} {name}", expression.named);
        let cron = cronexpr::parse_crontab(&text).expect("an expression");
        let next = move |start: &i64| {
            let start = cronexpr::MakeTimestamp::from_second(*start).ok()?;
            cron.find_next(start).ok()
        };
        let instants = starts();
        // The type of the answer is that of another crate, and is inferred here.
        let next = move |start: &i64| next(start).map(|fire| fire.timestamp().as_second());
        let same = |fire: i64| fire;
        self.add(
            what,
            expression,
            "cronexpr",
            Next {
                instants,
                next,
                seconds: same,
            },
        );

        let cron: croner::Cron = expression.named.parse().expect("an expression");
        let next = move |start: &DateTime<Z>| cron.find_next_occurrence(start, false).ok();
        let instants = in_zone();
        self.add(
            what,
            expression,
            "croner",
            Next {
                instants,
                next,
                seconds,
            },
        );
    }

    fn parses(&mut self, expression: &Expression) {
        let text = || expression.named.to_owned();
        let what = What::Parse;
        let parse = |text: &str| Schedule::parse_cron(text).is_ok();
        self.add(
            what,
            expression,
            OURS,
            Parse {
                text: text(),
                parse,
            },
        );
        let parse = |text: &str| text.parse::<saffron::Cron>().is_ok();
        self.add(
            what,
            expression,
            "saffron",
            Parse {
                text: text(),
                parse,
            },
        );
        if let Some(seconds_first) = expression.seconds_first {
            let text = seconds_first.to_owned();
            let parse = |text: &str| text.parse::<cron::Schedule>().is_ok();
            self.add(what, expression, "cron", Parse { text, parse });
        }
        let parse = |text: &str| cron_lite::Schedule::new(text).is_ok();
        self.add(
            what,
            expression,
            "cron-lite",
            Parse {
                text: text(),
                parse,
            },
        );
        // It reads no expression without a zone.
        let in_utc = format!("{} UTC", expression.named);
        let parse = |text: &str| cronexpr::parse_crontab(text).is_ok();
        self.add(
            what,
            expression,
            "cronexpr",
            Parse {
                text: in_utc,
                parse,
            },
        );
        let parse = |text: &str| text.parse::<croner::Cron>().is_ok();
        self.add(
            what,
            expression,
            "croner",
            Parse {
                text: text(),
                parse,
            },
        );
    }
}

fn cases_of(what: What) -> Vec<Case> {
    let mut cases = Cases::all();
    cases.retain(|case| case.what == what);
    cases
}

// Each sample is a pass of a thousand calls: microseconds here are nanoseconds a call.

#[divan::bench(args = cases_of(What::NextInUtc), sample_count = 31, sample_size = 1)]
fn next_in_utc(bencher: Bencher<'_, '_>, case: &Case) {
    bencher.bench(|| case.measured.pass());
}

#[divan::bench(args = cases_of(What::NextInNewYork), sample_count = 31, sample_size = 1)]
fn next_in_new_york(bencher: Bencher<'_, '_>, case: &Case) {
    bencher.bench(|| case.measured.pass());
}

#[divan::bench(args = cases_of(What::Parse), sample_count = 31, sample_size = 1)]
fn parse(bencher: Bencher<'_, '_>, case: &Case) {
    bencher.bench(|| case.measured.pass());
}

fn main() -> Result<(), Error> {
    divan::main();
    // Not in a test of all targets, and not when something was picked.
    if !env::args().skip(1).eq(["--bench"]) {
        return Ok(());
    }
    let mut report = Report::new("cron", &PEERS);
    let table = Table::measure(&Cases::all())?;
    for what in [What::NextInNewYork, What::NextInUtc, What::Parse] {
        table.judge(what, &mut report);
    }
    write!(report, "{table}")?;
    report.finish()
}

/// What the turns gave: a row for each expression and thing to do.
struct Table {
    rows: Vec<Row>,
}

struct Row {
    what: What,
    expression: &'static str,
    columns: Vec<Column>,
}

struct Column {
    who: &'static str,
    /// Nanoseconds a call, round by round.
    rounds: Samples,
    /// How many of a thousand answers are not ours.
    n_others: usize,
}

impl Table {
    fn measure(cases: &[Case]) -> Result<Table, Error> {
        let mut rows: Vec<Row> = Vec::new();
        for (what, expression) in groups(cases) {
            let group = || {
                let is_in = move |case: &&Case| (case.what, case.expression) == (what, expression);
                cases.iter().filter(is_in)
            };
            let ours = group()
                .find(|case| case.who == OURS)
                .map(|case| case.measured.answers());
            let n_others = |case: &Case| {
                let theirs = case.measured.answers();
                let pairs = theirs.iter().zip(ours.iter().flatten());
                pairs.filter(|(theirs, ours)| theirs != ours).count()
            };
            let group: Vec<&Case> = group().collect();
            let rounds = in_turns(or_quick(N_ROUNDS, 3), group.len(), |i| {
                Ok(nanoseconds_of_a_call(|| group[i].measured.pass()))
            })?;
            let column = |(case, rounds): (&&Case, Samples)| Column {
                who: case.who,
                rounds,
                n_others: if case.who == FLOOR { 0 } else { n_others(case) },
            };
            let columns = group.iter().zip(rounds).map(column).collect();
            rows.push(Row {
                what,
                expression,
                columns,
            });
        }
        Ok(Table { rows })
    }

    /// Says whether ours is as fast as it should be: at the worst of the expressions.
    fn judge(&self, what: What, report: &mut Report) {
        let rows = self.rows.iter().filter(|row| row.what == what);
        let ratios = rows.filter_map(|row| match what {
            What::NextInNewYork => row.ratio_to(row.column(FLOOR)?),
            What::NextInUtc | What::Parse => row.ratio_to(row.fastest_peer()?),
        });
        let ratios: Samples = ratios.collect();
        let (least, most) = (ratios.quantile(0.0), ratios.quantile(1.0));
        let (title, bound, other) = match what {
            What::NextInNewYork => (
                "the next fire of an expression, in a zone",
                MOST_OF_FLOOR,
                "one conversion to local time and back",
            ),
            What::NextInUtc => (
                "the next fire of an expression, in UTC",
                1.0,
                "the fastest peer",
            ),
            What::Parse => ("reading an expression", MOST_OF_READING, "the fastest peer"),
        };
        report.goal(
            title,
            format!("at most {bound} times {other}"),
            format!("{least:.2} to {most:.2}"),
            most <= bound,
        );
    }
}

fn groups(cases: &[Case]) -> Vec<(What, &'static str)> {
    let mut groups = Vec::new();
    for what in [What::NextInUtc, What::NextInNewYork, What::Parse] {
        let cases = cases.iter().filter(|case| case.what == what);
        groups.extend(cases.map(|case| (what, case.expression)));
    }
    groups.dedup();
    groups
}

fn nanoseconds_of_a_call(pass: impl FnOnce()) -> f64 {
    let start = Instant::now();
    pass();
    let elapsed: Duration = start.elapsed();
    elapsed.as_secs_f64() * 1e9 / N_CALLS as f64
}

impl Row {
    fn column(&self, who: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.who == who)
    }

    fn fastest_peer(&self) -> Option<&Column> {
        let peers = self
            .columns
            .iter()
            .filter(|column| ![OURS, FLOOR].contains(&column.who));
        peers.min_by(|a, b| a.median().total_cmp(&b.median()))
    }

    /// Ours by that of another: the middle of the ratios of all rounds.
    fn ratio_to(&self, other: &Column) -> Option<f64> {
        let ours = self.column(OURS)?;
        Some(ours.rounds.ratios_to(&other.rounds).median())
    }
}

impl Column {
    fn median(&self) -> f64 {
        self.rounds.median()
    }
}

/// In Markdown, as it stands in `RESULTS.md`.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WHO: [&str; 7] = [
            OURS,
            FLOOR,
            "saffron",
            "cron",
            "cron-lite",
            "cronexpr",
            "croner",
        ];

        for (what, title) in [
            (What::NextInUtc, "The next fire, in UTC"),
            (What::NextInNewYork, "The next fire, in America/New_York"),
            (What::Parse, "Reading the expression"),
        ] {
            writeln!(f, "\n### {title}\n\nNanoseconds a call.\n")?;
            writeln!(
                f,
                "| expression | {} | ours / floor | ours / fastest peer |",
                WHO.join(" | ")
            )?;
            writeln!(f, "|---|{}", "---:|".repeat(WHO.len() + 2))?;
            for row in self.rows.iter().filter(|row| row.what == what) {
                write!(f, "| `{}` |", row.expression)?;
                for who in WHO {
                    match row.column(who) {
                        Some(column) => write!(f, " {:.0} |", column.median())?,
                        None => write!(f, " - |")?,
                    }
                }
                let floor = row.column(FLOOR);
                match floor.and_then(|floor| row.ratio_to(floor)) {
                    Some(ratio) => write!(f, " {ratio:.2} |")?,
                    None => write!(f, " - |")?,
                }
                match row
                    .fastest_peer()
                    .and_then(|peer| Some((peer, row.ratio_to(peer)?)))
                {
                    Some((peer, ratio)) => writeln!(f, " {ratio:.2} ({}) |", peer.who)?,
                    None => writeln!(f, " - |")?,
                }
            }
        }
        writeln!(f)?;
        for row in &self.rows {
            for column in row.columns.iter().filter(|column| column.n_others > 0) {
                writeln!(
                    f,
                    "{:?} `{}`: {} of {N_CALLS} answers of {} are not ours.",
                    row.what, row.expression, column.n_others, column.who
                )?;
            }
        }
        Ok(())
    }
}
