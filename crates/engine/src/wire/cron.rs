//! Cron files (crontab(5)): whether an active line runs a given script.

/// True when a line that is neither a comment nor a variable has the script's path as a whole word of its
/// command. Works for `/etc/cron.d/*` (with a user field) and for a user's crontab alike.
pub fn runs(cron: &str, script: &str) -> bool {
    !script.is_empty()
        && cron
            .lines()
            .filter_map(command)
            .any(|command| has_word(command, script))
}

/// What the shell runs of a line; `None` for a line that runs nothing.
fn command(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let is_schedule = line.starts_with(|c: char| c.is_ascii_digit() || c == '*' || c == '@');
    if !is_schedule {
        return None;
    }
    let fields = if line.starts_with('@') { 1 } else { 5 };
    let mut rest = line;
    for _ in 0..fields {
        rest = rest.split_once([' ', '\t'])?.1.trim_start();
    }
    Some(&rest[..end(rest)])
}

/// Where a command ends before its line does: at an unescaped `%`, behind which stands its input
/// (crontab(5)), or at the shell's comment. A `#` in quotes counts as one too: rather a script overlooked
/// than one seen that never runs.
fn end(command: &str) -> usize {
    let mut before = ' ';
    for (at, c) in command.char_indices() {
        let ends = match c {
            '%' => before != '\\',
            '#' => before.is_whitespace() || ";&|()".contains(before),
            _ => false,
        };
        if ends {
            return at;
        }
        before = c;
    }
    command.len()
}

fn has_word(command: &str, script: &str) -> bool {
    command
        .split(|c: char| c.is_whitespace() || ";&|()<>\"'`".contains(c))
        .any(|word| word == script)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "/usr/local/bin/renew.sh";

    #[test]
    fn a_line_that_runs_the_script_counts() {
        for line in [
            "0 3 * * * root /usr/local/bin/renew.sh",
            "@daily root /usr/local/bin/renew.sh --quiet",
            "*/5 * * * *\t/usr/local/bin/renew.sh>/dev/null 2>&1",
            "@weekly root echo \\# $(date +\\%F) C#; /usr/local/bin/renew.sh # certificates",
            "MAILTO=ops\n# renewal\n17 3 * * * root test -x /usr/local/bin/renew.sh && /usr/local/bin/renew.sh",
        ] {
            assert!(runs(line, SCRIPT), "{line}");
        }
    }

    #[test]
    fn a_comment_a_variable_or_another_script_does_not() {
        for line in [
            "",
            "# 0 3 * * * root /usr/local/bin/renew.sh",
            "SCRIPT=/usr/local/bin/renew.sh",
            "0 3 * * * root /usr/local/bin/renew.sh.bak",
            "0 3 * * /usr/local/bin/renew.sh",
            "0 3 * * * root true # /usr/local/bin/renew.sh",
            "0 3 * * * root true;#/usr/local/bin/renew.sh",
            "0 3 * * * root cat%/usr/local/bin/renew.sh",
            "0 3 * * * root echo /opt/usr/local/bin/renew.sh",
        ] {
            assert!(!runs(line, SCRIPT), "{line}");
        }
    }
}
