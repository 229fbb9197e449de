//! nginx's configuration language (nginx.org, "Beginner's Guide", "Configuration File's Structure"), as
//! `ngx_conf_read_token` reads it: words, quotes, escapes, comments and blocks.

/// A directive that says where a server block is or what it serves; all others are dropped while reading.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Directive {
    pub(super) name: String,
    pub(super) arguments: Vec<String>,
    pub(super) line: usize,
    pub(super) block: Vec<Self>,
}

/// What nginx would refuse too.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Broken {
    pub line: usize,
    pub why: &'static str,
}

/// The directives of a file or a piece of one.
pub(super) fn read(text: &str) -> Result<Vec<Directive>, Broken> {
    let mut tokens = Tokens {
        rest: text.chars().peekable(),
        line: 1,
    };
    // The blocks that are open, each with what it holds so far; the last is the innermost.
    let mut open: Vec<(Directive, Vec<Directive>)> = Vec::new();
    let mut here = Vec::new();
    let mut words: Vec<(String, usize)> = Vec::new();
    while let Some(token) = tokens.next()? {
        let broken = |why| {
            Err(Broken {
                line: tokens.line,
                why,
            })
        };
        match token {
            Token::Word(word, line) => words.push((word, line)),
            Token::Semicolon => match directive(&mut words) {
                Some(directive) => keep(&mut here, directive),
                None => return broken("unexpected \";\""),
            },
            Token::Open => match directive(&mut words) {
                Some(_) if open.len() == DEEPEST => return broken("nested too deeply"),
                Some(directive) => open.push((directive, std::mem::take(&mut here))),
                None => return broken("unexpected \"{\""),
            },
            Token::Close => match open.pop() {
                Some((mut directive, before)) if words.is_empty() => {
                    directive.block = std::mem::replace(&mut here, before);
                    keep(&mut here, directive);
                }
                _ => return broken("unexpected \"}\""),
            },
        }
    }
    if open.is_empty() && words.is_empty() {
        Ok(here)
    } else {
        Err(Broken {
            line: tokens.line,
            why: "unexpected end of file",
        })
    }
}

fn directive(words: &mut Vec<(String, usize)>) -> Option<Directive> {
    let mut words = words.drain(..);
    let (name, line) = words.next()?;
    Some(Directive {
        name,
        line,
        arguments: words.map(|(word, _)| word).collect(),
        block: Vec::new(),
    })
}

fn keep(here: &mut Vec<Directive>, directive: Directive) {
    if KEPT.contains(&directive.name.as_str()) {
        here.push(directive);
    }
}

#[derive(PartialEq, Eq, Debug)]
enum Token {
    /// With the line in which it begins.
    Word(String, usize),
    Semicolon,
    Open,
    Close,
}

struct Tokens<I: Iterator<Item = char>> {
    rest: std::iter::Peekable<I>,
    line: usize,
}

impl<I: Iterator<Item = char>> Tokens<I> {
    fn next(&mut self) -> Result<Option<Token>, Broken> {
        while let Some(c) = self.take() {
            return match c {
                ' ' | '\t' | '\r' | '\n' => continue,
                // A `#` within a word is a part of it.
                '#' => {
                    while self.rest.next_if(|c| *c != '\n').is_some() {}
                    continue;
                }
                ';' => Ok(Some(Token::Semicolon)),
                '{' => Ok(Some(Token::Open)),
                '}' => Ok(Some(Token::Close)),
                '"' | '\'' => self.quoted(c).map(Some),
                c => Ok(Some(self.word(c))),
            };
        }
        Ok(None)
    }

    fn take(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        self.line += usize::from(c == '\n');
        Some(c)
    }

    fn quoted(&mut self, quote: char) -> Result<Token, Broken> {
        let (mut word, line) = (String::new(), self.line);
        loop {
            match self.take() {
                Some(c) if c == quote => break,
                Some('\\') => self.escaped(&mut word),
                Some(c) => word.push(c),
                None => {
                    return Err(Broken {
                        line,
                        why: "a quote without an end",
                    });
                }
            }
        }
        match self.rest.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | ';' | '{' | ')') => Ok(Token::Word(word, line)),
            Some(_) => Err(Broken {
                line: self.line,
                why: "unexpected character behind a quote",
            }),
        }
    }

    /// Up to a blank, `;` or `{`; the brace of a `${variable}` ends nothing.
    fn word(&mut self, first: char) -> Token {
        let (mut word, line) = (String::new(), self.line);
        let mut next = Some(first);
        while let Some(c) = next {
            match c {
                '\\' => self.escaped(&mut word),
                c => word.push(c),
            }
            let after_dollar = c == '$';
            let ends = |c: &char| matches!(c, ' ' | '\t' | '\r' | '\n' | ';') || (*c == '{' && !after_dollar);
            next = if self.rest.peek().is_some_and(ends) {
                None
            } else {
                self.take()
            };
        }
        Token::Word(word, line)
    }

    /// What stands behind a backslash; one that escapes nothing stays.
    fn escaped(&mut self, word: &mut String) {
        match self.take() {
            Some(c @ ('"' | '\'' | '\\')) => word.push(c),
            Some('t') => word.push('\t'),
            Some('r') => word.push('\r'),
            Some('n') => word.push('\n'),
            Some(c) => word.extend(['\\', c]),
            None => word.push('\\'),
        }
    }
}

const KEPT: [&str; 5] = ["http", "server", "listen", "server_name", "include"];
const DEEPEST: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_quotes_escapes_and_comments_are_read_as_nginx_reads_them() {
        let text = r#"
# server_name mail.x.com;
http {
    map $a $b { default 0; "a;b" '}'; }
    server { # { ;
        listen [::]:6071 ssl;
        server_name "mail.a.com" 'mail.b.com'
            mail.c.com#d "q\"\\\.x" a${v}b;
        location ~ \.php$ { include fast.conf; return 200 "}"; }
    }
}
"#;
        let read = read(text).unwrap();
        let server = &read[0].block[0];
        assert_eq!((read.len(), read[0].block.len(), server.line), (1, 1, 5));
        assert_eq!(server.block[0].arguments, ["[::]:6071", "ssl"]);
        assert_eq!(
            server.block[1].arguments,
            ["mail.a.com", "mail.b.com", "mail.c.com#d", r#"q"\\.x"#, "a${v}b"]
        );
        assert_eq!((server.block.len(), server.block[1].line), (2, 7));
    }

    #[test]
    fn what_nginx_would_refuse_names_its_line() {
        for (text, line) in [
            ("http {\n", 2),
            ("}\n", 1),
            ("listen 6071", 1),
            ("a b;\n;", 2),
            ("{ }", 1),
            ("a 'b;\n", 1),
            ("a 'b'c;", 1),
            ("server { listen 80 }", 1),
        ] {
            assert_eq!(read(text).unwrap_err().line, line, "{text}");
        }
        assert_eq!(read(&"a {".repeat(100_000)).unwrap_err().why, "nested too deeply");
    }
}
