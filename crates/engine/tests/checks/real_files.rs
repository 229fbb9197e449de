//! The configuration that is read here is one that the programs themselves take: `haproxy -c` and `nginx -t` are
//! asked about the very files.

use super::{Stage, domain};
use engine::checks;
use model::{Code, State};
use std::{fs, path::Path, process::Command};

/// A proxy as it stands before a mail host: ACLs, an anonymous condition, a map, and what routes nothing.
const HAPROXY: &str = r#"
global
    maxconn 4096
defaults
    mode tcp
    timeout connect 5s
    timeout client  1m
    timeout server  1m
frontend tls
    bind 127.0.0.1:8443
    tcp-request inspect-delay 5s
    tcp-request content accept if { req.ssl_hello_type 1 }
    # acl old req.ssl_sni -i mail.commented.example
    acl is_mail  req.ssl_sni -i mail.one.example "mail.two.example"
    acl is_mail  req_ssl_sni -i mail.three.example  # and no mail.aside.example
    acl unused   req.ssl_sni -i mail.unused.example
    acl below    req.ssl_sni -m end -i .four.example
    use_backend bk_mail if is_mail { req.ssl_hello_type 1 }
    use_backend bk_mail if below
    use_backend bk_mail if { req.ssl_sni -i mail.five.example }
    use_backend %[req.ssl_sni,lower,map(MAP,bk_none)]
    default_backend bk_none
backend bk_mail
    server vm112 127.0.0.1:9443 check
backend bk_none
    server nobody 127.0.0.1:9444
"#;

const NGINX: &str = r#"
pid nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    server_names_hash_bucket_size 128;
    include includes/*.conf;
    server {
        listen 127.0.0.1:6071;
        server_name "mail.one.example" MAIL.two.example;  # mail.commented.example
        location / { return 200 'server { listen 6071; server_name mail.quoted.example; }'; }
    }
    server {
        listen 127.0.0.1:6072;
        server_name mail.elsewhere.example;
    }
}
"#;

#[tokio::test]
async fn a_file_that_haproxy_takes_is_read_as_haproxy_means_it() {
    let mut stage = Stage::set().await;
    let map = stage.path("names.map");
    fs::write(&map, "mail.six.example bk_mail\n# mail.nobody.example bk_mail\n").unwrap();
    let file = stage.path("haproxy.cfg");
    fs::write(&file, HAPROXY.replace("MAP", map.to_str().unwrap())).unwrap();
    accepted("haproxy", &["-c", "-f"], &file);
    stage.site.haproxy_sni = Some(file);
    for name in ["one", "two", "three", "four", "five", "six"] {
        stage.says("haproxy_sni", name, (State::Ok, Code::Ok)).await;
    }
    for name in ["commented", "aside", "unused", "nobody", "seven"] {
        stage
            .says("haproxy_sni", name, (State::Fail, Code::NotRouted))
            .await;
    }
}

#[tokio::test]
async fn a_file_that_nginx_takes_is_read_as_nginx_means_it() {
    let mut stage = Stage::set().await;
    let folder = stage.path("nginx");
    fs::create_dir_all(folder.join("includes")).unwrap();
    let included =
        "server {\n  listen 127.0.0.1:6071;\n  server_name _ *.wild.example mail.three.example;\n}\n";
    fs::write(folder.join("includes/three.conf"), included).unwrap();
    let file = folder.join("nginx.conf");
    fs::write(&file, NGINX).unwrap();
    accepted(
        "nginx",
        &["-t", "-q", "-p", folder.to_str().unwrap(), "-c"],
        &file,
    );
    stage.site.nginx_admin = Some(folder);
    for name in ["one", "two", "three"] {
        stage.says("admin_block_nginx", name, (State::Ok, Code::Ok)).await;
    }
    for name in ["commented", "quoted", "elsewhere", "wild", "four"] {
        stage
            .says("admin_block_nginx", name, (State::Fail, Code::NoServerBlock))
            .await;
    }
}

impl Stage {
    /// What a check says of `mail.{name}.example`.
    async fn says(&self, check: &str, name: &str, verdict: super::Verdict) {
        let chosen = [checks::find(check).unwrap()];
        let domains = [domain(&format!("{name}.example"))];
        let step = self
            .sweep(&self.site, &domains, &chosen)
            .await
            .remove(0)
            .remove(0);
        assert_eq!((step.state, step.code), verdict, "{name}: {:?}", step.evidence);
    }
}

/// The program itself finds nothing wrong with the file.
fn accepted(program: &str, arguments: &[&str], file: &Path) {
    let path = format!("/usr/sbin/{program}");
    let asked = Command::new(&path).args(arguments).arg(file).output();
    let said = asked.map_err(|why| format!("{path}: {why}: install Debian's package `{program}`"));
    let said = said.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}
