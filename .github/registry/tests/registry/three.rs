//! The same on three registries that differ: pages or not, a list of referrers or not, a login or not.

use crate::support::attached::{bundle, complete, refer};
use crate::support::program::{Run, logins, run_with};
use crate::support::proxy::{Fault, Proxy};
use crate::support::{Kind, Recipe, Server, assert_tags, publish, run};

const SBOM: &str = "https://cyclonedx.org/bom";
const SIGNATURE: &str = "https://sigstore.dev/cosign/sign/v1";
/// `htpasswd -nbB` of each.
const LOGINS: [(&str, &str, &str); 2] = [
    ("kyklos", "pass:word", "kyklos:$2y$04$jwsVLi3stsAcxuPY1Mjy3eJ3z7Y8tFbgqx2BgbExChjbVGJ4PfgnG"),
    ("other", "other:word", "other:$2y$04$abcdefghijklmnopqrstuuUab6N5qkmm9iAXQQZoi4NNbo/ESXmeK"),
];

#[test]
fn releases_hotfixes_signatures_and_cleanups() {
    for kind in Kind::ALL {
        let server = Server::of(kind);
        let to = server.repository();
        let [first, second, hotfix] = ["--tag v0.1.0", "--tag v0.2.0", "--tag v0.1.1"].map(|event| {
            let image = Recipe::new(event).of(event).build();
            run(&publish(&image, &to, event)).ok();
            image
        });
        let old = Recipe::new("old").of("--branch main --sha aaaaaaa").label("created", "2026-01-01T00:00:00Z").build();
        run(&publish(&old, &to, "--branch main --sha aaaaaaa")).ok();
        let tags: &[(&str, &[&str])] = &[
            (&first.digest, &["v0.1.0"]),
            (&second.digest, &["v0.2.0", "v0.2", "v0", "latest"]),
            (&hotfix.digest, &["v0.1.1", "v0.1"]),
        ];
        run(&["prune", "--repository", &to, "--now", "2026-11-25T03:00:00Z"]).ok();
        if kind == Kind::Referrers {
            // This one leaves the tag of a digest that is deleted; all others take it away.
            server.delete("manifests/main-aaaaaaa");
        }
        assert_tags(&server, tags);
        assert!(server.digest(&old.children[0]).is_none(), "{kind:?}");
        run(&["verify", &format!("{to}:v0.1.1")]).fails_with(&["none speaks of", &hotfix.digest]);
        complete(&server, &hotfix);
        run(&["verify", &format!("{to}:v0.1.1")]).ok();
        for tag in ["v0.1.0", "v0.1.1", "v0.2.0"] {
            assert!(server.is_whole(tag), "{kind:?} {tag}");
        }
        // Once more: there is nothing to do.
        let again = run(&[&["-o", "json"], publish(&hotfix, &to, "--tag v0.1.1").as_slice()].concat()).ok().json();
        assert!(again["steps"].as_array().unwrap().iter().all(|step| step["done"] != "written"), "{kind:?} {again:#}");
    }
}

#[test]
fn what_only_the_list_of_referrers_leads_to_counts_and_is_copied() {
    let first = Server::of(Kind::Referrers);
    let image = Recipe::new("referred").build();
    run(&publish(&image, &first.repository(), "--tag v0.1.0")).ok();
    let name = format!("{}:v0.1.0", first.repository());
    run(&["verify", &name]).fails_with(&["none speaks of", &image.digest]);
    bundle(&first, &image.digest, &[SIGNATURE]);
    image.children.iter().for_each(|child| drop(bundle(&first, child, &[SIGNATURE, SBOM])));
    assert_eq!(first.tags().len(), 4, "no tag leads to a signature");
    run(&["verify", &name]).ok();
    for kind in Kind::ALL {
        let second = Server::of(kind);
        run(&["copy", "v0.1.0", "--from", &first.repository(), "--to", &second.repository()]).ok();
        run(&["verify", &format!("{}:v0.1.0", second.repository())]).ok();
        let signed = second.tags().keys().filter(|tag| tag.starts_with("sha256-")).count();
        // Where there is no list, a tag stands in for it, for the index and both manifests.
        assert_eq!(signed, if kind == Kind::Referrers { 0 } else { 3 }, "{kind:?}");
        let again = run(&["-o", "json", "copy", "v0.1.0", "--from", &first.repository(), "--to", &second.repository()]);
        let again = again.ok().json();
        assert!(again["steps"].as_array().unwrap().iter().all(|step| step["done"] != "written"), "{kind:?} {again:#}");
    }
}

#[test]
fn the_list_of_referrers_is_asked_for_only_where_something_is_missing() {
    for kind in Kind::ALL {
        let server = Server::of(kind);
        let image = Recipe::new("asked").build();
        run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
        complete(&server, &image);
        let proxy = Proxy::start(server.port, |_| Fault::None);
        run(&["verify", &format!("{}:v0.1.0", proxy.repository())]).ok();
        let asked = |proxy: &Proxy| proxy.log().iter().filter(|(_, line)| line.contains("/referrers/")).count();
        assert_eq!(asked(&proxy), 0, "{kind:?}");
        // One signature less: that digest alone is asked for.
        let signature = format!("{}.sig", image.digest.replace(':', "-"));
        server.delete(&format!("manifests/{}", server.digest(&signature).unwrap()));
        if kind == Kind::Referrers {
            server.delete(&format!("manifests/{signature}"));
        }
        run(&["verify", &format!("{}:v0.1.0", proxy.repository())]).fails_with(&["none speaks of", &image.digest]);
        assert_eq!(asked(&proxy), 1, "{kind:?}");
    }
}

/// What has been seen where a list of referrers should be.
#[test]
fn what_is_no_list_of_referrers_is_none() {
    let server = Server::start();
    let image = Recipe::new("strange").build();
    run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
    type Strange = (u16, &'static [(&'static str, &'static str)], &'static str, &'static str);
    let answers: [Strange; 6] = [
        (429, &[("retry-after", "3600")], "", "429 Too Many Requests"),
        (404, &[], r#"{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}"#, "404: MANIFEST_UNKNOWN"),
        (200, &[], r#"{"manifests":[]}"#, "200 with something that is no index"),
        (200, &[("content-type", "text/html")], "<html>", "200 with a web page"),
        (303, &[("location", "/login")], "", "with a web page after a redirect to http://127.0.0.1"),
        (500, &[], "", "500 Internal Server Error"),
    ];
    for (status, headers, body, said) in answers {
        let proxy = Proxy::start(server.port, move |asked| {
            if asked.path == "/login" {
                return Fault::Answer(200, vec![("content-type", "text/html".to_owned())], "<html>".to_owned());
            }
            let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            if asked.path.contains("/referrers/") {
                Fault::Answer(status, headers, body.to_owned())
            } else {
                Fault::None
            }
        });
        let answer = run(&["verify", &format!("{}:v0.1.0", proxy.repository())]);
        // The whole report is there: it is a signature that is missing, and nothing else is wrong.
        assert!(!answer.right && answer.stdout.matches("WRONG").count() == 5, "{answer:#?}");
        assert!(answer.stdout.replace('\n', " ").contains(said), "no {said}: {answer:#?}");
        let asked = proxy.log().iter().filter(|(_, line)| line.contains("/referrers/")).count();
        assert_eq!(asked, 3, "once for each digest, however it answers: {status}");
    }
}

#[test]
fn an_empty_list_of_referrers_hides_no_tag_that_stands_in_for_it() {
    let server = Server::start();
    let image = Recipe::new("hidden").build();
    run(&publish(&image, &server.repository(), "--tag v0.1.0")).ok();
    refer(&server, &image.digest, &[SIGNATURE]);
    image.children.iter().for_each(|child| drop(refer(&server, child, &[SIGNATURE, SBOM])));
    let empty = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
    let proxy = Proxy::start(server.port, move |asked| {
        if asked.path.contains("/referrers/") { Fault::Answer(200, Vec::new(), empty.to_owned()) } else { Fault::None }
    });
    run(&["verify", &format!("{}:v0.1.0", proxy.repository())]).ok();
    let second = Server::of(Kind::Distribution);
    run(&["copy", "v0.1.0", "--from", &proxy.repository(), "--to", &second.repository()]).ok();
    run(&["verify", &format!("{}:v0.1.0", second.repository())]).ok();
}

#[test]
fn each_registry_gets_its_own_login_and_no_other() {
    let [one, two] = LOGINS;
    let first = Server::guarded(Kind::Debian, (one.0, one.1), one.2);
    let second = Server::guarded(Kind::Distribution, (two.0, two.1), two.2);
    let host = |server: &Server| format!("127.0.0.1:{}", server.port);
    let (from, to) = (host(&first), host(&second));
    let both = logins(&[(&from, one.0, one.1), (&to, two.0, two.1)]);
    let only = logins(&[(&from, one.0, one.1)]);
    let swapped = logins(&[(&from, one.0, one.1), (&to, one.0, one.1)]);
    let with = |folder: &tempfile::TempDir, arguments: &[&str]| -> Run {
        run_with(arguments, &[("DOCKER_CONFIG", folder.path().to_str().unwrap())])
    };
    let image = Recipe::new("two logins").build();
    with(&both, &publish(&image, &first.repository(), "--tag v0.1.0")).ok();
    complete(&first, &image);
    let (from, to_repository) = (first.repository(), second.repository());
    let copy = ["copy", "v0.1.0", "--from", &from, "--to", &to_repository];
    with(&only, &copy).fails_with(&["401", "wants a login", &format!("docker login {to}")]);
    with(&swapped, &copy).fails_with(&["401", "does not accept the login of `kyklos`", &format!("docker login {to}")]);
    assert!(second.tags().is_empty());
    with(&both, &copy).ok();
    assert_eq!(second.tags(), first.tags());
    with(&both, &["verify", &format!("{}:v0.1.0", second.repository())]).ok();
}
