//! The function given back, and its registration beside it.
//!
//! All names are absolute and lead through `task::__private`. Tokens of ours
//! have the span of the attribute, so that no lint of the user's crate speaks
//! about them, except where an error should point into the user's code.

use std::{fmt::Display, time::Duration};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{ext::IdentExt, parse::Parser};

use crate::{
    attributes::Attribute,
    body, callbacks,
    check::Planned,
    doc,
    function::Function,
    options::{Callback, Given, Missed, Options, Overlap, Start},
    sentence,
    signature::Signature,
    tokens::Tokens,
    values,
};

/// Returns the name of the constant that describes the task `function`.
pub(crate) fn const_name(function: &Ident, span: Span) -> Ident {
    Ident::new(&format!("__TASK_{}", function.unraw()), span)
}

/// Returns the function with a sentence on when it runs, and its registration.
pub(crate) fn expand(function: &Function, options: &Options, schedules: &[Planned]) -> TokenStream {
    let Function {
        attributes,
        rest,
        signature,
    } = function;
    let Signature {
        visibility, name, ..
    } = signature;
    let sentence = sentence::sentence(options, schedules);
    // The sentence is a paragraph of its own.
    let has_docs = attributes.iter().any(|attribute| attribute.is("doc"));
    let blank = has_docs.then(|| quote!(#[doc = ""]));
    // A `State` is taken by value, whether or not the body has a use for that.
    let takes_values = !signature.is_async
        && signature
            .parameters
            .iter()
            .any(|parameter| !parameter.ty.start_with('&'));
    let by_value = takes_values.then(|| quote!(#[allow(clippy::needless_pass_by_value)]));
    let cfgs: Vec<_> = attributes
        .iter()
        .filter(|attribute| attribute.is("cfg"))
        .collect();
    let krate = &options.krate;
    let task = const_name(name, Span::call_site());
    let definition = definition(function, options, schedules);
    let allowed = attributes.iter().filter_map(allowed);
    quote! {
        #by_value
        #(#attributes)*
        #blank
        #[doc = #sentence]
        #rest

        #(#cfgs)*
        #[doc(hidden)]
        #(#allowed)*
        #visibility const #task: #krate::__private::TaskDef =
            #krate::__private::TaskDef::#definition;

        #(#cfgs)*
        #krate::__private::inventory::submit! { #task }
    }
}

/// Returns what an attribute of the function allows its registration, which
/// names the function and the types of its parameters once more.
fn allowed(attribute: &Attribute) -> Option<TokenStream> {
    if attribute.is("deprecated") {
        return Some(quote!(#[allow(deprecated)]));
    }
    let lints = attribute.list.as_ref()?;
    let allows = attribute.is("allow") || attribute.is("expect");
    allows.then(|| quote!(#[allow(#lints)]))
}

/// Returns the calls that make a `TaskDef`. What is empty is left out: each slice
/// costs the compiler as much as a constant.
fn definition(function: &Function, options: &Options, schedules: &[Planned]) -> TokenStream {
    let krate = &options.krate;
    let ident = &function.signature.name;
    let name = options
        .name
        .clone()
        .unwrap_or_else(|| ident.unraw().to_string());
    let description = doc::description(&function.attributes);
    // The place of a macro call is where its tokens are.
    let location = quote_spanned!(ident.span()=> ::core::file!(), ::core::line!());
    let body = body::body(&function.signature, krate);
    let needs = body::needs(&function.signature, krate);
    let defs = schedules
        .iter()
        .map(|schedule| schedule_def(options, schedule));
    let mut definition = quote! {
        new(
            #ident,
            #krate::__private::BodyDef::#body,
            #name,
            ::core::module_path!(),
            #location,
            #description,
            &[#(#defs),*],
        )
    };
    if !needs.is_empty() {
        definition.extend(quote!(.needs(&[#(#needs),*])));
    }
    let given = given(options);
    if !given.is_empty() {
        definition.extend(quote!(.options(&[#(#krate::__private::OptionDef::#given),*])));
    }
    definition
}

/// Returns what the attribute says beside the schedules, each as a variant of `OptionDef`.
fn given(options: &Options) -> Vec<TokenStream> {
    let mut given = for_all_schedules(options);
    if let Some(start) = &options.start {
        let start = duration(match start.value {
            Start::Now => Duration::ZERO,
            Start::After(span) => span,
        });
        given.push(quote!(Start(#start)));
    }
    if let Some(jitter) = &options.jitter {
        let jitter = duration(jitter.value);
        given.push(quote!(Jitter(#jitter)));
    }
    if let Some(max_runs) = &options.max_runs {
        let max_runs = max_runs.value;
        given.push(quote!(MaxRuns(#max_runs)));
    }
    if !options.tags.is_empty() {
        let tags = &options.tags;
        given.push(quote!(Tags(&[#(#tags),*])));
    }
    if options.threaded.is_some() {
        given.push(quote!(Threaded));
    }
    if options.disabled {
        given.push(quote!(Disabled));
    }
    given.extend(policies(options));
    let callbacks = [
        ("when", "When", &options.condition),
        ("on_success", "OnSuccess", &options.on_success),
        ("on_failed", "OnFailed", &options.on_failed),
        ("on_complete", "OnComplete", &options.on_complete),
        ("on_skipped", "OnSkipped", &options.on_skipped),
    ];
    for (option, variant, callback) in callbacks {
        if let Some(callback) = callback {
            let callback = callback_fn(options, option, callback);
            let variant = format_ident!("{variant}");
            given.push(quote!(#variant(#callback)));
        }
    }
    given
}

/// What becomes of fires that were missed or overlap, and of runs that fail.
fn policies(options: &Options) -> Vec<TokenStream> {
    let krate = &options.krate;
    let mut given = Vec::new();
    if let Some(missed) = &options.missed {
        let missed = match missed.value {
            Missed::Once => quote!(Once),
            Missed::Skip => quote!(Skip),
            Missed::All => quote!(All),
        };
        given.push(quote!(Missed(#krate::Missed::#missed)));
    }
    if let Some(grace) = &options.grace {
        let grace = duration(grace.value);
        given.push(quote!(Grace(#grace)));
    }
    if let Some(overlap) = &options.overlap {
        let overlap = match overlap.value {
            Overlap::Skip => "skip".to_owned(),
            Overlap::Queue => "queue".to_owned(),
            Overlap::Allow => "allow".to_owned(),
            Overlap::Cancel => "cancel".to_owned(),
            Overlap::AtMost(runs) => runs.to_string(),
        };
        given.push(quote!(Overlap(#overlap)));
    }
    if let Some(retry) = options.retry {
        given.push(quote!(Retry(#retry)));
    }
    if let Some(backoff) = &options.backoff {
        let backoff = &backoff.literal;
        given.push(quote!(Backoff(#backoff)));
    }
    if let Some(timeout) = &options.timeout {
        let timeout = duration(timeout.value);
        given.push(quote!(Timeout(#timeout)));
    }
    if let Some(failures) = options.disable_after {
        given.push(quote!(DisableAfter(#failures)));
    }
    if !options.exclusive.is_empty() {
        let groups = &options.exclusive;
        given.push(quote!(Exclusive(&[#(#groups),*])));
    }
    if let Some(priority) = options.priority {
        given.push(quote!(Priority(#priority)));
    }
    if let Some(runs) = options.history {
        given.push(quote!(History(#runs)));
    }
    given
}

fn schedule_def(options: &Options, schedule: &Planned) -> TokenStream {
    let krate = &options.krate;
    match schedule {
        Planned::Text { written, .. } => {
            if let Some(nanos) = written.plain_interval() {
                // Most are such, and nothing is to be read then when the program starts.
                let nanos = nanos.get();
                return quote!(#krate::__private::ScheduleDef::Every(#nanos));
            }
            let text = written.to_string();
            quote!(#krate::__private::ScheduleDef::Text(#text))
        }
        Planned::Expr(expr) => quote! {
            #krate::__private::ScheduleDef::Expr(|| {
                use #krate::__private::dsl::*;
                #krate::__private::schedule(#expr)
            })
        },
    }
}

/// The options that are for each schedule of the task, also for those that come
/// later: the program applies them.
fn for_all_schedules(options: &Options) -> Vec<TokenStream> {
    let texts = [
        ("Timezone", text(&options.timezone)),
        ("Between", text(&options.between)),
        ("Days", text(&options.days)),
        ("Gap", text(&options.gap)),
        ("Fold", text(&options.fold)),
        ("Until", text(&options.until)),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(variant, text)| text.map(|text| (format_ident!("{variant}"), text)))
        .map(|(variant, text)| quote!(#variant(#text)));
    let aligned = options.aligned.is_some().then(|| quote!(Aligned));
    given.chain(aligned).collect()
}

/// Returns the canonical text of an option.
fn text<T: Display>(option: &Option<Given<T>>) -> Option<String> {
    option.as_ref().map(|given| given.value.to_string())
}

fn callback_fn(options: &Options, option: &str, callback: &Callback) -> TokenStream {
    let krate = &options.krate;
    let argument = callbacks::argument(option);
    let (by_trait, by_argument) = match argument {
        "Context" => ("holds", "holds_with_context"),
        "Skip" => ("call_back_skip", "call_with_skip"),
        _ => ("call_back", "call_with_run"),
    };
    // What can't be a callback is reported at the user's tokens alone.
    let (call, callback) = match callback {
        Callback::Path(path) => (by_trait, borrowed(path)),
        Callback::Closure {
            takes_nothing: true,
            tokens,
        } => (by_trait, borrowed(tokens)),
        // Lets the closure do without the type of its parameter.
        Callback::Closure { tokens, .. } => (by_argument, tokens.to_token_stream()),
    };
    let call = format_ident!("{call}");
    let ty = format_ident!("{argument}");
    // Not to be taken for something of the user's that has the same name.
    let argument = Ident::new("argument", Span::mixed_site());
    quote!(|#argument: &#krate::#ty| #krate::__private::#call(#callback, #argument))
}

fn borrowed(value: &Tokens) -> TokenStream {
    let (first, _) = value.ends();
    quote_spanned!(first=> &#value)
}

fn duration(value: Duration) -> TokenStream {
    let (secs, nanos) = (value.as_secs(), value.subsec_nanos());
    quote!(::core::time::Duration::new(#secs, #nanos))
}

/// Returns `&a::b::__TASK_f` for `a::b::f`.
pub(crate) fn def_of(path: TokenStream) -> syn::Result<TokenStream> {
    let mut path = values::plain_path.parse2(path)?;
    let name = path.pop_word().map(|name| const_name(&name, name.span()));
    Ok(quote!(&#path #name))
}
