//! Stand-ins for the two images that the Dockerfile starts from, for a machine that reaches no registry.
//!
//! They are made of what such a machine does reach: Debian's packages, and Rust by rustup. So every instruction of the
//! Dockerfile runs as it does for everybody else; only the digests below it are others, and the image says so in its
//! labels: its base is `localhost/kyklos-stand-in/static`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::registry::LocalRegistry;
use crate::run::{output, run};

/// In the tags of both. A change below has to change it: what is there under its tag isn't made again.
const RECIPE: u32 = 1;
const RUST: &str = "localhost/kyklos-stand-in/rust";
const STATIC: &str = "localhost/kyklos-stand-in/static";
const MIRROR: &str = "http://deb.debian.org/debian";
/// What the image of Rust has besides Debian's minimum, and where the files of the other one come from.
const PACKAGES: &str = "ca-certificates,gcc,libc6-dev,netbase,tzdata";
const PROXIES: [&str; 7] = ["rustup", "cargo", "rustc", "rustdoc", "cargo-clippy", "cargo-fmt", "rustfmt"];
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Where Debian keeps the root certificates.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// What to give to the Dockerfile, and to Buildah for as long as it builds.
pub(crate) struct StandIns {
    pub(crate) rust: String,
    pub(crate) base_name: String,
    pub(crate) base_digest: String,
    /// For CONTAINERS_REGISTRIES_CONF: says that the base is to be had from the registry below.
    pub(crate) registries: PathBuf,
    _registry: LocalRegistry,
}

/// Makes those that aren't there: a minute or two, once per machine. `rust` is the reference in the Dockerfile.
pub(crate) fn ensure(rust: &str, work: &Path) -> Result<StandIns> {
    let (version, suite) = version_and_suite(rust)?;
    let rust = format!("{RUST}:{version}-{suite}-{RECIPE}");
    let base = work.join(format!("stand-in-static-{suite}-{RECIPE}"));
    let (has_rust, has_base) = (is_there(&rust), base.join("index.json").is_file());
    if !(has_rust && has_base) {
        println!("Making stand-ins for the base images from Debian's packages and rustup's Rust, once per machine");
        let folder = tempfile::Builder::new().prefix("stand-in-").tempdir_in(work).context("making a folder")?;
        let debian = folder.path().join("debian");
        let bootstrap = ["--quiet", "--variant=apt", "--include", PACKAGES, suite];
        run(Command::new("mmdebstrap").args(bootstrap).arg(&debian).arg(MIRROR))?;
        // A machine behind a proxy of its own may trust more than Debian does.
        fs::copy(Path::new("/").join(CERTIFICATES), debian.join(CERTIFICATES)).context("copying root certificates")?;
        if !has_base {
            make_static(&base, &debian, &folder.path().join("static"))?;
        }
        // Another would be a new image, on which everything would have to be built again.
        if !has_rust {
            make_rust(&rust, version, &debian)?;
        }
    }
    serve(rust, &base, work)
}

/// Buildah 1.28 takes an index by its digest from a registry alone, so the base gets one on loopback. It is called the
/// same whatever the port, for its name is in the labels.
fn serve(rust: String, base: &Path, work: &Path) -> Result<StandIns> {
    let registry = LocalRegistry::start(work)?;
    let place = registry.repository("static");
    let digest = work.join("stand-in.digest");
    let copy = ["copy", "--quiet", "--all", "--dest-tls-verify=false", "--digestfile"];
    let (from, to) = (format!("oci:{}", base.display()), format!("docker://{place}:{RECIPE}"));
    run(Command::new("skopeo").args(copy).arg(&digest).args([from, to]))?;
    let base_digest = fs::read_to_string(&digest).context("reading the digest of the base")?.trim().to_owned();
    let registries = work.join("registries.conf");
    write(&registries, &format!("[[registry]]\nprefix = \"{STATIC}\"\nlocation = \"{place}\"\ninsecure = true\n"))?;
    Ok(StandIns { rust, base_name: STATIC.to_owned(), base_digest, registries, _registry: registry })
}

/// Of `rust:1.95.0-slim-bookworm@sha256:..`.
fn version_and_suite(rust: &str) -> Result<(&str, &str)> {
    let tag = rust.split_once("rust:").map(|(_, rest)| rest.split('@').next().unwrap_or(rest));
    let parts = tag.and_then(|tag| Some((tag.split_once("-slim-")?.0, tag.split_once("-slim-")?.1)));
    parts.with_context(|| format!("`{rust}` is not as rust:<version>-slim-<suite of Debian>"))
}

/// Not by `buildah images`: of 1.28 it fails as soon as there is an index among them.
fn is_there(image: &str) -> bool {
    output(&mut buildah(&["inspect", "--type", "image", "--format", "{{.FromImageID}}", image])).is_ok()
}

/// Debian with Rust at the places of the official image.
fn make_rust(image: &str, version: &str, debian: &Path) -> Result<()> {
    let local = debian.join("usr/local");
    let bin = local.join("cargo/bin");
    fs::create_dir_all(&bin).context("making a folder")?;
    let rustup = output(Command::new("sh").args(["-c", "command -v rustup"]))?;
    // The programs are all rustup, which goes by its name.
    let [first, others @ ..] = PROXIES;
    fs::copy(rustup.trim(), bin.join(first)).context("copying rustup")?;
    for name in others {
        fs::hard_link(bin.join(first), bin.join(name)).context("linking rustup")?;
    }
    let homes = [("RUSTUP_HOME", local.join("rustup")), ("CARGO_HOME", local.join("cargo"))];
    let install = ["toolchain", "install", version, "--profile", "minimal", "--no-self-update"];
    run(Command::new(rustup.trim()).args(install).envs(homes.clone()).env_remove("RUSTUP_TOOLCHAIN"))?;
    run(Command::new(rustup.trim()).args(["default", version]).envs(homes).env_remove("RUSTUP_TOOLCHAIN"))?;
    let container = container("amd64")?;
    add(&container, debian)?;
    let path = format!("PATH=/usr/local/cargo/bin:{PATH}");
    run(buildah(&["config", "--env", &path, "--env", "RUSTUP_HOME=/usr/local/rustup"]).args([
        "--env",
        "CARGO_HOME=/usr/local/cargo",
        &container,
    ]))?;
    run(&mut buildah(&["commit", "--quiet", "--format", "oci", "--rm", &container, image]))
}

/// What `distroless/static` has: users, root certificates, time zones, and nothing that runs; for both platforms.
fn make_static(layout: &Path, debian: &Path, folder: &Path) -> Result<()> {
    let nobody = "nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin";
    let nonroot = "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin";
    write(&folder.join("etc/passwd"), &format!("root:x:0:0:root:/root:/sbin/nologin\n{nobody}\n{nonroot}\n"))?;
    write(&folder.join("etc/group"), "root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n")?;
    for file in [CERTIFICATES, "etc/os-release", "etc/protocols", "etc/services", "etc/nsswitch.conf"] {
        if let Ok(content) = fs::read_to_string(debian.join(file)) {
            write(&folder.join(file), &content)?;
        }
    }
    for empty in ["home/nonroot", "tmp"] {
        fs::create_dir_all(folder.join(empty)).context("making a folder")?;
    }
    let zones = folder.join("usr/share");
    fs::create_dir_all(&zones).context("making a folder")?;
    run(Command::new("cp").arg("-r").args([&debian.join("usr/share/zoneinfo"), &zones]))?;
    for twice in ["posix", "right"] {
        let _ = fs::remove_dir_all(zones.join("zoneinfo").join(twice));
    }
    // What a run that was ended has left; there may be nothing.
    let _ = output(&mut buildah(&["manifest", "rm", STATIC]));
    run(&mut buildah(&["manifest", "create", STATIC]))?;
    for architecture in ["amd64", "arm64"] {
        let container = container(architecture)?;
        add(&container, folder)?;
        run(buildah(&["config", "--user", "65532", "--workingdir", "/home/nonroot", "--env"]).args([
            &format!("PATH={PATH}"),
            "--env",
            &format!("SSL_CERT_FILE=/{CERTIFICATES}"),
            &container,
        ]))?;
        // The same bytes on every machine.
        run(buildah(&["commit", "--quiet", "--format", "oci", "--rm", "--timestamp", "0", "--identity-label=false"])
            .args(["--manifest", STATIC, &container]))?;
    }
    let to = format!("oci:{}:static", layout.display());
    run(&mut buildah(&["manifest", "push", "--all", "--quiet", "--rm", "--format", "oci", STATIC, &to]))
}

fn container(architecture: &str) -> Result<String> {
    Ok(output(&mut buildah(&["from", "--arch", architecture, "scratch"]))?.trim().to_owned())
}

fn add(container: &str, folder: &Path) -> Result<()> {
    run(buildah(&["copy", "--quiet", container]).arg(folder).arg("/"))
}

fn write(file: &Path, content: &str) -> Result<()> {
    let folder: PathBuf = file.parent().map(Path::to_path_buf).unwrap_or_default();
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    fs::write(file, content).with_context(|| format!("writing {}", file.display()))
}

fn buildah(arguments: &[&str]) -> Command {
    let mut command = Command::new("buildah");
    command.args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_in_the_reference() {
        assert_eq!(version_and_suite("rust:1.95.0-slim-bookworm@sha256:00").unwrap(), ("1.95.0", "bookworm"));
        assert_eq!(version_and_suite("docker.io/library/rust:1.95.0-slim-trixie").unwrap(), ("1.95.0", "trixie"));
        let error = version_and_suite("rust:latest").unwrap_err().to_string();
        assert_eq!(error, "`rust:latest` is not as rust:<version>-slim-<suite of Debian>");
    }
}
