//! A real registry, on a free port of the loopback, in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::ops::Deref;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::kind::Kind;

/// The repository of the tests.
pub const NAME: &str = "kyklos/kyklos";

pub struct Server {
    process: Child,
    shelf: Shelf,
    _folder: TempDir,
}

/// A repository in it, read without the code under test. The server stands for its usual one.
pub struct Shelf {
    pub port: u16,
    name: String,
    login: Option<(String, String)>,
}

impl Deref for Server {
    type Target = Shelf;

    fn deref(&self) -> &Shelf {
        &self.shelf
    }
}

impl Server {
    /// Starts Debian's, that anybody may write to.
    pub fn start() -> Self {
        Self::of(Kind::Debian)
    }

    /// Starts one of this kind, that anybody may write to.
    pub fn of(kind: Kind) -> Self {
        // A port that is free may be taken the moment after: then the registry ends at once, and another is tried.
        (0..5).find_map(|_| Self::try_to_start(kind, "", None)).expect("no registry would start")
    }

    /// Starts one that wants this login, whose line of a file of `htpasswd` is `hash`.
    pub fn guarded(kind: Kind, login: (&str, &str), hash: &str) -> Self {
        (0..5).find_map(|_| Self::try_to_start(kind, hash, Some(login))).expect("no registry would start")
    }

    fn try_to_start(kind: Kind, hash: &str, login: Option<(&str, &str)>) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let data = folder.path().join("data");
        let guards = folder.path().join("htpasswd");
        fs::write(&guards, format!("{hash}\n")).unwrap();
        let auth = format!("auth:\n  htpasswd:\n    realm: tests\n    path: {}\n", guards.display());
        let auth = login.map(|_| auth).unwrap_or_default();
        let config = format!(
            "version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\nstorage:\n  filesystem:\n    rootdirectory: \
             {}\n  delete:\n    enabled: true\nhttp:\n  addr: 127.0.0.1:{port}\n{auth}",
            data.display()
        );
        let file = folder.path().join("config.yml");
        fs::write(&file, config).unwrap();
        let mut process = kind
            .command(&file, &format!("127.0.0.1:{port}"))
            .env("OTEL_TRACES_EXPORTER", "none")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the registry doesn't start; `cargo verify --only tools` installs it");
        let end = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if process.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < end, "the registry isn't ready after half a minute");
            thread::sleep(Duration::from_millis(10));
        }
        let login = login.map(|(name, password)| (name.to_owned(), password.to_owned()));
        Some(Self { process, shelf: Shelf { port, name: NAME.to_owned(), login }, _folder: folder })
    }

    /// Another repository of the same registry.
    pub fn shelf(&self, name: &str) -> Shelf {
        Shelf { port: self.port, name: name.to_owned(), login: self.login.clone() }
    }
}

impl Shelf {
    /// Its name, as the program is told it.
    pub fn repository(&self) -> String {
        format!("127.0.0.1:{}/{}", self.port, self.name)
    }

    /// The same behind a proxy on this port.
    pub fn behind(&self, port: u16) -> String {
        format!("127.0.0.1:{port}/{}", self.name)
    }

    /// Every tag and the digest that it has.
    pub fn tags(&self) -> BTreeMap<String, String> {
        let mut names: Vec<String> = Vec::new();
        // Page by page, each after the last of the one before; a registry without pages gives all again.
        loop {
            let last = names.last().map(|last| format!("?n=1000&last={last}")).unwrap_or_default();
            let list = self.ask("GET", &format!("tags/list{last}")).1;
            let list: serde_json::Value = serde_json::from_slice(&list).unwrap();
            let tags = list["tags"].as_array().cloned().unwrap_or_default();
            let new: Vec<_> = tags.iter().map(|tag| tag.as_str().unwrap().to_owned()).collect();
            let new: Vec<_> = new.into_iter().filter(|tag| !names.contains(tag)).collect();
            if new.is_empty() {
                break;
            }
            names.extend(new);
        }
        names
            .into_iter()
            .map(|name| (name.clone(), self.digest(&name).unwrap_or_else(|| panic!("{name} is gone"))))
            .collect()
    }

    /// What a tag or a digest is, if it is there.
    pub fn digest(&self, reference: &str) -> Option<String> {
        self.ask("HEAD", &format!("manifests/{reference}")).0
    }

    /// The manifest or index under a tag or a digest.
    pub fn json(&self, reference: &str) -> serde_json::Value {
        serde_json::from_slice(&self.ask("GET", &format!("manifests/{reference}")).1).unwrap()
    }

    /// Whether everything that a tag or digest refers to is there.
    pub fn is_whole(&self, reference: &str) -> bool {
        let children = self.json(reference)["manifests"].as_array().unwrap().clone();
        children.iter().all(|child| {
            let digest = child["digest"].as_str().unwrap();
            self.digest(digest).is_some() && {
                let manifest = self.json(digest);
                let blobs = manifest["layers"].as_array().unwrap().iter().chain([&manifest["config"]]);
                blobs.map(|blob| blob["digest"].as_str().unwrap()).all(|blob| self.has_blob(blob))
            }
        })
    }

    fn has_blob(&self, digest: &str) -> bool {
        self.status("HEAD", &format!("blobs/{digest}")) == 200
    }

    /// Writes a manifest, as another tool would.
    pub fn put(&self, reference: &str, media_type: &str, body: &[u8]) {
        let request = self.request("PUT", &format!("manifests/{reference}")).header("content-type", media_type);
        let answer = agent().run(request.body(body).unwrap()).unwrap();
        assert_eq!(answer.status(), 201);
    }

    /// Writes a blob, as another tool would.
    pub fn put_blob(&self, bytes: &[u8]) -> String {
        let answer = agent().run(self.request("POST", "blobs/uploads/").body(&b""[..]).unwrap()).unwrap();
        let session = answer.headers()["location"].to_str().unwrap().to_owned();
        let digest = kyklos_registry::digest::Digest::of(bytes).to_string();
        let session =
            if session.starts_with('/') { format!("http://127.0.0.1:{}{session}", self.port) } else { session };
        let separator = if session.contains('?') { '&' } else { '?' };
        let mut request =
            ureq::http::Request::builder().method("PUT").uri(format!("{session}{separator}digest={digest}"));
        if let Some(login) = self.basic() {
            request = request.header("authorization", login);
        }
        assert_eq!(agent().run(request.body(bytes).unwrap()).unwrap().status(), 201);
        digest
    }

    /// Deletes a manifest or a blob, as a cleanup would.
    pub fn delete(&self, path: &str) {
        self.status("DELETE", path);
    }

    fn status(&self, method: &str, path: &str) -> u16 {
        agent().run(self.request(method, path).body(()).unwrap()).unwrap().status().as_u16()
    }

    fn ask(&self, method: &str, path: &str) -> (Option<String>, Vec<u8>) {
        let mut answer = agent().run(self.request(method, path).body(()).unwrap()).unwrap();
        let there = answer.status() == 200;
        let digest = answer.headers().get("docker-content-digest").map(|value| value.to_str().unwrap().to_owned());
        (digest.filter(|_| there), answer.body_mut().read_to_vec().unwrap())
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}/v2/{}/{path}", self.port, self.name))
            .header("accept", "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json");
        match self.basic() {
            Some(login) => request.header("authorization", login),
            None => request,
        }
    }

    fn basic(&self) -> Option<String> {
        let (name, password) = self.login.as_ref()?;
        Some(http_auth::basic::encode_credentials(name, password))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
