//! A place in a text, and mistakes that know theirs.

use std::ops::Range;

use crate::error::Reason;

/// What is wrong, and with which bytes of the text.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) reason: Reason,
    pub(super) mark: Range<usize>,
}

pub(super) type Parsed<T> = Result<T, Problem>;

/// A piece of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Reads a text from left to right. What begins with `peek` moves nothing.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Token<'a> {
    pub(super) fn is(self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    pub(super) fn problem<T>(self, message: impl Into<String>) -> Parsed<T> {
        problem(self.start..self.end, message)
    }

    /// From the start of this to the end of `other`.
    pub(super) fn up_to(self, other: Token<'_>) -> Range<usize> {
        self.start..other.end
    }
}

pub(super) fn problem<T>(mark: Range<usize>, message: impl Into<String>) -> Parsed<T> {
    Err(Problem {
        reason: Reason::Message(message.into()),
        mark,
    })
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// What has not been read, from the next character that is not blank.
    pub(super) fn rest(&self) -> &'a str {
        self.text[self.at..].trim_start()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// The next letters, as far as they go, or `None` if the next character is
    /// none.
    pub(super) fn peek_word(&self) -> Option<Token<'a>> {
        self.peek_while(char::is_alphabetic)
    }

    /// Everything up to the next blank.
    pub(super) fn peek_chunk(&self) -> Option<Token<'a>> {
        self.peek_while(|c| !c.is_whitespace())
    }

    pub(super) fn peek_while(&self, wanted: fn(char) -> bool) -> Option<Token<'a>> {
        let rest = self.rest();
        let start = self.text.len() - rest.len();
        let length = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        (length > 0).then(|| Token {
            text: &rest[..length],
            start,
            end: start + length,
        })
    }

    /// The next character, also a blank.
    pub(super) fn next_char(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// The next character, if it is a letter.
    pub(super) fn peek_letter(&self) -> Option<Token<'a>> {
        let word = self.peek_word()?;
        let length = word.text.chars().next().map_or(0, char::len_utf8);
        Some(Token {
            text: &word.text[..length],
            start: word.start,
            end: word.start + length,
        })
    }

    /// A cursor that reads `token` only.
    pub(super) fn inside(&self, token: Token<'a>) -> Cursor<'a> {
        Cursor {
            text: &self.text[..token.end],
            at: token.start,
        }
    }

    /// Goes on behind `token`.
    pub(super) fn take(&mut self, token: Token<'a>) {
        self.at = token.end;
    }

    /// Reads `word`, in any case, if it is the next one.
    pub(super) fn eat_word(&mut self, word: &str) -> Option<Token<'a>> {
        let token = self.peek_word().filter(|token| token.is(word))?;
        self.take(token);
        Some(token)
    }

    /// Reads `wanted` if it is the next character that is not blank.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let rest = self.rest();
        let found = rest.starts_with(wanted);
        if found {
            self.at = self.text.len() - rest.len() + wanted.len_utf8();
        }
        found
    }

    /// Reads one of two characters.
    pub(super) fn eat_either(&mut self, one: char, other: char) -> bool {
        self.eat(one) || self.eat(other)
    }

    /// A mistake about what is missing at the end of what was read.
    pub(super) fn missing<T>(&self, message: impl Into<String>) -> Parsed<T> {
        let end = self.end();
        problem(end..end, message)
    }

    /// Where what was read ends.
    fn end(&self) -> usize {
        self.text[..self.at].trim_end().len()
    }
}
