//! Where a value ends, and what is said of one that is not read.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{FUNCTION, expand, refusals, refusals_on, tokens};
use crate::attribute;

const NAME: &str = "unknown option `nam`, did you mean `name`?";

#[test]
fn a_value_goes_up_to_the_comma_behind_it() {
    for value in [
        "a::<B, C<D, E>>()",
        "<A as B<C, D>>::e(f)",
        "a.b::<C, D>().e?",
        "a < b",
        "a << b",
        "a || b(c, d)",
        "a as B<C, D> + e",
        "a::b!(c, d)",
        "|x: A<B, C>, (y, z)| x | y",
        "|x| -> A<B, C> { x }",
        "async move |x, y| x",
        "if a == b { c } else if let Some(d) = e { f } else { g }",
        "match (a, b) { (c, d) => e, _ => f }.g()",
        "'a: loop { break 'a (b, c) }",
        "A::<B, C> { d: e, ..f }",
        "[a, b][0]",
        "&mut *a.0 ..= -!b",
    ] {
        let messages = refusals(&format!("schedule = {value}, nam = {value}, nam"));
        assert_eq!(messages.len(), 2, "{value}: {messages:#?}");
        assert!(messages.iter().all(|message| message.starts_with(NAME)));
        let output = expand(&format!("schedule = {value}"), FUNCTION).replace(' ', "");
        let call = format!("__private::schedule({})", value.replace(' ', ""));
        assert!(output.contains(&call), "no {call} in {output}");
    }
}

#[test]
fn a_value_ends_where_it_cannot_go_on() {
    const COMMA: &str = "expected `,` between two options";
    for value in [
        "5", "a", "a()", "a::<B>", "-5", "[a]", "|| a", "a?", "m!(a)", "{ a }",
    ] {
        for next in ["threaded", "name = \"x\"", "\"x\"", "@"] {
            let messages = refusals(&format!("every = \"1s\", schedule = {value} {next}"));
            assert_eq!(messages[0], COMMA, "{value} {next}: {messages:#?}");
        }
    }
    for value in [
        "+ a",
        "= a",
        "a +",
        "a::",
        "a.",
        "|x|",
        "if a {} else",
        "a as",
        ", b",
    ] {
        let messages = refusals(&format!("every = [{value}], nam"));
        assert_eq!(messages[0], "expected an expression", "{value}");
        assert!(messages[1].starts_with(NAME), "{value}: {messages:#?}");
        assert_eq!(messages.len(), 2, "{value}: {messages:#?}");
    }
    assert_eq!(
        refusals("every = [\"1s\" \"2s\"]"),
        ["expected `,` between two values"]
    );
}

#[test]
fn what_kind_a_value_is_decides_what_is_said() {
    #[track_caller]
    fn check(values: &[&str], expected: &str) {
        for value in values {
            let arguments = format!("every = \"30s\", on_failed = {value}");
            let messages = refusals_on(&arguments, FUNCTION);
            let messages: Vec<_> = messages.iter().map(String::as_str).collect();
            let is_expected = match messages[..] {
                [] => expected.is_empty(),
                [message] => !expected.is_empty() && message.starts_with(expected),
                _ => false,
            };
            assert!(is_expected, "{value}: {messages:#?}");
        }
    }
    check(
        &[
            "a",
            "::a::b",
            "a::<B, C>::d",
            "<A as B>::c",
            "crate::a",
            "r#fn",
            "|| a()",
            "move |x| a",
            "|x,| x",
        ],
        "",
    );
    check(
        &[
            "a()",
            "a::<B, C>()",
            "a.b(c)",
            "a.0.b()",
            "a()()",
            "(a)(b)",
            "a?.b::<C>()",
            "m!(a).b()",
        ],
        "expected a function, not a call",
    );
    check(
        &["\"a\"", "r\"a\"", "\"a\"suffix"],
        "expected a function, not a string",
    );
    check(
        &["|x, y| x", "|x: A<B, C>, y,| x"],
        "a callback takes nothing or `&Run`, not more",
    );
    check(
        &["async || a", "async move |x| x"],
        "a callback is called, not awaited",
    );
    check(
        &[
            "5", "-5", "true", "(a)", "[a]", "a + b()", "!a()", "&a", "m!(a)", "a.b", "a()?", "_",
            "{ a }",
        ],
        "expected a function or a closure",
    );
    let no_path = "expected a path, as in `crate = my_task`";
    for value in ["a::<B>", "<A>::b", "a()", "5", "\"a::<B>\"", "\"\""] {
        assert_eq!(
            refusals(&format!("every = \"30s\", crate = {value}")),
            [no_path],
            "{value}"
        );
    }
}

#[test]
fn what_a_macro_passes_on_is_read_as_if_it_stood_there() {
    /// Puts what is in the parentheses of `group!` into invisible ones, or into none.
    fn read(stream: TokenStream, has_groups: bool) -> TokenStream {
        let mut tokens: Vec<TokenTree> = Vec::new();
        for token in stream {
            let TokenTree::Group(group) = token else {
                tokens.push(token);
                continue;
            };
            let content = read(group.stream(), has_groups);
            let is_marked = matches!(
                &tokens[..],
                [.., TokenTree::Ident(mark), TokenTree::Punct(_)] if mark == "group"
            );
            if !is_marked {
                tokens.push(Group::new(group.delimiter(), content).into());
                continue;
            }
            tokens.truncate(tokens.len() - 2);
            if has_groups {
                tokens.push(Group::new(Delimiter::None, content).into());
            } else {
                tokens.extend(content);
            }
        }
        tokens.into_iter().collect()
    }
    #[track_caller]
    fn check(arguments: &str, item: &str) {
        let [grouped, plain] = [true, false].map(|has_groups| {
            let read = |text: &str| read(tokens(text), has_groups);
            attribute(read(arguments), read(item))
                .to_string()
                .replace(' ', "")
        });
        assert_eq!(grouped, plain, "{arguments} on {item}");
    }
    let arguments = "every = group!(\"30s\"), priority = group!(-5), history = -group!(5), \
                     retry = group!(group!(3)), tags = [group!(\"a\"), \"b\"], disabled";
    for item in [
        "group!(pub(crate)) fn pull() {}",
        "group!() async fn pull(group!(_): group!(&Context), x: group!(A<B, C>)) -> group!(A) {}",
        "#[group!(doc = \"One.\")] #[group!(allow(a))] fn pull() group!({})",
        "#[inline] group!(/// One.\npub fn pull(x: &Context) {})",
        "group!(fn pull(x: A) {})",
        "fn pull(_: group!(impl A), group!(self): B) -> group!(!) {}",
        "group!(fn pull();)",
        "group!(struct Pull;)",
    ] {
        check(arguments, item);
        check(&arguments.replace("-group!(5)", "5"), item);
    }
    check(
        "schedule = group!(a).b(c, group!(d)), when = group!(|x| x)",
        FUNCTION,
    );
    check(
        "every = group!([\"1s\", \"2s\"]), on_failed = group!(a::b), crate = group!(::c)",
        FUNCTION,
    );
    check(
        "every = group!(\"1s\") group!(\"2s\"), when = group!(a)()",
        FUNCTION,
    );
}
