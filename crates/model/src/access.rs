//! Who may do what: the one table of roles and permissions, read by every door.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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

    /// How much of it this role may do.
    pub fn grant(self, permission: Permission) -> Grant {
        use Permission as P;
        match self {
            Self::SuperAdmin => Grant::Whole,
            Self::OpsLead => match permission {
                P::ManagePeople => Grant::None,
                _ => Grant::Whole,
            },
            Self::Technician => match permission {
                P::SeeChecks | P::RunChecks | P::SeeTickets | P::SeeEvents => Grant::Whole,
                P::WriteTickets | P::ChangeTickets | P::SeeOnboarding => Grant::Own,
                P::EditDomains | P::ReadAudit | P::RunAudit | P::ManagePeople => Grant::None,
            },
            Self::Noc => match permission {
                P::SeeChecks | P::SeeTickets | P::ReadAudit => Grant::Masked,
                P::SeeOnboarding => Grant::Counts,
                P::SeeEvents => Grant::Wazuh,
                _ => Grant::None,
            },
        }
    }

    pub fn may(self, permission: Permission) -> bool {
        self.grant(permission) != Grant::None
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

/// One line of the table in the contract's `roles.md`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Domains, checks, tenants, integrations, hosts.
    SeeChecks,
    /// Run checks now.
    RunChecks,
    /// Edit domains, provision and deploy certificates.
    EditDomains,
    SeeTickets,
    /// Open tickets, comment.
    WriteTickets,
    ChangeTickets,
    SeeOnboarding,
    ReadAudit,
    RunAudit,
    /// Webhook events.
    SeeEvents,
    /// Users, sessions, the Desk's own trail.
    ManagePeople,
}

impl Permission {
    pub const ALL: [Self; 11] = [
        Self::SeeChecks,
        Self::RunChecks,
        Self::EditDomains,
        Self::SeeTickets,
        Self::WriteTickets,
        Self::ChangeTickets,
        Self::SeeOnboarding,
        Self::ReadAudit,
        Self::RunAudit,
        Self::SeeEvents,
        Self::ManagePeople,
    ];

    /// As it stands in the table.
    pub fn title(self) -> &'static str {
        match self {
            Self::SeeChecks => "see domains, checks, tenants, integrations, hosts",
            Self::RunChecks => "run checks now",
            Self::EditDomains => "edit domains, provision and deploy certificates",
            Self::SeeTickets => "see tickets",
            Self::WriteTickets => "create tickets, comment",
            Self::ChangeTickets => "change tickets",
            Self::SeeOnboarding => "onboarding",
            Self::ReadAudit => "audit: read",
            Self::RunAudit => "audit: run",
            Self::SeeEvents => "webhook events",
            Self::ManagePeople => "users, sessions, the Desk's own trail",
        }
    }
}

/// How much of a permission a role has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grant {
    None,
    /// Without people's names and addresses.
    Masked,
    /// How many, not which.
    Counts,
    /// What came from Wazuh.
    Wazuh,
    /// What is assigned to them, or their own.
    Own,
    Whole,
}

impl Grant {
    /// As it stands in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "–",
            Self::Masked => "masked",
            Self::Counts => "counts",
            Self::Wazuh => "Wazuh only",
            Self::Own => "own",
            Self::Whole => "✓",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_permissions() {
        let table: Vec<String> = Permission::ALL
            .into_iter()
            .map(|permission| {
                let grants = Role::ALL.map(|role| role.grant(permission).as_str());
                format!("{permission:?} {}", grants.join(" | "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "SeeChecks ✓ | ✓ | ✓ | masked",
                "RunChecks ✓ | ✓ | ✓ | –",
                "EditDomains ✓ | ✓ | – | –",
                "SeeTickets ✓ | ✓ | ✓ | masked",
                "WriteTickets ✓ | ✓ | own | –",
                "ChangeTickets ✓ | ✓ | own | –",
                "SeeOnboarding ✓ | ✓ | own | counts",
                "ReadAudit ✓ | ✓ | – | masked",
                "RunAudit ✓ | ✓ | – | –",
                "SeeEvents ✓ | ✓ | ✓ | Wazuh only",
                "ManagePeople ✓ | – | – | –",
            ]
        );
    }
}
