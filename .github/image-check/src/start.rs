//! Starts the controller out of the image against a real API server, and looks at what it takes to be ready.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use kyklos_devcluster::{DevCluster, Options, Tools, progress_on_stderr};

use kyklos_image::figures::Start;
use kyklos_image::run::{exists, output};

/// How often `/readyz` is asked: what is measured is exact to this.
const POLL: Duration = Duration::from_millis(2);
const LIMIT: Duration = Duration::from_secs(60);
/// A start is repeated, and the fastest counts: what disturbs it only ever adds.
const STARTS: usize = 5;

/// Starts each of the binaries, `(platform, file)`, that this machine can run.
pub(crate) fn measure(binaries: &[(String, &Path)], work: &Path) -> Result<Vec<Start>> {
    let tools = Tools::ensure(&mut progress_on_stderr)?;
    let options = Options { controller_manager: false, audit: false, ..Options::default() };
    let cluster = DevCluster::start(&tools, options)?;
    let mut starts = Vec::new();
    for (platform, binary) in binaries {
        let Some(emulator) = emulator(platform)? else {
            println!("{platform} is not run: there is no {}", emulator_of(platform).unwrap_or("emulator of it"));
            continue;
        };
        let program = || {
            let mut command = Command::new(emulator.unwrap_or_else(|| binary.as_os_str().to_str().unwrap_or_default()));
            command.args(emulator.map(|_| binary)).env_clear();
            command
        };
        let version = output(program().arg("--version"))?;
        println!("{platform} runs: {}", version.trim());
        if starts.is_empty() {
            install(&cluster, &output(program().arg("crd"))?)?;
        }
        let repeated = if emulator.is_some() { 1 } else { STARTS };
        let measured = (0..repeated).map(|_| start(&mut program(), &cluster, work)).collect::<Result<Vec<_>>>()?;
        let ready = measured.iter().map(|(ready, _)| *ready).min().unwrap_or_default();
        let resident = measured.iter().map(|(_, resident)| *resident).max().unwrap_or_default();
        starts.push(Start { platform: platform.clone(), emulated: emulator.is_some(), ready, resident });
    }
    cluster.stop()?;
    Ok(starts)
}

/// Which of QEMU's runs a platform's programs, of those that an image may have.
const EMULATORS: [(&str, &str); 6] = [
    ("linux/amd64", "qemu-x86_64-static"),
    ("linux/arm64", "qemu-aarch64-static"),
    ("linux/arm/v7", "qemu-arm-static"),
    ("linux/riscv64", "qemu-riscv64-static"),
    ("linux/ppc64le", "qemu-ppc64le-static"),
    ("linux/s390x", "qemu-s390x-static"),
];

/// What runs a platform's programs here: nothing but the processor, or QEMU, or (`None`) nothing at all.
fn emulator(platform: &str) -> Result<Option<Option<&'static str>>> {
    let native = match std::env::consts::ARCH {
        "x86_64" => "linux/amd64",
        "aarch64" => "linux/arm64",
        other => bail!("the image has nothing for {other}"),
    };
    if platform == native {
        return Ok(Some(None));
    }
    Ok(emulator_of(platform).filter(|qemu| exists(qemu)).map(Some))
}

fn emulator_of(platform: &str) -> Option<&'static str> {
    EMULATORS.iter().find(|(known, _)| *known == platform).map(|(_, qemu)| *qemu)
}

fn install(cluster: &DevCluster, crd: &str) -> Result<()> {
    let mut kubectl = cluster.kubectl();
    let mut child = kubectl.args(["apply", "--server-side", "-f", "-"]).stdin(Stdio::piped()).spawn()?;
    child.stdin.take().context("kubectl has no input")?.write_all(crd.as_bytes())?;
    ensure!(child.wait()?.success(), "kubectl can't install the CRD");
    let wait = ["wait", "--for=condition=Established", "--timeout=30s", "crd/timewindowscalers.kyklos.io"];
    output(cluster.kubectl().args(wait)).map(drop)
}

fn start(program: &mut Command, cluster: &DevCluster, work: &Path) -> Result<(Duration, u64)> {
    let address = free_address()?;
    let log = work.join("controller.log");
    let file = File::create(&log).with_context(|| format!("making {}", log.display()))?;
    program.args(["controller", "--probe-address", &address.to_string()]);
    program.env("KUBECONFIG", cluster.kubeconfig()).stdout(file.try_clone()?).stderr(file).stdin(Stdio::null());
    let begin = Instant::now();
    let mut running = Running(program.spawn().context("starting the controller")?);
    loop {
        if let Some(status) = running.0.try_wait()? {
            bail!("the controller ended with {status}; {} has its log", log.display());
        }
        if is_ready(address) {
            break;
        }
        ensure!(begin.elapsed() < LIMIT, "the controller isn't ready after {LIMIT:?}; {} has its log", log.display());
        thread::sleep(POLL);
    }
    let ready = begin.elapsed();
    let resident = resident(&running.0)?;
    output(Command::new("kill").args(["-TERM", &running.0.id().to_string()]))?;
    let ended = running.0.wait()?;
    ensure!(ended.success(), "asked to stop, the controller ended with {ended}; {} has its log", log.display());
    Ok((ready, resident))
}

/// Ends with us, whatever fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Free at this moment, and hardly taken by another in the next.
pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0").context("looking for a free port")?.local_addr()?)
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 "))
}

fn resident(process: &Child) -> Result<u64> {
    let file = format!("/proc/{}/status", process.id());
    let status = std::fs::read_to_string(&file).with_context(|| format!("reading {file}"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS in it")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse().with_context(|| format!("`{line}` of {file}"))?;
    Ok(kib * 1024)
}

#[cfg(test)]
mod tests {
    use kyklos_image::builder::PLANNED;
    use kyklos_registry::verify::PLATFORMS;

    use super::*;

    #[test]
    fn each_platform_has_an_emulator_of_its_own() {
        let all: Vec<_> = PLATFORMS.into_iter().chain(PLANNED.map(|(platform, _)| platform)).collect();
        let mut emulators: Vec<_> = all.iter().filter_map(|platform| emulator_of(platform)).collect();
        emulators.sort_unstable();
        emulators.dedup();
        assert_eq!(emulators.len(), all.len(), "{emulators:?}");
        assert_eq!(emulator_of("linux/riscv64"), Some("qemu-riscv64-static"));
        assert_eq!(emulator("linux/mips").unwrap(), None);
    }
}
