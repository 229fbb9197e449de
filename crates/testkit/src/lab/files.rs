//! What the programs around a lab's mail server read: the proxies' routes, nginx's admin blocks, and the domains
//! that the mail server knows.

use super::{
    Fault, LabError,
    folder::{self, Folder},
    scene::Scene,
};
use std::fmt::Write;

/// Writes them all anew, each without the domains for which that is the fault.
pub(super) fn write(folder: &Folder, site: &Scene) -> Result<(), LabError> {
    let mut map = format!("# The hosts that are routed to {}.\n", site.name);
    let mut known = String::new();
    for domain in site.names() {
        let is = |fault| folder.has(fault, domain.as_str());
        let host = domain.mail_host();
        if !is(Fault::NotRouted) {
            let _ = writeln!(map, "{host} bk_{}", site.name);
        }
        let router = folder.traefik_dynamic().join(format!("{domain}.yml"));
        keep(
            &router,
            !is(Fault::NoRouter),
            &traefik(domain.as_str(), host.as_str(), site.name),
        )?;
        let block = folder.nginx_admin().join(format!("{domain}.conf"));
        keep(&block, !is(Fault::NoAdminBlock), &nginx(host.as_str()))?;
        if !is(Fault::UnknownDomain) {
            let status = if is(Fault::LockedDomain) {
                "locked"
            } else {
                "active"
            };
            let _ = writeln!(known, "{domain} {status}");
        }
    }
    folder::write(&folder.haproxy_sni(), &map)?;
    folder::write(&folder.known_domains(), &known)?;
    folder::write(&folder.carbonio(), CARBONIO)?;
    folder::make_executable(&folder.carbonio())
}

fn keep(path: &std::path::Path, is_there: bool, text: &str) -> Result<(), LabError> {
    if is_there {
        folder::write(path, text)
    } else {
        folder::remove(path)
    }
}

fn traefik(domain: &str, host: &str, site: &str) -> String {
    let name = domain.replace('.', "-");
    format!(
        "http:
  routers:
    {name}-webmail:
      rule: Host(`{host}`)
      entryPoints: [websecure]
      service: {site}
      tls: {{}}
"
    )
}

fn nginx(host: &str) -> String {
    format!(
        "server {{
    listen 6071 ssl;
    server_name {host};
    location / {{ proxy_pass https://127.0.0.1:7071; }}
}}
"
    )
}

/// Answers `prov gd DOMAIN zimbraDomainStatus` in the words of Carbonio's own command.
const CARBONIO: &str = "#!/bin/sh
# In the lab's place of `carbonio prov gd DOMAIN zimbraDomainStatus`.
while read -r name status; do
    if [ \"$name\" = \"$3\" ]; then
        printf '# name %s\\nzimbraDomainStatus: %s\\n' \"$name\" \"$status\"
        exit 0
    fi
done < \"${0%/*}/domains\"
echo \"ERROR: account.NO_SUCH_DOMAIN (no such domain: $3)\" >&2
exit 2
";
