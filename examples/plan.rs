//! What the tasks of a program will do next week, before any of it is done.
//!
//! `TaskManager::plan` gives the fires of a stretch of time in order, without
//! running any. Here they become a table, a day at a time, and a picture: an SVG
//! with a row for each task and a mark for each fire, whose tooltip says when
//! it is.
//!
//! ```text
//! plan [--from DATE] [--out FILE]
//! ```

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    fmt::{self, Write as _},
    fs,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use chrono::{
    DateTime, Datelike, Days, Local, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use task::{Task, TaskManager, task};

const USAGE: &str = "\
Shows what the tasks of this program will do in a week, as a table and a picture.

usage: plan [OPTIONS]

  --from DATE  the first day, such as `2026-03-02` (default: next Monday)
  --out FILE   where the picture goes (default: `plan.svg` in the temporary directory)";

// The tasks, of somebody who sells things. What they do is not shown here.

#[task(every = "10m")]
fn check_the_shop() {}

#[task(every = "10m", between = "07:00 to 19:00", days = "mon-fri")]
fn fetch_orders() {}

#[task(cron = "0 8-20/2 * * mon-sat")]
fn update_stock() {}

#[task(cron = "0 9,13,17 * * mon-fri")]
fn book_parcels() {}

#[task(every = "weekdays at 09:30 in America/New_York")]
fn call_the_new_york_office() {}

#[task(every = "day at 02:30")]
fn back_up() {}

#[task(every = "friday at 16:00")]
fn send_the_weekly_report() {}

/// A single date, which must not be past, is not known when this is compiled.
fn newsletter(first_day: NaiveDate) -> Task {
    let day = first_day + Days::new(2);
    Task::new("send_the_newsletter", || ()).at(format!("{day} 18:00"))
}

fn main() -> ExitCode {
    let result = Options::parse().and_then(|options| options.as_ref().map_or(Ok(()), run));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("plan: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let manager = TaskManager::new();
    manager.check()?;
    manager.add(newsletter(options.from))?;

    let week = Week::of(&manager, options.from);
    let file = options.out.display();
    fs::write(&options.out, week.picture()?).map_err(|error| format!("{file}: {error}"))?;
    let text = format!("{}\nThe picture is {file}\n", week.table());
    match io::stdout().write_all(text.as_bytes()) {
        // Whoever reads it, such as `head`, has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    }
}

struct Options {
    from: NaiveDate,
    out: PathBuf,
}

impl Options {
    /// `None` if only the usage was asked for.
    fn parse() -> Result<Option<Options>, Box<dyn Error>> {
        use lexopt::prelude::*;

        let today = Local::now().date_naive();
        let to_monday = 7 - u64::from(today.weekday().num_days_from_monday());
        let mut options = Options {
            from: today + Days::new(to_monday),
            out: env::temp_dir().join("plan.svg"),
        };
        let mut arguments = lexopt::Parser::from_env();
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("from") => options.from = arguments.value()?.parse()?,
                Long("out") => options.out = arguments.value()?.into(),
                Short('h') | Long("help") => {
                    println!("{USAGE}");
                    return Ok(None);
                }
                _ => return Err(argument.unexpected().into()),
            }
        }
        Ok(Some(options))
    }
}

// The week.

/// Seven days of local time, and who fires in them.
struct Week {
    first_day: NaiveDate,
    rows: Vec<Row>,
}

/// A task.
struct Row {
    name: String,
    description: String,
    groups: Vec<Group>,
}

/// Fires of one job on one day: a single one, or many that follow so closely
/// that they are rather a stretch of time.
#[derive(Clone, Copy)]
struct Group {
    first: DateTime<Local>,
    last: DateTime<Local>,
    n_fires: usize,
}

impl Week {
    fn of(manager: &TaskManager, first_day: NaiveDate) -> Week {
        let range = start_of(first_day).to_utc()..start_of(first_day + Days::new(7)).to_utc();
        let mut fires: BTreeMap<(String, usize), Vec<DateTime<Local>>> = BTreeMap::new();
        for fire in manager.plan(range) {
            let job = (fire.task().to_owned(), fire.job());
            fires
                .entry(job)
                .or_default()
                .push(fire.fire_time().with_timezone(&Local));
        }

        let mut rows: Vec<Row> = Vec::new();
        for detail in manager.tasks_detail() {
            let jobs = detail.jobs.iter().map(|job| job.description.as_str());
            let groups = (0..detail.jobs.len())
                .filter_map(|job| fires.get(&(detail.name.clone(), job)))
                .flat_map(|fires| grouped(fires));
            rows.push(Row {
                description: jobs.collect::<Vec<_>>().join("; "),
                groups: groups.collect(),
                name: detail.name,
            });
        }
        // The busiest first, so that they don't lie between the others.
        rows.sort_by_key(|row| std::cmp::Reverse(row.n_fires()));
        Week { first_day, rows }
    }

    fn days(&self) -> impl Iterator<Item = NaiveDate> {
        self.first_day.iter_days().take(7)
    }

    fn n_fires(&self) -> usize {
        self.rows.iter().map(Row::n_fires).sum()
    }
}

impl Row {
    fn n_fires(&self) -> usize {
        self.groups.iter().map(|group| group.n_fires).sum()
    }
}

impl Group {
    fn is_single(self) -> bool {
        self.n_fires == 1
    }
}

/// `Mon 07:00`, `Mon 07:00 to 19:00, 73 times`.
impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first.format("%a %H:%M"))?;
        if !self.is_single() {
            write!(
                f,
                " to {}, {} times",
                self.last.format("%H:%M"),
                self.n_fires
            )?;
        }
        Ok(())
    }
}

/// Fires that rise, as groups.
fn grouped(fires: &[DateTime<Local>]) -> Vec<Group> {
    const CLOSE: TimeDelta = TimeDelta::minutes(30);
    /// Fewer are better seen one by one.
    const FEW: usize = 4;

    let is_together = |a: &DateTime<Local>, b: &DateTime<Local>| {
        *b - *a <= CLOSE && a.date_naive() == b.date_naive()
    };
    let mut groups = Vec::new();
    for chunk in fires.chunk_by(is_together) {
        let size = if chunk.len() < FEW { 1 } else { chunk.len() };
        groups.extend(chunk.chunks(size).map(|fires| Group {
            first: fires[0],
            last: fires[fires.len() - 1],
            n_fires: fires.len(),
        }));
    }
    groups
}

/// The first instant of a day.
fn start_of(day: NaiveDate) -> DateTime<Local> {
    instant(day.and_time(NaiveTime::MIN))
}

/// When the clock on the wall shows this, or what comes next if it never does.
fn instant(local: NaiveDateTime) -> DateTime<Local> {
    let found = Local.from_local_datetime(&local).earliest();
    found.unwrap_or_else(|| instant(local + TimeDelta::minutes(15)))
}

// The table.

impl Week {
    fn table(&self) -> String {
        let mut table = String::new();
        for day in self.days() {
            let mut lines: Vec<(Group, &str)> = Vec::new();
            for row in &self.rows {
                let of_day = row
                    .groups
                    .iter()
                    .filter(|group| group.first.date_naive() == day);
                lines.extend(of_day.map(|group| (*group, row.name.as_str())));
            }
            lines.sort_by_key(|(group, _)| group.first);
            table += &format!("{}\n", day.format("%A, %-d %B"));
            for (group, name) in lines {
                let first = group.first.format("%H:%M");
                table += &match group.n_fires {
                    1 => format!("  {first}           {name}\n"),
                    n => format!(
                        "  {first} to {}  {name}, {n} times\n",
                        group.last.format("%H:%M")
                    ),
                };
            }
        }
        table
    }
}

// The picture. All lengths are in pixels.

const MARGIN: f64 = 24.0;
const DAY_WIDTH: f64 = 156.0;
const ROW_HEIGHT: f64 = 46.0;
/// Above the rows: what it is, the days and the hours.
const HEAD_HEIGHT: f64 = 112.0;
/// Below them: what the marks mean.
const FOOT_HEIGHT: f64 = 60.0;
const MARK_RADIUS: f64 = 4.5;
const BAR_HEIGHT: f64 = 18.0;
const N_COLORS: usize = 8;

/// When it is night.
const DAWN: u32 = 6;
const DUSK: u32 = 22;

/// Plain rules without variables, which not every viewer knows.
const STYLE: &str = "\
  text { font-family: system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif; font-size: 13px; fill: #1f2933 }
  .title { font-size: 20px; font-weight: 600 }
  .day, .name { font-weight: 600 }
  .small { font-size: 11px; fill: #66727f }
  .count { font-size: 11px; text-anchor: middle }
  .middle { text-anchor: middle }
  .paper { fill: #ffffff }
  .night { fill: #e9edf4 }
  .line { stroke: #c9d1db }
  .faint { stroke: #c9d1db; stroke-dasharray: 1 3 }
  .bar { fill-opacity: 0.22; stroke-opacity: 0.9 }
  .mark:hover, .bar:hover { fill-opacity: 0.6 }
  .c0 { fill: #2563eb; stroke: #2563eb } .c1 { fill: #0d9488; stroke: #0d9488 }
  .c2 { fill: #c2410c; stroke: #c2410c } .c3 { fill: #7c3aed; stroke: #7c3aed }
  .c4 { fill: #be185d; stroke: #be185d } .c5 { fill: #4d7c0f; stroke: #4d7c0f }
  .c6 { fill: #b45309; stroke: #b45309 } .c7 { fill: #475569; stroke: #475569 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e9f0 }
    .small { fill: #93a1b3 }
    .paper { fill: #171c24 }
    .night { fill: #0e1218 }
    .line, .faint { stroke: #3a4554 }
    .c0 { fill: #60a5fa; stroke: #60a5fa } .c1 { fill: #2dd4bf; stroke: #2dd4bf }
    .c2 { fill: #fb923c; stroke: #fb923c } .c3 { fill: #a78bfa; stroke: #a78bfa }
    .c4 { fill: #f472b6; stroke: #f472b6 } .c5 { fill: #a3e635; stroke: #a3e635 }
    .c6 { fill: #fbbf24; stroke: #fbbf24 } .c7 { fill: #94a3b8; stroke: #94a3b8 }
  }
";

/// Where things are.
struct Layout {
    left: f64,
    right: f64,
    bottom: f64,
    start: DateTime<Utc>,
    pixels_a_second: f64,
}

impl Layout {
    fn of(week: &Week) -> Layout {
        // How wide a letter is depends on the viewer's font: these are wide ones.
        let width = |row: &Row| {
            let name = row.name.chars().count() as f64 * 8.2;
            name.max(row.description.chars().count() as f64 * 6.3)
        };
        let names = week.rows.iter().map(width).fold(120.0, f64::max);
        let left = MARGIN + names + 12.0;
        let start = start_of(week.first_day).to_utc();
        let end = start_of(week.first_day + Days::new(7)).to_utc();
        let width = DAY_WIDTH * 7.0;
        Layout {
            left,
            right: left + width,
            bottom: HEAD_HEIGHT + ROW_HEIGHT * week.rows.len() as f64,
            start,
            // A week in which the clock changes is an hour longer or shorter.
            pixels_a_second: width / (end - start).num_seconds() as f64,
        }
    }

    fn x(&self, t: DateTime<Local>) -> f64 {
        self.left + (t.to_utc() - self.start).num_seconds() as f64 * self.pixels_a_second
    }

    /// The middle of a row.
    fn y(&self, row: usize) -> f64 {
        HEAD_HEIGHT + ROW_HEIGHT * (row as f64 + 0.5)
    }
}

impl Week {
    fn picture(&self) -> Result<String, fmt::Error> {
        let layout = Layout::of(self);
        let (width, height) = (layout.right + MARGIN, layout.bottom + FOOT_HEIGHT);
        let mut svg = String::new();
        writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"The fires of \
             a week\">\n<style>\n{STYLE}</style>\n\
             <rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>"
        )?;
        self.draw_grid(&mut svg, &layout)?;
        for (index, row) in self.rows.iter().enumerate() {
            row.draw(&mut svg, &layout, index)?;
        }
        draw_legend(&mut svg, &layout)?;
        svg += "</svg>\n";
        Ok(svg)
    }

    fn draw_grid(&self, svg: &mut String, layout: &Layout) -> fmt::Result {
        let Layout {
            left,
            right,
            bottom,
            ..
        } = *layout;
        let last_day = self.first_day + Days::new(6);
        writeln!(
            svg,
            "<text class=\"title\" x=\"{MARGIN}\" y=\"40\">{} to {}</text>\n\
             <text class=\"small\" x=\"{MARGIN}\" y=\"60\">{} fires of {} tasks, local times</text>",
            self.first_day.format("%-d %B"),
            last_day.format("%-d %B %Y"),
            self.n_fires(),
            self.rows.len(),
        )?;
        let hour = |day: NaiveDate, hour: u32| {
            layout.x(instant(
                day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour.into()),
            ))
        };
        for day in self.days() {
            for (from, to) in [(0, DAWN), (DUSK, 24)] {
                let (x, end) = (hour(day, from), hour(day, to));
                let (width, height) = (end - x, bottom - HEAD_HEIGHT);
                writeln!(
                    svg,
                    "<rect class=\"night\" x=\"{x:.1}\" y=\"{HEAD_HEIGHT}\" width=\"{width:.1}\" \
                     height=\"{height:.1}\"/>"
                )?;
            }
        }
        for day in self.days() {
            let middle = (hour(day, 0) + hour(day, 24)) / 2.0;
            let hours = (start_of(day + Days::new(1)) - start_of(day)).num_hours();
            let (y, mut name) = (HEAD_HEIGHT - 26.0, day.format("%a %-d %b").to_string());
            if hours != 24 {
                name += &format!(" ({hours} h)");
            }
            writeln!(
                svg,
                "<text class=\"day middle\" x=\"{middle:.1}\" y=\"{y}\">{name}</text>"
            )?;
            for shown in [6, 12, 18] {
                let (x, y) = (hour(day, shown), HEAD_HEIGHT - 8.0);
                writeln!(
                    svg,
                    "<text class=\"small middle\" x=\"{x:.1}\" y=\"{y}\">{shown}</text>"
                )?;
                draw_line(svg, "faint", (x, HEAD_HEIGHT), (x, bottom))?;
            }
            let x = hour(day, 0);
            draw_line(svg, "line", (x, HEAD_HEIGHT - 42.0), (x, bottom))?;
        }
        draw_line(svg, "line", (right, HEAD_HEIGHT - 42.0), (right, bottom))?;
        for row in 0..=self.rows.len() {
            let y = HEAD_HEIGHT + ROW_HEIGHT * row as f64;
            let start = if row == 0 { left } else { MARGIN };
            draw_line(svg, "line", (start, y), (right, y))?;
        }
        Ok(())
    }
}

impl Row {
    fn draw(&self, svg: &mut String, layout: &Layout, index: usize) -> fmt::Result {
        let (y, color) = (layout.y(index), index % N_COLORS);
        let (name, description) = (escaped(&self.name), escaped(&self.description));
        writeln!(
            svg,
            "<text class=\"name\" x=\"{MARGIN}\" y=\"{:.1}\">{name}</text>\n\
             <text class=\"small\" x=\"{MARGIN}\" y=\"{:.1}\">{description}</text>",
            y - 3.0,
            y + 13.0
        )?;
        for group in &self.groups {
            let x = layout.x(group.first);
            if group.is_single() {
                writeln!(
                    svg,
                    "<circle class=\"mark c{color}\" cx=\"{x:.1}\" cy=\"{y:.1}\" \
                     r=\"{MARK_RADIUS}\"><title>{group}: {name}</title></circle>"
                )?;
                continue;
            }
            let width = layout.x(group.last) - x;
            let top = y - BAR_HEIGHT / 2.0;
            writeln!(
                svg,
                "<rect class=\"bar c{color}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
                 height=\"{BAR_HEIGHT}\" rx=\"4\"><title>{group}: {name}</title></rect>"
            )?;
            let count = format!("{} times", group.n_fires);
            // As wide as it may be, or else the tooltip says it.
            if width > count.len() as f64 * 7.0 {
                let (x, y) = (x + width / 2.0, y + 4.0);
                writeln!(
                    svg,
                    "<text class=\"count\" x=\"{x:.1}\" y=\"{y:.1}\" \
                     pointer-events=\"none\">{count}</text>"
                )?;
            }
        }
        Ok(())
    }
}

fn draw_legend(svg: &mut String, layout: &Layout) -> fmt::Result {
    let (x, y) = (layout.left, layout.bottom + 32.0);
    let text = y + 4.0;
    let (bar, night) = (x + 120.0, x + 390.0);
    writeln!(
        svg,
        "<circle class=\"mark c7\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{MARK_RADIUS}\"/>\n\
         <text class=\"small\" x=\"{:.1}\" y=\"{text:.1}\">a fire</text>\n\
         <rect class=\"bar c7\" x=\"{bar:.1}\" y=\"{:.1}\" width=\"36\" height=\"{BAR_HEIGHT}\" \
         rx=\"4\"/>\n\
         <text class=\"small\" x=\"{:.1}\" y=\"{text:.1}\">many, at most half an hour apart</text>\n\
         <rect class=\"night\" x=\"{night:.1}\" y=\"{:.1}\" width=\"36\" height=\"{BAR_HEIGHT}\"/>\n\
         <text class=\"small\" x=\"{:.1}\" y=\"{text:.1}\">night, {DUSK}:00 to {DAWN:02}:00</text>",
        x + MARK_RADIUS,
        x + 16.0,
        y - BAR_HEIGHT / 2.0,
        bar + 44.0,
        y - BAR_HEIGHT / 2.0,
        night + 44.0,
    )
}

fn draw_line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) -> fmt::Result {
    let ((x1, y1), (x2, y2)) = (from, to);
    writeln!(
        svg,
        "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>"
    )
}

/// Text as it may stand in XML: a task may have any name.
fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
