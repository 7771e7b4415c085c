//! The sentence that is added to the documentation of the function.

use quote::ToTokens;
use task_schedule::{Schedule, span_text};

use crate::{
    check::Planned,
    limits,
    options::{Callback, Missed, Options, Overlap, Start},
};

/// An expression longer than this is not quoted in the documentation.
const LONGEST_EXPR: usize = 80;

/// Says in plain words what the attribute was understood to mean.
pub(crate) fn sentence(options: &Options, schedules: &[Planned]) -> String {
    let sentences = [
        Some(runs(options, schedules)),
        condition(options),
        start(options),
        jitter(options),
        missed(options),
        overlap(options),
        exclusive(options),
        timeout(options),
        retry(options),
        disable_after(options),
        max_runs(options),
        options.disabled.then(|| "Starts disabled.".into()),
    ];
    let sentences: Vec<_> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

fn runs(options: &Options, schedules: &[Planned]) -> String {
    let when: Vec<_> = schedules
        .iter()
        .map(|schedule| phrase(options, schedule))
        .collect();
    let mut text = match when.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, [first])) => format!("{first}, and {last}"),
        Some((last, others)) => format!("{}; and {last}", others.join("; ")),
        None => String::new(),
    };
    if options.threaded.is_some() {
        if text.contains([',', ';']) || text.ends_with(')') {
            text.push(',');
        }
        text += " on a worker thread";
    }
    format!("Runs {text}.")
}

fn condition(options: &Options) -> Option<String> {
    Some(match options.condition.as_ref()? {
        Callback::Path(path) => {
            let path = path.to_token_stream().to_string();
            let path = path.replace(" ::", "::").replace(":: ", "::");
            format!("Only when {} holds.", code(&path))
        }
        Callback::Closure { .. } => "Only when its condition holds.".into(),
    })
}

fn start(options: &Options) -> Option<String> {
    let start = options.start.as_ref()?;
    Some(match start.value {
        Start::Now => "The first run is at the start.".into(),
        Start::After(_) => {
            let after = start.literal.value();
            format!("The first run is {after} after the start.")
        }
    })
}

fn jitter(options: &Options) -> Option<String> {
    let jitter = options.jitter.as_ref()?.literal.value();
    Some(format!("Each run starts up to {jitter} late."))
}

/// Says what becomes of the fires whose time has passed.
fn missed(options: &Options) -> Option<String> {
    let missed = options.missed.as_ref()?;
    Some(match (missed.value, &options.grace) {
        (Missed::Once, _) => "One run stands for all fires that were missed.".into(),
        (Missed::All, _) => "Each fire that was missed is made up for.".into(),
        (Missed::Skip, None) => "Fires that were missed are skipped.".into(),
        (Missed::Skip, Some(grace)) => {
            let grace = grace.literal.value();
            format!("Fires that are more than {grace} late are skipped.")
        }
    })
}

/// Says what a fire does while the task is running.
fn overlap(options: &Options) -> Option<String> {
    Some(match options.overlap.as_ref()?.value {
        Overlap::Skip | Overlap::AtMost(1) => "A fire while it is running is skipped.".into(),
        Overlap::Queue => "A fire while it is running waits for its end.".into(),
        Overlap::Allow => "A fire while it is running starts another run beside it.".into(),
        Overlap::Cancel => {
            "A fire while it is running cancels that run and takes its place.".into()
        }
        Overlap::AtMost(runs) => {
            format!("Up to {runs} runs go on at the same time; a fire beyond that is skipped.")
        }
    })
}

fn exclusive(options: &Options) -> Option<String> {
    let groups: Vec<_> = options.exclusive.iter().map(|group| code(group)).collect();
    let groups = match groups.split_last()? {
        (last, []) => format!("group {last}"),
        (last, others) => format!("groups {} and {last}", others.join(", ")),
    };
    Some(format!(
        "Never at the same time as another task of the {groups}."
    ))
}

fn timeout(options: &Options) -> Option<String> {
    let timeout = options.timeout.as_ref()?.literal.value();
    Some(match options.retry {
        None => format!("May take {timeout}."),
        Some(_) => format!("Each attempt may take {timeout}."),
    })
}

/// Says how often a failed run is tried again, and how long it waits before.
fn retry(options: &Options) -> Option<String> {
    let tried = match options.retry? {
        1 => "once more".to_owned(),
        retries => format!("up to {retries} more times"),
    };
    let waits = match options.backoff.as_ref().map(|backoff| backoff.value) {
        None => String::new(),
        Some((wait, None)) if options.retry == Some(1) => format!(", after {}", span_text(wait)),
        Some((wait, None)) => format!(", each time after {}", span_text(wait)),
        Some((first, Some(_))) if options.retry == Some(1) => {
            format!(", after up to {}", span_text(first))
        }
        Some((first, Some(cap))) => {
            let [first, cap] = [first, cap].map(span_text);
            format!(", after up to {first}, doubling to {cap}")
        }
    };
    Some(format!("A run that fails is tried {tried}{waits}."))
}

fn disable_after(options: &Options) -> Option<String> {
    Some(match options.disable_after? {
        1 => "Disabled after a failure.".into(),
        failures => format!("Disabled after {failures} failures in a row."),
    })
}

fn max_runs(options: &Options) -> Option<String> {
    Some(match options.max_runs.as_ref()?.value {
        1 => "Ends after one run.".into(),
        runs => format!("Ends after {runs} runs."),
    })
}

/// Quotes what is to be read as it is.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Says when one schedule runs, as it goes on after "Runs".
fn phrase(options: &Options, schedule: &Planned) -> String {
    match schedule {
        Planned::Text { applied, .. } => {
            let text = applied.describe();
            let mut chars = text.chars();
            match chars.next() {
                Some(first) => first.to_lowercase().chain(chars).collect(),
                None => text,
            }
        }
        Planned::Expr(expr) => {
            let text = expr.to_token_stream().to_string();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let limits = limits_in_words(options);
            if text.len() > LONGEST_EXPR || text.contains('`') {
                format!("on a schedule that the program computes{limits}")
            } else {
                format!("on the schedule `{text}`{limits}")
            }
        }
    }
}

/// Says what becomes of a schedule that is not known yet: `, from 09:00 to 17:00`.
fn limits_in_words(options: &Options) -> String {
    // Takes all of them, and says them behind its own name.
    let Ok(daily) = "every day".parse::<Schedule>() else {
        return String::new();
    };
    let name = daily.describe();
    let limited = limits::apply(options, daily).describe();
    limited.strip_prefix(&name).unwrap_or_default().to_owned()
}
