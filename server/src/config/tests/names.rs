//! Parts that name each other: hosts, sites, domains, certificates.

use super::*;

#[test]
fn names_that_lead_nowhere_are_named() {
    for (text, said) in [
        (
            "[sites.a]\nhost = \"vm112\"",
            "desk.toml:2: sites.a.host: there is no [hosts.vm112]",
        ),
        (
            "[hosts.x]\n[hosts.y]\n[sites.a]\nhost = \"z\"",
            "desk.toml:4: sites.a.host: there is no [hosts.z]; there are x, y",
        ),
        (
            "[sites.a]\n[[domains]]\nname = \"x.example\"\nsite = \"b\"",
            "desk.toml:4: domains[0].site: there is no [sites.b]; there are a",
        ),
        (
            "[[domains]]\nname = \"x.example\"\nsite = \"b\"",
            "desk.toml:3: domains[0].site: there is no [sites.b]",
        ),
        (
            "[sites.a]\n[[certs]]\nname = \"c\"\nsite = \"b\"\nsource.caddy = { storage = \"/c\", host = \"x\" }\ntarget = { host = \"y\", cert = \"c\", key = \"k\" }",
            "desk.toml:4: certs[0].site: there is no [sites.b]; there are a\ndesk.toml:5: certs[0].source.caddy.host: there is no [hosts.x]\ndesk.toml:6: certs[0].target.host: there is no [hosts.y]",
        ),
        (
            "[sites.a]\n[sites.b]\n[[domains]]\nname = \"x.example\"",
            "desk.toml:3: domains[0].site: it is missing, and must not be where there is more than one site; there are a, b",
        ),
    ] {
        assert_eq!(refusal(text), said);
    }
    let settings = load("[sites.a]\nproxy_host = \"ct114\"").unwrap();
    assert_eq!(
        warnings(&settings),
        "desk.toml:2: sites.a.proxy_host: there is no [hosts.ct114], so the checks on the proxy are skipped"
    );
}

#[test]
fn what_stands_twice_is_refused() {
    for (text, said) in [
        (
            "[[domains]]\nname = \"x.example\"\n[[domains]]\nname = \"X.Example.\"",
            "desk.toml:4: domains[1].name: x.example stands already in line 2",
        ),
        (
            "[[integrations]]\nname = \"a\"\nsecret = \"env:S\"\n[[integrations]]\nname = \"a\"\nsecret = \"env:S\"",
            "desk.toml:5: integrations[1].name: a stands already in line 2",
        ),
        (
            "[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret = \"env:S\"\n[[hooks]]\nname = \"a\"\nurl = \"https://a.example\"\nsecret = \"env:S\"",
            "desk.toml:6: hooks[1].name: a stands already in line 2",
        ),
        (
            "[[certs]]\nname = \"a\"\nsource = { caddy = { storage = \"/c\" }, acme = { directory = \"https://a\" } }\ntarget = { cert = \"c\", key = \"k\" }\n[[certs]]\nname = \"a\"\nsource = {}\ntarget = { cert = \"c\", key = \"k\" }",
            "desk.toml:3: certs[0].source: it names one of caddy, certbot and acme, and one alone\ndesk.toml:6: certs[1].name: a stands already in line 2\ndesk.toml:7: certs[1].source: it names one of caddy, certbot and acme, and one alone",
        ),
        (
            "[sites.a]\nrenew_timer = \"a.timer\"\nrenew_cron = \"/etc/cron.d/a\"",
            "desk.toml:3: sites.a.renew_cron: renew_timer is given too: only one of them renews",
        ),
        (
            "[sites.a]\ntraefik_api = \"http://127.0.0.1:1\"\ntraefik_dynamic = \"/t\"",
            "desk.toml:2: sites.a.traefik_api: traefik_dynamic is given too: only one of them is asked",
        ),
    ] {
        let said_to = load_with(text, &[("S", "sesame")]).expect_err(text).to_string();
        assert_eq!(said_to, said);
    }
}

#[test]
fn a_domain_without_a_site_belongs_to_the_only_one() {
    let one = load("[sites.a]\n[[domains]]\nname = \"x.example\"").unwrap();
    assert_eq!(one.domains()[0].site, "a");
    assert_eq!(one.domains()[0].mail_host.as_str(), "mail.x.example");
    let none = load("[[domains]]\nname = \"pão.example\"").unwrap();
    assert_eq!(none.domains()[0].site, "");
    assert_eq!(none.domains()[0].name.as_str(), "xn--po-sia.example");
}

#[test]
fn a_site_is_read_on_the_host_it_names() {
    let settings =
        load("[hosts.far]\nvia = \"ssh://root@10.10.10.112:22\"\n[sites.a]\nhost = \"far\"\n[sites.b]")
            .unwrap();
    let hosts: Vec<_> = settings.sites().into_iter().map(|site| site.host).collect();
    assert_eq!(
        hosts,
        [
            engine::site::Host::Ssh("ssh://root@10.10.10.112:22".into()),
            engine::site::Host::Local
        ]
    );
}

#[test]
fn a_certificate_is_read_where_its_target_its_site_or_its_source_says() {
    let hosts = "[hosts.a]\nvia = \"ssh://a\"\n[hosts.b]\nvia = \"ssh://b\"\n[sites.x]\nhost = \"a\"\n[[certs]]\nname = \"c\"\n";
    for (keys, source, target) in [
        (
            "source.caddy = { storage = \"/c\" }\ntarget = { cert = \"c\", key = \"k\" }",
            "ssh://a",
            "ssh://a",
        ),
        (
            "source.caddy = { storage = \"/c\" }\ntarget = { host = \"b\", cert = \"c\", key = \"k\" }",
            "ssh://b",
            "ssh://b",
        ),
        (
            "source.caddy = { storage = \"/c\", host = \"b\" }\ntarget = { cert = \"c\", key = \"k\" }",
            "ssh://b",
            "ssh://a",
        ),
    ] {
        let sites = load(&format!("{hosts}{keys}")).unwrap().sites();
        let cert = &sites[0].certs[0];
        let hosts = [&cert.caddy.as_ref().unwrap().place, &cert.target.place].map(|place| place.host.clone());
        assert_eq!(
            hosts,
            [source, target].map(|url| engine::site::Host::Ssh(url.to_owned()))
        );
    }
}

#[test]
fn a_certificate_is_for_all_mail_hosts_of_its_own_site_or_for_those_it_lists() {
    let text = |domains: &str| {
        load(&format!(
            "[sites.a]\n[sites.b]\n[[certs]]\nname = \"c\"\nsite = \"b\"\nsource.caddy.storage = \"/c\"\ntarget = {{ cert = \"c\", key = \"k\" }}\n{domains}"
        ))
    };
    let host = |name: &str| model::DomainName::parse(name).unwrap();
    for (domains, covered) in [
        ("", [true, true]),
        ("domains = \"site\"", [true, true]),
        ("domains = [\"mail.x.example\"]", [true, false]),
        ("domains = []", [false, false]),
    ] {
        let sites = text(domains).unwrap().sites();
        assert!(sites[0].certs.is_empty());
        let found = ["mail.x.example", "mail.y.example"].map(|name| sites[1].cert_for(&host(name)).is_some());
        assert_eq!(found, covered, "{domains}");
    }
}
