//! The attribute without a compiler: what it writes and what it says.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    attribute, check, check::Planned, doc, errors::Errors, function, keys, parse, sentence,
};

mod calendar;
mod functions;
mod policies;
mod values;

const FUNCTION: &str = "/// Pulls.\npub(crate) fn pull() -> Result<(), String> { Ok(()) }";

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap()
}

fn expand(arguments: &str, item: &str) -> String {
    attribute(tokens(arguments), tokens(item)).to_string()
}

/// Returns the messages of an attribute, as far as the function doesn't matter.
fn refusals(arguments: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let options = keys::read(parse::entries(tokens(arguments), &mut errors), &mut errors);
    check::check(&options, None, &mut errors);
    errors.messages()
}

/// Returns the messages of an attribute on a function, and those of the function.
fn refusals_on(arguments: &str, item: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let function = function::read(tokens(item), &mut errors);
    let options = keys::read(parse::entries(tokens(arguments), &mut errors), &mut errors);
    check::check(&options, function.as_ref(), &mut errors);
    errors.messages()
}

fn sentence(arguments: &str) -> String {
    let mut errors = Errors::default();
    let options = keys::read(parse::entries(tokens(arguments), &mut errors), &mut errors);
    let schedules = check::check(&options, None, &mut errors);
    assert_eq!(errors.messages(), [""; 0], "{arguments}");
    sentence::sentence(&options, &schedules)
}

/// Returns the schedules of an attribute with its options applied.
fn applied(arguments: &str) -> Vec<String> {
    let mut errors = Errors::default();
    let options = keys::read(parse::entries(tokens(arguments), &mut errors), &mut errors);
    let schedules = check::check(&options, None, &mut errors);
    assert_eq!(errors.messages(), [""; 0], "{arguments}");
    let text = |schedule: &Planned| match schedule {
        Planned::Text { applied, .. } => Some(applied.to_string()),
        Planned::Expr(_) => None,
    };
    schedules.iter().filter_map(text).collect()
}

fn description(item: &str) -> String {
    let mut errors = Errors::default();
    let function = function::read(tokens(item), &mut errors).unwrap();
    doc::description(&function.attributes)
}

#[test]
fn the_item_is_given_back_whether_or_not_the_attribute_is_right() {
    let items = [
        FUNCTION,
        "async unsafe fn pull<T>(self, a: usize) { syntax of a later edition ~ }",
        "struct Pull { field: usize }",
        "fn required();",
        "not an item",
    ];
    for item in items {
        for arguments in ["every = \"30s\"", "every = \"0s\"", "evry"] {
            let output = expand(arguments, item);
            let body = tokens(item.lines().last().unwrap()).to_string();
            assert!(output.contains(&body), "{arguments} on {item}: {output}");
        }
    }
}

#[test]
fn a_wrong_attribute_registers_nothing() {
    let output = expand("every = \"0s\"", FUNCTION);
    assert!(output.contains("compile_error"));
    assert!(!output.contains("__TASK_pull"));
    assert!(expand("every = \"1s\"", FUNCTION).contains("__TASK_pull"));
}

#[test]
fn all_errors_are_reported_at_once() {
    let messages = refusals("every = \"0s\", evry = \"30s\", name = \"\", , max_runs = 0 threaded");
    assert_eq!(messages.len(), 6, "{messages:#?}");
}

#[test]
fn a_mistake_is_not_blamed_twice() {
    for arguments in [
        "evry = \"30s\", timezone = \"UTC\"",
        "every = \"30\", timezone = \"UTC\", start = \"now\"",
        "every = [\"30s\", \"30\"], timezone = \"UTC\"",
        "at = [\"2126-12-24 18:00\", \"24:00\"], start = \"now\"",
        "\"30s\"",
        "every",
        "every = ",
        "every(\"30s\")",
        "every = \"1h\", jitter = \"1\"",
    ] {
        assert_eq!(
            refusals(arguments).len(),
            1,
            "{arguments}: {:#?}",
            refusals(arguments)
        );
    }
}

#[test]
fn a_schedule_that_ends_before_it_runs_is_refused() {
    #[track_caller]
    fn check(arguments: &str, refused: bool) {
        let messages = refusals(arguments);
        let is_refused = messages
            .iter()
            .any(|message| message.contains("would never run"));
        assert_eq!(is_refused, refused, "{arguments}: {messages:#?}");
    }
    let at = "at = \"2126-12-24 18:00\"";
    check(&format!("{at}, until = \"2126-12-24 17:59:59\""), true);
    check(&format!("{at}, until = \"2126-12-24 18:00\""), false);
    check(
        &format!("{at}, until = \"2126-12-24T17:59:59Z\", timezone = \"UTC\""),
        true,
    );
    check(
        &format!("{at}, until = \"17:00\", timezone = \"local\""),
        true,
    );
    check(&format!("{at}, until = \"19:00\""), false);
    check(&format!("{at}, until = \"1h\""), false);
    check("every = \"1h\", until = \"59m\"", true);
    check("delay = \"1h\", until = \"59m\"", true);
    check("every = \"1h\", until = \"1h\"", false);
    check("every = \"1h\", until = \"59m\", start = \"now\"", false);
    check("every = \"1h\", until = \"5m\", start = \"6m\"", true);
    check("every = \"1h\", until = \"5m\", start = \"5m\"", false);
    check("every = \"1h\", until = \"59m\", aligned", false);
    check("every = \"day at 10:30\", until = \"1h\"", false);
}

#[test]
fn the_example_of_each_option_is_right_and_documented() {
    let documentation = include_str!("lib.rs");
    for (key, usage) in keys::KEYS {
        let other = match key {
            "every" | "delay" | "cron" | "at" | "schedule" => "",
            "grace" => "every = \"1h\", missed = \"skip\", ",
            "backoff" => "every = \"1h\", retry = 3, ",
            "overlap" => "every = \"1h\", threaded, ",
            "timezone" | "gap" | "fold" => "every = \"day at 10:30\", ",
            _ => "every = \"1h\", ",
        };
        let arguments = format!("{other}{usage}");
        assert_eq!(refusals_on(&arguments, FUNCTION), [""; 0], "{arguments}");
        assert!(documentation.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn schedules_are_written_down_without_the_options_of_the_task() {
    #[track_caller]
    fn check(arguments: &str, expected: &[&str]) {
        let output = expand(arguments, FUNCTION);
        for text in expected {
            let schedule: task_schedule::Schedule = text.parse().unwrap();
            let def = match schedule.plain_interval() {
                Some(nanos) => {
                    let nanos = nanos.get();
                    quote!(ScheduleDef::Every(#nanos)).to_string()
                }
                None => quote!(ScheduleDef::Text(#text)).to_string(),
            };
            assert!(
                output.contains(&def),
                "{arguments}: no {text:?} in {output}"
            );
        }
    }
    check(
        "every = [\"90 seconds\", \"day at 10:30 in local\", \"monday at 10:30\"], \
         timezone = \"UTC\", until = \"2126-12-24\", gap = \"skip\"",
        &[
            "every 1m 30s",
            "every day at 10:30 in local",
            "every monday at 10:30",
        ],
    );
    check(
        "every = \"5m\", delay = \"5s\", between = \"09:00 to 17:00\", until = \"2h\"",
        &["every 5m", "delay 5s"],
    );
    check("every = \"5m\", aligned", &["every 5m"]);
}

#[test]
fn options_are_applied_to_the_texts_of_schedules() {
    #[track_caller]
    fn check(arguments: &str, expected: &[&str]) {
        assert_eq!(applied(arguments), expected, "{arguments}");
    }
    check("every = \"90 seconds\"", &["every 1m 30s"]);
    check("delay = \"5s to 10s\"", &["delay 5s to 10s"]);
    check(
        "every = [\"5m\", \"1h\"], aligned",
        &["every 5m aligned", "every 1h aligned"],
    );
    check(
        "every = [\"day at 10:30\", \"monday at 10:30 in local\", \"1h\"], timezone = \"UTC\"",
        &[
            "every day at 10:30 in UTC",
            "every monday at 10:30 in local",
            "every 1h",
        ],
    );
    check(
        "at = \"2126-12-24 18:00\", timezone = \"UTC\"",
        &["at 2126-12-24 18:00 in UTC"],
    );
    check(
        "every = \"1h\", until = \"2126-12-24\", timezone = \"UTC\"",
        &["every 1h until 2126-12-24 00:00 in UTC"],
    );
    check(
        "schedule = \"delay 1h\", until = \"2h\"",
        &["delay 1h for 2h"],
    );
}

#[test]
fn what_a_later_schedule_needs_is_written_beside_every_schedule() {
    let options = "timezone = \"UTC\", until = \"18:00\", aligned, \
                   between = \"09:00 to 17:00\", days = \"Monday to Friday\"";
    for schedule in ["schedule = every(5).minutes()", "every = \"5m\""] {
        let output = expand(&format!("{schedule}, {options}"), FUNCTION);
        check_options(
            &output,
            &[
                ("Timezone", "UTC"),
                ("Until", "18:00"),
                ("Between", "09:00 to 17:00"),
                ("Days", "mon-fri"),
            ],
        );
        assert!(output.contains("OptionDef :: Aligned"), "{output}");
    }
}

#[track_caller]
fn check_options(output: &str, options: &[(&str, &str)]) {
    for (option, text) in options {
        let option = format!("OptionDef :: {option} ({text:?})");
        assert!(output.contains(&option), "{option} in {output}");
    }
}

#[test]
fn the_sentence_says_what_was_understood() {
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        assert_eq!(sentence(arguments), expected, "{arguments}");
    }
    check("every = \"30s\"", "Runs every 30 seconds.");
    check(
        "every = \"30s\", threaded",
        "Runs every 30 seconds on a worker thread.",
    );
    check(
        "every = \"day at 10:30\", at = \"2126-12-24 18:00\", timezone = \"UTC\", disabled",
        "Runs every day at 10:30 (UTC), and once, on 2126-12-24 at 18:00 (UTC). Starts disabled.",
    );
    check(
        "every = [\"mon-fri at 09:00\", \"1h\", \"hour at :15\"], threaded",
        "Runs at 09:00, Monday to Friday; every hour; and every hour, at minute 15, \
         on a worker thread.",
    );
    check(
        "delay = \"30s\"",
        "Runs 30 seconds after the last run ended.",
    );
    check(
        "every = \"1h\", start = \"now\", max_runs = 1",
        "Runs every hour. The first run is at the start. Ends after one run.",
    );
    check(
        "every = \"1h\", start = \"10s\", jitter = \"2s\", max_runs = 5",
        "Runs every hour. The first run is 10s after the start. \
         Each run starts up to 2s late. Ends after 5 runs.",
    );
    check(
        "schedule = every(10).seconds(), threaded",
        "Runs on the schedule `every (10) . seconds ()` on a worker thread.",
    );
    check(
        "schedule = { let a_long_name = 5; let another_long_name = 6; every(a_long_name + 5).to(10).days() }",
        "Runs on a schedule that the program computes.",
    );
}

#[test]
fn the_description_is_the_doc_comment() {
    #[track_caller]
    fn check(docs: &str, expected: &str) {
        assert_eq!(
            description(&format!("{docs}\nfn pull() {{}}")),
            expected,
            "{docs}"
        );
    }
    check("", "");
    check("/// One.", "One.");
    check("///One.", "One.");
    check(
        "/// One.\n///\n///     code\n///   * two",
        "One.\n\n    code\n  * two",
    );
    check("/// One.\n#[inline]\n#[doc = \" Two.\"]", "One.\nTwo.");
    check("/** One. */", "One.");
    check("/**\n * One.\n *   Two.\n */", "One.\n  Two.");
    check("/**\nOne.\n  Two.\n*/", "One.\n  Two.");
    check("#[doc(alias = \"x\")] #[doc = include_str!(\"x\")]", "");
}

#[test]
fn def_of_names_the_static_beside_the_function() {
    #[track_caller]
    fn check(path: &str, expected: &str) {
        let output = crate::expand::def_of(tokens(path)).unwrap();
        assert_eq!(output.to_string().replace(' ', ""), expected, "{path}");
    }
    check("pull", "&__TASK_pull");
    check("::a::b::pull", "&::a::b::__TASK_pull");
    check("crate::r#mod::r#loop", "&crate::r#mod::__TASK_loop");
    check("self::pull", "&self::__TASK_pull");
    assert!(crate::expand::def_of(tokens("pull::<T>")).is_err());
    assert!(crate::expand::def_of(tokens("5")).is_err());
}

#[cfg(not(feature = "chrono-tz"))]
#[test]
fn a_named_zone_says_which_feature_it_needs() {
    for arguments in [
        "every = \"day at 10:30 in Europe/Berlin\"",
        "every = \"day at 10:30\", timezone = \"Europe/Berlin\"",
    ] {
        let messages = refusals(arguments);
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(
            messages[0].contains("needs the feature `chrono-tz`"),
            "{messages:?}"
        );
    }
}
