//! Who may do what: the one table of roles and permissions, read by every door.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SuperAdmin,
    OpsLead,
    Technician,
    Noc,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::SuperAdmin, Self::OpsLead, Self::Technician, Self::Noc];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::SuperAdmin => "super_admin",
            Self::OpsLead => "ops_lead",
            Self::Technician => "technician",
            Self::Noc => "noc",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::SeeChecks => true,
            Permission::RunChecks => self != Self::Noc,
            Permission::EditDomains => matches!(self, Self::SuperAdmin | Self::OpsLead),
        }
    }

    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL
            .into_iter()
            .filter(|permission| self.may(*permission))
            .collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One line of the table in the contract's roles.md; a capability that is not built yet has no line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    SeeChecks,
    RunChecks,
    EditDomains,
}

impl Permission {
    pub const ALL: [Self; 3] = [Self::SeeChecks, Self::RunChecks, Self::EditDomains];
}
