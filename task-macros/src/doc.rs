//! The user's doc comment, as text.

use syn::Lit;

use crate::attributes::Attribute;

/// Returns the doc comment without its indentation, or an empty string.
pub(crate) fn description(attributes: &[Attribute]) -> String {
    let text: Vec<_> = attributes.iter().filter_map(doc_text).collect();
    let text = text.join("\n");
    let lines = || text.lines().filter(|line| !line.trim().is_empty());
    let indent = lines()
        .map(|line| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.get(indent..).unwrap_or_default().trim_end())
        .collect();
    lines.join("\n").trim().to_owned()
}

/// Returns the text of `#[doc = "..."]`, which is what `/// ...` stands for.
fn doc_text(attribute: &Attribute) -> Option<String> {
    let text = attribute.text.clone().filter(|_| attribute.is("doc"))?;
    match Lit::new(text) {
        Lit::Str(text) => Some(plain_block(&text.value())),
        _ => None,
    }
}

/// Takes the column of stars off a comment that was written as a block.
fn plain_block(text: &str) -> String {
    let mut lines = text.lines();
    let first = lines.next().unwrap_or_default();
    let mut plain = vec![first];
    for line in lines {
        let line = line.trim_start();
        match line.strip_prefix('*') {
            Some(line) => plain.push(line),
            None if line.is_empty() => plain.push(line),
            // Not a column of stars.
            None => return text.to_owned(),
        }
    }
    plain.join("\n")
}
