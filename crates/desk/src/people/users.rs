//! Users, as a `super_admin` administers them. The last active `super_admin` stays one.

use super::login::{LONGEST_NAME, LONGEST_PASSWORD};
use crate::{Actor, Desk, internal, passwords};
use model::{
    Error, Language, Permission, Result, Role, people,
    people::{NewUser, UserChanges},
    trail::{Action, Fields},
};
use store::{Tx, User};

impl Desk {
    /// Everybody who can or could log in, by name.
    pub async fn users(&self, who: &Actor) -> Result<Vec<people::User>> {
        who.may(Permission::ManagePeople)?;
        let users = self.0.store.users().await.map_err(internal)?;
        Ok(users.into_iter().map(shown).collect())
    }

    /// Makes a user, whose password must be changed at the first login.
    pub async fn add_user(&self, who: &Actor, new: NewUser, language: Language) -> Result<people::User> {
        who.may(Permission::ManagePeople)?;
        let user = User {
            username: username(&new.username, language)?,
            role: new.role,
            password_hash: passwords::hash(strong_enough("password", &new.password, language)?).await?,
            active: true,
            version: 1,
            must_change_password: true,
            created_at: self.now(),
        };
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        if !tx.add_user(&user).await.map_err(internal)? {
            return Err(Error::Conflict {
                why: match language {
                    Language::Pt => format!("já existe um usuário {}", user.username),
                    Language::En => format!("there is a user {} already", user.username),
                },
            });
        }
        let deed = self.deed(who, Action::UserAdded, &user.username);
        tx.note(&deed.with(Fields::new(), trail_of(&user)))
            .await
            .map_err(internal)?;
        tx.commit().await.map_err(internal)?;
        Ok(shown(user))
    }

    /// Changes a user, which ends their tokens and sessions. A new password must be changed at the next login.
    pub async fn change_user(
        &self,
        who: &Actor,
        username: &str,
        changes: UserChanges,
        language: Language,
    ) -> Result<people::User> {
        who.may(Permission::ManagePeople)?;
        let password_hash = match &changes.password {
            Some(new) => Some(passwords::hash(strong_enough("password", new, language)?).await?),
            None => None,
        };
        let mut tx = self.0.store.begin().await.map_err(internal)?;
        let before = tx.user(username).await.map_err(internal)?;
        let before = before.ok_or_else(|| match language {
            Language::Pt => Error::not_found(format!("O usuário {username}")),
            Language::En => Error::not_found(format!("the user {username}")),
        })?;
        let sets_password = password_hash.is_some();
        let after = User {
            role: changes.role.unwrap_or(before.role),
            active: changes.active.unwrap_or(before.active),
            must_change_password: before.must_change_password || sets_password,
            password_hash: password_hash.unwrap_or_else(|| before.password_hash.clone()),
            ..before.clone()
        };
        if after == before {
            return Ok(shown(before));
        }
        leave_a_super_admin(&mut tx, &before, &after, language).await?;
        tx.change_user(&after, None).await.map_err(internal)?;
        let (was, is) = (trail_of(&before), trail_of(&after));
        if was != is {
            let deed = self.deed(who, Action::UserEdited, username);
            tx.note(&deed.with(was, is)).await.map_err(internal)?;
        }
        if sets_password {
            let deed = self.deed(who, Action::UserPassword, username);
            tx.note(&deed).await.map_err(internal)?;
        }
        tx.commit().await.map_err(internal)?;
        Ok(shown(after))
    }
}

/// Counted in the transaction of the change: of two demotions at once the second sees the first.
async fn leave_a_super_admin(tx: &mut Tx, before: &User, after: &User, language: Language) -> Result<()> {
    let is_one = |user: &User| user.active && user.role == Role::SuperAdmin;
    let goes = is_one(before) && !is_one(after);
    if goes && tx.active_users(Role::SuperAdmin).await.map_err(internal)? <= 1 {
        return Err(Error::Conflict {
            why: match language {
                Language::Pt => format!("{} é o último super_admin ativo", before.username),
                Language::En => format!("{} is the last active super_admin", before.username),
            },
        });
    }
    Ok(())
}

/// A name that is good in every place it will stand in: a URL, a log, a shell.
fn username(text: &str, language: Language) -> Result<String> {
    let is_good = text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.len() <= LONGEST_NAME.min(32)
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
    if is_good {
        return Ok(text.to_owned());
    }
    Err(Error::invalid(
        "username",
        match language {
            Language::Pt => "de 1 a 32 letras minúsculas, dígitos, pontos e hífens, a primeira uma letra",
            Language::En => "1 to 32 lower-case letters, digits, dots and hyphens, a letter first",
        },
    ))
}

/// At least twelve characters (contract); every longer passphrase is welcome.
pub(super) fn strong_enough(field: &str, password: &str, language: Language) -> Result<String> {
    let why = if password.chars().count() < SHORTEST_PASSWORD {
        match language {
            Language::Pt => format!("pelo menos {SHORTEST_PASSWORD} caracteres"),
            Language::En => format!("at least {SHORTEST_PASSWORD} characters"),
        }
    } else if password.len() > LONGEST_PASSWORD {
        match language {
            Language::Pt => format!("no máximo {LONGEST_PASSWORD} bytes"),
            Language::En => format!("at most {LONGEST_PASSWORD} bytes"),
        }
    } else {
        return Ok(password.to_owned());
    };
    Err(Error::invalid(field, why))
}

/// A user as the trail tells of them: never a hash.
pub(super) fn trail_of(user: &User) -> Fields {
    Fields::from([
        ("role".to_owned(), user.role.to_string()),
        ("active".to_owned(), user.active.to_string()),
        (
            "must_change_password".to_owned(),
            user.must_change_password.to_string(),
        ),
    ])
}

fn shown(user: User) -> people::User {
    people::User {
        username: user.username,
        role: user.role,
        active: user.active,
        must_change_password: user.must_change_password,
        created_at: user.created_at,
    }
}

const SHORTEST_PASSWORD: usize = 12;
