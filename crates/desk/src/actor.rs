//! Who is asking, and the gate that every use-case puts first.

use model::{Error, Permission, Result, Role};

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Not logged in.
    Nobody,
    Person {
        username: String,
        role: Role,
    },
    /// The machine itself: the command line and the schedule.
    Console,
}

impl Actor {
    /// The gate. Nobody is told apart from somebody who may not.
    pub fn may(&self, permission: Permission) -> Result<()> {
        match self {
            Self::Nobody => Err(Error::Anonymous),
            Self::Person { role, .. } if !role.may(permission) => Err(Error::Denied),
            Self::Person { .. } | Self::Console => Ok(()),
        }
    }

    pub fn username(&self) -> &str {
        match self {
            Self::Nobody => "",
            Self::Person { username, .. } => username,
            Self::Console => "console",
        }
    }

    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Person { role, .. } => Some(*role),
            Self::Nobody | Self::Console => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_permissions() {
        let table: Vec<String> = Role::ALL
            .into_iter()
            .map(|role| {
                let who = Actor::Person {
                    username: "x".into(),
                    role,
                };
                let row: String = Permission::ALL
                    .into_iter()
                    .map(|p| if who.may(p).is_ok() { '✓' } else { '–' })
                    .collect();
                format!("{role} {row}")
            })
            .collect();
        // Columns: see checks, run checks, edit domains.
        assert_eq!(
            table,
            ["super_admin ✓✓✓", "ops_lead ✓✓✓", "technician ✓✓–", "noc ✓––"]
        );
        assert!(
            Permission::ALL
                .into_iter()
                .all(|p| Actor::Nobody.may(p) == Err(Error::Anonymous))
        );
    }
}
