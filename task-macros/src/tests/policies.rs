//! What becomes of fires that overlap and of runs that fail, and who goes first.

use super::{FUNCTION, check_options, expand, refusals, refusals_on, sentence};

#[test]
fn what_was_written_is_handed_on() {
    let output = expand(
        "every = \"30s\", threaded, overlap = \"queue\", retry = 3, backoff = \"1s to 1m\", \
         timeout = \"90s\", when = is_night, disable_after = 5, exclusive = [\"db\", \"net\"], \
         priority = -5, history = 100, on_skipped = note",
        FUNCTION,
    );
    check_options(&output, &[("Overlap", "queue"), ("Backoff", "1s to 1m")]);
    let compact = output.replace(' ', "");
    for option in [
        "Retry(3u32)",
        "Timeout(::core::time::Duration::new(90u64,0u32))",
        "When(|argument:&::task::Context|::task::__private::holds(&is_night,argument))",
        "DisableAfter(5u64)",
        "Exclusive(&[\"db\",\"net\"])",
        "Priority(-5i32)",
        "History(100usize)",
        "OnSkipped(|argument:&::task::Skip|::task::__private::call_back_skip(&note,argument))",
    ] {
        let option = format!("::task::__private::OptionDef::{option}");
        assert!(compact.contains(&option), "{option} in {compact}");
    }
    let output = expand("every = \"30s\"", FUNCTION);
    assert!(!output.contains("OptionDef"), "{output}");
}

#[test]
fn numbers_are_read_in_any_notation() {
    #[track_caller]
    fn check(argument: &str, expected: &str) {
        let output = expand(&format!("every = \"30s\", threaded, {argument}"), FUNCTION);
        let compact = output.replace(' ', "");
        assert!(
            compact.contains(expected),
            "{argument}: no {expected} in {compact}"
        );
    }
    check("overlap = 0x10", "Overlap(\"16\")");
    check("overlap = 4_294_967_295", "Overlap(\"4294967295\")");
    check("retry = 3u8", "Retry(3u32)");
    check("priority = 0", "Priority(0i32)");
    check("priority = 1_000i64", "Priority(1000i32)");
    check("priority = -2_147_483_648", "Priority(-2147483648i32)");
    check("history = 1", "History(1usize)");
}

#[test]
fn closures_may_do_without_the_type_of_their_parameter() {
    #[track_caller]
    fn check(argument: &str, expected: &str) {
        let output = expand(&format!("every = \"30s\", {argument}"), FUNCTION);
        let compact = output.replace(' ', "");
        assert!(
            compact.contains(expected),
            "{argument}: no {expected} in {compact}"
        );
    }
    check("when = || true", "__private::holds(&||true,argument)");
    check(
        "when = |context| context.attempt() < 5",
        "__private::holds_with_context(|context|context.attempt()<5,argument)",
    );
    check(
        "on_skipped = || ()",
        "__private::call_back_skip(&||(),argument)",
    );
    check(
        "on_skipped = |skip| note(skip)",
        "__private::call_with_skip(|skip|note(skip),argument)",
    );
    check(
        "on_failed = |run| note(run)",
        "__private::call_with_run(|run|note(run),argument)",
    );
}

#[test]
fn a_value_that_cannot_be_meant_is_refused() {
    #[track_caller]
    fn check(argument: &str, expected: &str) {
        let arguments = format!("every = \"30s\", threaded, {argument}");
        assert_eq!(refusals_on(&arguments, FUNCTION), [expected], "{argument}");
    }
    const OVERLAP: &str = "expected `\"skip\"`, `\"queue\"`, `\"allow\"`, `\"cancel\"`, or how many \
                           runs there may be at once, as in `overlap = 3`";
    const U32: &str = "expected a whole number from 1 to 4294967295";
    const U64: &str = "expected a whole number from 1 to 18446744073709551615";
    const I32: &str = "expected a whole number from -2147483648 to 2147483647";
    check("overlap = 0", "with `overlap = 0` it would never run");
    check("overlap = 4294967296", U32);
    check("overlap = -1", OVERLAP);
    check("overlap = queue", OVERLAP);
    check("overlap = true", OVERLAP);
    check(
        "overlap",
        "`overlap` needs a value: write `overlap = \"queue\"`",
    );
    check(
        "overlap = \"quue\"",
        "`overlap` cannot be `quue`, did you mean `queue`?",
    );
    let any = "write `skip`, `queue`, `allow` or `cancel`, or a number without quotes";
    check(
        "overlap = \"3\"",
        &format!("`overlap` cannot be `3`, {any}"),
    );
    check(
        "overlap = \"wait\"",
        &format!("`overlap` cannot be `wait`, {any}"),
    );
    for policy in ["\"allow\"", "3"] {
        check(
            &format!("overlap = {policy}, exclusive = \"db\""),
            &format!(
                "`overlap = {policy}` has no effect: \
                 tasks of an exclusive group never run at the same time"
            ),
        );
    }
    check(
        "retry = 0",
        "`retry = 0` is what a task does by itself: leave it out",
    );
    check("retry = \"3\"", U32);
    check("retry = 4294967296", U32);
    check("retry = -1", U32);
    check(
        "backoff = \"1s\"",
        "`backoff` has no effect: it goes with `retry`",
    );
    check(
        "retry = 1, backoff = 5",
        "expected a string, as in `backoff = \"1s to 1m\"`",
    );
    check(
        "timeout = 10",
        "expected a string, as in `timeout = \"10s\"`",
    );
    check(
        "disable_after = 0",
        "`disable_after = 0` counts no failures; to start the task disabled, write `disabled`",
    );
    check("disable_after = 1.5", U64);
    check(
        "history = 0",
        "expected at least 1: the last run is always kept",
    );
    check("history = -1", U64);
    check("priority = high", I32);
    check("priority = 2147483648", I32);
    check("priority = -2147483649", I32);
    check("priority = --5", I32);
    check("priority = 1.5", I32);
    check("priority = \"1\"", I32);
    check("exclusive = []", "the list of `exclusive` is empty");
    check(
        "exclusive = db",
        "expected a string, as in `exclusive = \"db\"`",
    );
    check("exclusive = \"\"", "the group \"\" is empty");
    check(
        "exclusive = \" db\"",
        "the group \" db\" starts or ends with a blank",
    );
    check(
        "exclusive = \"d\\nb\"",
        "the group \"d\\nb\" contains a control character",
    );
    check(
        "exclusive = [\"db\", \"db\"]",
        "the group `db` is given twice",
    );
    check(
        "exclusive = \"db\", exclusive = \"net\"",
        "`exclusive` is given twice",
    );
}

#[test]
fn a_span_that_cannot_be_meant_is_refused() {
    #[track_caller]
    fn check(argument: &str, expected: &str) {
        let messages = refusals(&format!("every = \"30s\", retry = 1, {argument}"));
        assert_eq!(messages.len(), 1, "{argument}: {messages:#?}");
        assert!(messages[0].contains(expected), "{argument}: {messages:#?}");
    }
    check("backoff = \"0s\"", "a period of zero is not possible");
    check("backoff = \"1m to 1s\"", "goes down");
    check("backoff = \"1s to\"", "to what?");
    check("backoff = \"1\"", "1 what?");
    check("timeout = \"0s\"", "zero");
    check("timeout = \"1s to 2s\"", "`to` is not possible here");
}

#[test]
fn a_condition_is_a_function_or_a_closure() {
    #[track_caller]
    fn check(argument: &str, expected: &str) {
        let arguments = format!("every = \"30s\", {argument}");
        assert_eq!(refusals(&arguments), [expected], "{argument}");
    }
    check(
        "when = is_night()",
        "expected a function, not a call: write `when = is_night`",
    );
    check(
        "when = \"is_night\"",
        "expected a function, not a string: write `when = is_night`",
    );
    check(
        "when = true",
        "expected a function or a closure that takes nothing or `&Context`, and returns `bool`",
    );
    check(
        "when = |context, other| true",
        "a condition takes nothing or `&Context`, not more",
    );
    check(
        "when = async || true",
        "a condition is called, not awaited: remove `async`",
    );
    check("when", "`when` needs a value: write `when = is_night`");
    check(
        "on_skipped = note()",
        "expected a function, not a call: write `on_skipped = note`",
    );
    check(
        "on_skipped = 5",
        "expected a function or a closure that takes nothing or `&Skip`",
    );
    check(
        "on_skipped = |skip, other| ()",
        "a callback takes nothing or `&Skip`, not more",
    );
    check(
        "on_failed = |run, other| ()",
        "a callback takes nothing or `&Run`, not more",
    );
}

#[test]
fn a_mistake_is_not_blamed_twice() {
    for arguments in [
        "retry = 0, backoff = \"1s\"",
        "retry, backoff = \"1s\"",
        "retry =, backoff = \"1s\"",
        "rety = 3, backoff = \"1s\"",
        "retry = 3, backoff = \"1\"",
        "retry = 3, retry = 4, backoff = \"1s\"",
        "overlap = \"alow\", exclusive = \"db\"",
        "overlap = \"allow\", exclusive = \"\"",
        "missed = \"all\", missed = \"skip\", grace = \"1m\"",
    ] {
        let arguments = format!("every = \"30s\", {arguments}");
        let messages = refusals(&arguments);
        assert_eq!(messages.len(), 1, "{arguments}: {messages:#?}");
    }
}

#[test]
fn the_sentence_says_what_was_written() {
    #[track_caller]
    fn check(arguments: &str, expected: &str) {
        let text = sentence(&format!("every = \"30s\", {arguments}"));
        assert_eq!(
            text,
            format!("Runs every 30 seconds{expected}"),
            "{arguments}"
        );
    }
    let running = "A fire while it is running";
    for (policy, expected) in [
        ("\"skip\"", format!("{running} is skipped.")),
        ("1", format!("{running} is skipped.")),
        ("\"queue\"", format!("{running} waits for its end.")),
        (
            "\"allow\"",
            format!("{running} starts another run beside it."),
        ),
        (
            "\"cancel\"",
            format!("{running} cancels that run and takes its place."),
        ),
        (
            "3",
            "Up to 3 runs go on at the same time; a fire beyond that is skipped.".into(),
        ),
    ] {
        check(
            &format!("threaded, overlap = {policy}"),
            &format!(" on a worker thread. {expected}"),
        );
    }
    check("retry = 1", ". A run that fails is tried once more.");
    check(
        "retry = 3",
        ". A run that fails is tried up to 3 more times.",
    );
    for (retry, backoff, expected) in [
        (1, "10s", "once more, after 10s"),
        (1, "1s to 60s", "once more, after up to 1s"),
        (3, "90s", "up to 3 more times, each time after 1m 30s"),
        (
            3,
            "1s to 60s",
            "up to 3 more times, after up to 1s, doubling to 1m",
        ),
    ] {
        check(
            &format!("retry = {retry}, backoff = \"{backoff}\""),
            &format!(". A run that fails is tried {expected}."),
        );
    }
    check(
        "when = is_night, start = \"now\"",
        ". Only when `is_night` holds. The first run is at the start.",
    );
    check("when = ::a::is_night", ". Only when `::a::is_night` holds.");
    check("when = || true", ". Only when its condition holds.");
    check("timeout = \"10s\"", ". May take 10s.");
    check(
        "timeout = \"10s\", retry = 1",
        ". Each attempt may take 10s. A run that fails is tried once more.",
    );
    check("disable_after = 1", ". Disabled after a failure.");
    check("disable_after = 5", ". Disabled after 5 failures in a row.");
    check(
        "exclusive = \"db\", max_runs = 3",
        ". Never at the same time as another task of the group `db`. Ends after 3 runs.",
    );
    check(
        "exclusive = [\"db\", \"net\", \"a`b\"]",
        ". Never at the same time as another task of the groups `db`, `net` and `` a`b ``.",
    );
    check("priority = 5, history = 100, on_skipped = note", ".");
}
