//! The variables that win over the file.

use super::{Settings, key::Key, report::Report, value::Secret};

/// Where variables come from. A parameter, so that no test depends on its caller's environment.
pub(crate) trait Environment {
    /// `None` where the variable is unset or empty.
    fn variable(&self, name: &str) -> Option<String>;
}

/// The variables of this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process;

impl Environment for Process {
    fn variable(&self, name: &str) -> Option<String> {
        // Lossy rather than unset: a variable that is no text is then refused, not passed over.
        let value = std::env::var_os(name)?.to_string_lossy().into_owned();
        Some(value).filter(|value| !value.is_empty())
    }
}

/// Lays the variables over what the file says.
pub(super) fn overlay(settings: &mut Settings, env: &dyn Environment, report: &mut Report<'_>) {
    let mut variables = Variables { env, report };
    let auth = &mut settings.auth;
    variables.value(
        "DATABASE_URL",
        ("database", "url"),
        &mut settings.database.url,
        str::parse,
    );
    variables.secret("JWT_SECRET", ("auth", "jwt_secret"), &mut auth.jwt_secret);
    variables.value(
        "JWT_EXPIRE_HOURS",
        ("auth", "jwt_expire_hours"),
        &mut auth.jwt_expire_hours,
        super::auth::hours,
    );
    variables.value(
        "AUTH_LOGIN_RATE_LIMIT",
        ("auth", "login_rate_limit"),
        &mut auth.login_rate_limit,
        super::auth::rate,
    );
    variables.value(
        "DESK_AUTH_ENABLED",
        ("auth", "enabled"),
        &mut auth.enabled,
        switch,
    );
    variables.secret(
        "OPS_INTERNAL_TOKEN",
        ("auth", "internal_token"),
        &mut auth.internal_token,
    );
    variables.secret(
        "DESK_BOOTSTRAP_PASSWORD",
        ("auth", "bootstrap_password"),
        &mut auth.bootstrap_password,
    );
}

struct Variables<'e, 'r, 'd> {
    env: &'e dyn Environment,
    report: &'r mut Report<'d>,
}

impl Variables<'_, '_, '_> {
    fn value<T>(
        &mut self,
        variable: &'static str,
        (table, name): (&str, &str),
        value: &mut T,
        read: impl Fn(&str) -> Result<T, String>,
    ) {
        let Some(text) = self.env.variable(variable) else {
            return;
        };
        let key = Key::of(table, name);
        self.report.override_with(key.clone(), variable);
        match read(&text) {
            Ok(read) => *value = read,
            Err(why) => self.report.fault(key, why),
        }
    }

    /// The variable itself stays where it is; the settings hold its name.
    fn secret(&mut self, variable: &'static str, (table, name): (&str, &str), secret: &mut Option<Secret>) {
        if self.env.variable(variable).is_some() {
            self.report.override_with(Key::of(table, name), variable);
            *secret = Some(Secret::Variable(variable.to_owned()));
        }
    }
}

fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(format!("{text:?} is neither true nor false")),
    }
}
