use super::*;

/// The line of the block with the name on the admin's port.
fn found(files: &[(&str, &str)], name: &str) -> Option<usize> {
    gathered("/n", files).find(name, &[6071]).map(|place| place.line)
}

fn gathered(root: &str, files: &[(&str, &str)]) -> Blocks {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()))
        .collect();
    Blocks::gather(Path::new(root), &Files::read(&files))
}

#[test]
fn a_block_on_the_port_with_the_exact_name_counts() {
    let text = "
server {
  listen 6071 ssl;
  server_name mail.a.com Mail.B.com;
}
server { listen 443 ssl; server_name mail.c.com; }
server { listen 6071; server_name *.d.com .e.com ~^mail\\.f\\.com$ xmail.a.com; }
# server { listen 6071; server_name mail.g.com; }
stream { server { listen 6071; server_name mail.h.com; } }
upstream u { server mail.i.com:6071; }
";
    let files = [("/n/a.conf", text)];
    for (name, line) in [("mail.a.com", 4), ("mail.b.com", 4), ("xmail.a.com", 7)] {
        assert_eq!(found(&files, name), Some(line), "{name}");
    }
    for host in ["c", "d", "e", "f", "g", "h", "i"] {
        assert_eq!(found(&files, &format!("mail.{host}.com")), None, "{host}");
    }
    let blocks = gathered("/n", &files);
    assert_eq!(blocks.named("mail.c.com").count(), 1, "on another port");
}

#[test]
fn the_port_is_read_out_of_every_form_of_listen() {
    for (listen, has) in [
        ("6071", true),
        ("127.0.0.1:6071", true),
        ("*:6071", true),
        ("[::]:6071", true),
        ("[fd00::6071]:443", false),
        ("[fd00::6071]", false),
        ("mail.a.com:6071", true),
        ("127.0.0.1:6070-6072", true),
        ("127.0.0.1", false),
        ("unix:/run/6071", false),
        ("unix:/run/x:6071", false),
        ("16071", false),
        ("${port}", false),
        ("127.0.0.1:", false),
        ("99999", false),
    ] {
        let listens = ports(listen).is_some_and(|range| range.contains(&6071));
        assert_eq!(listens, has, "{listen}");
    }
    assert_eq!(ports("localhost"), Some(80..=80));
}

#[test]
fn includes_are_followed_wherever_they_stand() {
    let files = [
        (
            "/n/admin.conf",
            "server { include port.inc; include names/*.inc; }",
        ),
        ("/n/port.inc", "listen 6071 ssl;"),
        ("/n/names/a.inc", "server_name mail.a.com;"),
        ("/n/names/b.inc", "server_name\n mail.b.com;"),
        ("/n/web.conf", "http { include /etc/other/*.conf; }"),
        (
            "/etc/other/c.conf",
            "server { listen 6071; server_name mail.c.com; }",
        ),
        (
            "/etc/other/c.conf.bak",
            "server { listen 6071; server_name mail.d.com; }",
        ),
        ("/n/e.conf~", "server { listen 6071; server_name mail.e.com; }"),
    ];
    for (host, line) in [
        ("a", Some(1)),
        ("b", Some(1)),
        ("c", Some(1)),
        ("d", None),
        ("e", None),
    ] {
        assert_eq!(found(&files, &format!("mail.{host}.com")), line, "{host}");
    }
    assert!(gathered("/n", &files).missing.is_empty());
}

#[test]
fn a_file_outside_the_folder_counts_where_it_is_included() {
    let outside = ("/m/x.conf", "server { listen 6071; server_name mail.a.com; }");
    assert_eq!(found(&[outside, ("/n/a.conf", "")], "mail.a.com"), None);
    assert_eq!(
        found(&[outside, ("/n/a.conf", "include ../m/./x.conf;")], "mail.a.com"),
        Some(1)
    );
    assert_eq!(
        found(&[outside, ("/n/a.conf", "include /m/x.conf;")], "mail.a.com"),
        Some(1)
    );
    let blocks = gathered("/n", &[("/n/a.conf", "include /m/x.conf;\ninclude rel.conf;")]);
    let missing: Vec<_> = blocks
        .missing
        .iter()
        .map(|include| include.candidates[0].clone())
        .collect();
    assert_eq!(missing, ["/m/x.conf", "/n/rel.conf"].map(PathBuf::from));
}

#[test]
fn one_file_may_be_given_instead_of_a_folder() {
    let files = [
        ("/n/nginx.conf", "http { include conf.d/*.conf; }"),
        (
            "/n/conf.d/a.conf",
            "server { listen 6071; server_name mail.a.com; }",
        ),
        ("/n/other.conf", "server { listen 6071; server_name mail.b.com; }"),
    ];
    let blocks = gathered("/n/nginx.conf", &files);
    assert!(blocks.find("mail.a.com", &[6071]).is_some());
    assert!(blocks.find("mail.b.com", &[6071]).is_none());
}

#[test]
fn a_circle_ends_and_a_broken_file_is_told() {
    let files = [
        ("/n/a.conf", "include b.conf;"),
        (
            "/n/b.conf",
            "include a.conf; server { listen 6071; server_name mail.a.com; }",
        ),
        ("/n/c.conf", "server {\n listen 6071\n"),
    ];
    assert!(found(&files, "mail.a.com").is_some());
    let (path, broken) = gathered("/n", &files).broken.unwrap();
    assert_eq!((path, broken.line), (PathBuf::from("/n/c.conf"), 3));
}

#[test]
fn includes_that_multiply_are_cut() {
    let tenfold = |n: u32| {
        (
            format!("/n/{n}.inc"),
            format!("include {}.inc;", n + 1).repeat(10).into_bytes(),
        )
    };
    let files: Vec<_> = (0..10)
        .map(tenfold)
        .map(|(path, text)| (PathBuf::from(path), text))
        .collect();
    assert!(Blocks::gather(Path::new("/n"), &Files::read(&files)).is_cut);
}

#[test]
fn many_blocks_are_asked_by_hashing() {
    let block = |n| format!("server {{ listen 6071 ssl; server_name mail.d{n}.com; }}\n");
    let blocks: Vec<_> = (0..10_000).map(block).collect();
    let blocks = gathered("/n", &[("/n/a.conf", &blocks.concat())]);
    let begun = std::time::Instant::now();
    assert!((0..10_000).all(|n| blocks.find(&format!("mail.d{n}.com"), &[6071]).is_some()));
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
