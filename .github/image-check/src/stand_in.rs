//! Stand-ins for the two images that the Dockerfile starts from, for a machine that reaches no registry.
//!
//! They are made of what such a machine does reach: Debian's packages, and Rust by rustup. So every instruction of the
//! Dockerfile runs as it does for everybody else; only the digests below it are others, and the image says so in its
//! labels: its base is `localhost/kyklos-stand-in/static`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use clap::ValueEnum;
use kyklos_image::builder::{Instead, default_of};
use kyklos_image::run::{output, run};

use crate::registry::LocalRegistry;

/// In the tags. A change below has to change that of what it is about: what is there under its tag isn't made again, and on another
/// Rust everything would have to be built again.
const RUST_RECIPE: u32 = 1;
const STATIC_RECIPE: u32 = 2;
const RUST: &str = "localhost/kyklos-stand-in/rust";
const STATIC: &str = "localhost/kyklos-stand-in/static";
const MIRROR: &str = "http://deb.debian.org/debian";
/// What the image of Rust has besides Debian's minimum, and where the files of the other one come from.
const PACKAGES: &str = "ca-certificates,gcc,libc6-dev,netbase,tzdata";
/// Those of them whose files the other one has; as distroless does, it has a file for each, by which scanners know them.
const OF_STATIC: [&str; 4] = ["base-files", "ca-certificates", "netbase", "tzdata"];
const PROXIES: [&str; 7] = ["rustup", "cargo", "rustc", "rustdoc", "cargo-clippy", "cargo-fmt", "rustfmt"];
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// Where Debian keeps the root certificates.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Where the base images come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bases {
    /// Those that the Dockerfile names
    Real,
    /// Local images of the same content, for a machine that reaches no image registry
    StandIn,
    /// The real ones where they can be had, and stand-ins elsewhere
    Auto,
}

/// What to give to the Dockerfile, and to Buildah for as long as it builds.
pub(crate) struct StandIns {
    pub(crate) instead: Instead,
    _registry: LocalRegistry,
}

/// The stand-ins, where they are needed.
pub(crate) fn of(bases: Bases, root: &Path, work: &Path) -> Result<Option<StandIns>> {
    let dockerfile = fs::read_to_string(root.join("Dockerfile")).context("reading the Dockerfile")?;
    let rust = default_of(&dockerfile, "RUST").context("the Dockerfile has no `ARG RUST=`")?;
    if bases == Bases::Real || (bases == Bases::Auto && reachable(rust)) {
        return Ok(None);
    }
    println!("The base images are stand-ins");
    ensure(rust, work).map(Some)
}

fn reachable(image: &str) -> bool {
    // Skopeo refuses a reference with a tag and a digest.
    let by_digest = match (image.split_once(':'), image.split_once('@')) {
        (Some((name, _)), Some((_, digest))) => format!("{name}@{digest}"),
        _ => image.to_owned(),
    };
    let mut command = Command::new("skopeo");
    command.args(["--command-timeout", "20s", "inspect", "--raw", "--no-creds", &format!("docker://{by_digest}")]);
    let found = output(&mut command);
    if let Err(error) = &found {
        println!("No image registry is reached: {}", error.to_string().lines().next().unwrap_or_default());
    }
    found.is_ok()
}

/// Makes those that aren't there: a minute or two, once per machine. `rust` is the reference in the Dockerfile.
fn ensure(rust: &str, work: &Path) -> Result<StandIns> {
    let (version, suite) = version_and_suite(rust)?;
    let rust = format!("{RUST}:{version}-{suite}-{RUST_RECIPE}");
    let base = work.join(format!("stand-in-static-{suite}-{STATIC_RECIPE}"));
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
    let (from, to) = (format!("oci:{}", base.display()), format!("docker://{place}:{STATIC_RECIPE}"));
    run(Command::new("skopeo").args(copy).arg(&digest).args([from, to]))?;
    let base_digest = fs::read_to_string(&digest).context("reading the digest of the base")?.trim().to_owned();
    let registries = work.join("registries.conf");
    write(&registries, &format!("[[registry]]\nprefix = \"{STATIC}\"\nlocation = \"{place}\"\ninsecure = true\n"))?;
    let arguments = [("RUST", rust), ("BASE_NAME", STATIC.to_owned()), ("BASE_DIGEST", base_digest)];
    let arguments = arguments.map(|(name, value)| (name.to_owned(), value)).to_vec();
    let files = cargo_configuration().into_iter().map(|file| {
        let place = format!("/usr/local/cargo/{}", name_of(&file));
        (file, place)
    });
    Ok(StandIns { instead: Instead { registries, arguments, files: files.collect() }, _registry: registry })
}

/// Where a machine reaches crates.io by a mirror, its configuration says so; the build has to go by it, too.
fn cargo_configuration() -> Vec<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cargo")));
    home.map(|home| home.join("config.toml")).into_iter().filter(|file| file.is_file()).collect()
}

fn name_of(file: &Path) -> String {
    file.file_name().unwrap_or_default().display().to_string()
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
    let status = fs::read_to_string(debian.join("var/lib/dpkg/status")).context("reading Debian's list of packages")?;
    for package in OF_STATIC {
        let entry = status.split("\n\n").find(|entry| entry.starts_with(&format!("Package: {package}\n")));
        let entry = entry.with_context(|| format!("Debian has no {package}"))?;
        write(&folder.join("var/lib/dpkg/status.d").join(package), &format!("{entry}\n"))?;
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
