//! Who is asking, and the gate that every use-case puts first.

use crate::Desk;
use model::{Error, Permission, Result, Role, access::Grant};
use std::net::IpAddr;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Not logged in.
    Nobody,
    Person(Person),
    /// Another system, which has shown the internal token: it may ask for an audit and read the metrics, and nothing
    /// else.
    Machine,
    /// The machine itself: the command line and the schedule.
    Console,
}

/// Somebody who is logged in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    pub username: String,
    pub role: Role,
    /// Where the request comes from.
    pub address: Option<IpAddr>,
    /// Somebody else set their password: they may change it, and nothing else.
    pub must_change_password: bool,
}

impl Actor {
    /// The gate. Nobody is told apart from somebody who may not. What is granted may be less than the whole.
    pub fn may(&self, permission: Permission) -> Result<Grant> {
        match self {
            Self::Nobody => Err(Error::Anonymous),
            Self::Person(person) if person.must_change_password => Err(Error::PasswordChangeRequired),
            Self::Person(person) => match person.role.grant(permission) {
                Grant::None => Err(Error::Denied),
                grant => Ok(grant),
            },
            Self::Machine if permission != Permission::RunAudit => Err(Error::Denied),
            Self::Machine | Self::Console => Ok(Grant::Whole),
        }
    }

    /// Everybody, while nobody has to log in. No user can have this name.
    pub fn unknown(address: Option<IpAddr>) -> Self {
        Self::Person(Person {
            username: "(nobody)".to_owned(),
            role: Role::SuperAdmin,
            address,
            must_change_password: false,
        })
    }

    /// The person, where it is one: for what people do about themselves.
    pub fn person(&self) -> Result<&Person> {
        match self {
            Self::Person(person) => Ok(person),
            Self::Nobody | Self::Machine | Self::Console => Err(Error::Anonymous),
        }
    }

    pub fn username(&self) -> &str {
        match self {
            Self::Nobody => "",
            Self::Person(person) => &person.username,
            Self::Machine => "machine",
            Self::Console => "console",
        }
    }

    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Person(person) => Some(person.role),
            Self::Nobody | Self::Machine | Self::Console => None,
        }
    }

    pub fn address(&self) -> Option<IpAddr> {
        match self {
            Self::Person(person) => person.address,
            Self::Nobody | Self::Machine | Self::Console => None,
        }
    }

    pub fn must_change_password(&self) -> bool {
        matches!(self, Self::Person(person) if person.must_change_password)
    }
}

impl Desk {
    /// Who shows this internal token; nobody, where it is another or none is set.
    pub fn bearer_of_internal_token(&self, shown: &[u8]) -> Actor {
        let token = self.0.setup.internal_token.as_ref();
        if token.is_some_and(|token| token.is(shown)) {
            Actor::Machine
        } else {
            Actor::Nobody
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_lets_through_what_the_table_grants() {
        for role in Role::ALL {
            let who = |must_change_password| {
                Actor::Person(Person {
                    username: "x".into(),
                    role,
                    address: None,
                    must_change_password,
                })
            };
            for permission in Permission::ALL {
                let granted = match role.grant(permission) {
                    Grant::None => Err(Error::Denied),
                    grant => Ok(grant),
                };
                assert_eq!(who(false).may(permission), granted);
                assert_eq!(who(true).may(permission), Err(Error::PasswordChangeRequired));
                assert_eq!(Actor::Nobody.may(permission), Err(Error::Anonymous));
                assert_eq!(Actor::Console.may(permission), Ok(Grant::Whole));
            }
        }
    }

    #[test]
    fn a_machine_may_ask_for_an_audit_and_nothing_else() {
        for permission in Permission::ALL {
            let granted = Actor::Machine.may(permission);
            if permission == Permission::RunAudit {
                assert_eq!(granted, Ok(Grant::Whole));
            } else {
                assert_eq!(granted, Err(Error::Denied), "{permission:?}");
            }
        }
    }
}
