//! The cluster: its components in their order, and what a test wants of it.

use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::component::{Component, POLL};
use crate::folder::Folder;
use crate::pki::{self, Authority};
use crate::port::Port;
use crate::{Error, Tools, flags};

/// How a cluster is to be. [`Options::default`] has everything on.
#[derive(Clone, Debug)]
pub struct Options {
    /// Whether a controller manager runs: Deployments make Pods, deleted namespaces go away. Default: yes.
    pub controller_manager: bool,
    /// Whether the API server writes [`DevCluster::audit_log`]. Default: yes.
    pub audit: bool,
    /// More arguments for the API server, such as `--feature-gates=..`; they win over ours.
    pub apiserver_arguments: Vec<String>,
    /// Go's soft limit of the API server's memory, in MiB: it takes five times as much after a storm when nobody asks it
    /// to be modest, and with less than its objects take it does little but collect garbage. Default: 300, enough for a
    /// thousand objects.
    pub apiserver_memory_mib: u32,
    /// How long each component may take to be ready before `start` fails. Default: two minutes.
    pub time_limit: Duration,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            controller_manager: true,
            audit: true,
            apiserver_arguments: Vec::new(),
            apiserver_memory_mib: 300,
            time_limit: Duration::from_secs(120),
        }
    }
}

/// A running control plane. Dropping it ends its processes and removes its folder.
///
/// All of it is on this machine alone: the API server on a port of 127.0.0.1, etcd on a socket in the folder.
#[derive(Debug)]
pub struct DevCluster {
    // Ended in this order, by `end` and by nothing else: a component misses the one after it.
    controller_manager: Option<Component>,
    apiserver: Option<Component>,
    etcd: Option<Component>,
    port: Port,
    authority: Authority,
    kubeconfig: PathBuf,
    users: AtomicUsize,
    tools: Tools,
    options: Options,
    folder: Folder,
}

impl DevCluster {
    /// Starts a cluster and returns when it is ready: the API server answers, the namespace `default` is there and,
    /// with the controller manager, its service account `default`, too.
    pub fn start(tools: &Tools, options: Options) -> Result<DevCluster, Error> {
        let manager = match (options.controller_manager, tools.kube_controller_manager()) {
            (true, None) => return Err(Error::NoControllerManager),
            (wanted, found) => found.filter(|_| wanted),
        };
        let mut cluster = DevCluster::prepare(tools, options)?;
        cluster.start_etcd()?;
        cluster.start_apiserver()?;
        if let Some(program) = manager {
            cluster.start_controller_manager(program)?;
        }
        Ok(cluster)
    }

    /// The folder with its keys, and no process but the janitor.
    fn prepare(tools: &Tools, options: Options) -> Result<DevCluster, Error> {
        // For us alone: keys are in it, and etcd's sockets.
        let folder = Folder::new()?;
        let path = folder.path();
        let port = Port::hold()?;
        let authority = Authority::new(path)?;
        let kubeconfig = authority.kubeconfig("admin", &url(&port), "kyklos-admin", &["system:masters"])?;
        if options.audit {
            pki::write(&path.join(flags::AUDIT_POLICY), flags::AUDIT_POLICY_CONTENT)?;
        }
        Ok(DevCluster {
            controller_manager: None,
            apiserver: None,
            etcd: None,
            port,
            authority,
            kubeconfig,
            users: AtomicUsize::new(0),
            tools: tools.clone(),
            options,
            folder,
        })
    }

    fn start_etcd(&mut self) -> Result<(), Error> {
        let mut etcd = self.component("etcd", self.tools.etcd(), &flags::etcd(), &[])?;
        // That it listens is enough, as the API server waits for the rest. (To connect from here would need the absolute
        // path, which may be too long for a socket's address.)
        let socket = self.folder.path().join(flags::ETCD_SOCKET);
        self.wait(&mut etcd, || if socket.exists() { Ok(()) } else { Err("it doesn't listen".into()) })?;
        self.etcd = Some(etcd);
        Ok(())
    }

    fn start_controller_manager(&mut self, program: &Path) -> Result<(), Error> {
        let user = "system:kube-controller-manager";
        let path = self.authority.kubeconfig("controller-manager", &self.url(), user, &[])?;
        let arguments = flags::kube_controller_manager(&path.to_string_lossy());
        let mut manager = self.component("kube-controller-manager", program, &arguments, &[])?;
        self.wait(&mut manager, || self.get("/api/v1/namespaces/default/serviceaccounts/default"))?;
        self.controller_manager = Some(manager);
        Ok(())
    }

    /// Starts the API server again after [`DevCluster::stop_apiserver`], on the same port, and waits until it is ready.
    pub fn start_apiserver(&mut self) -> Result<(), Error> {
        if self.apiserver.is_some() {
            return Err(Error::RunsAlready);
        }
        let arguments = flags::kube_apiserver(&self.port, self.options.audit, &self.options.apiserver_arguments);
        let program = self.tools.kube_apiserver();
        let memory = format!("{}MiB", self.options.apiserver_memory_mib);
        let mut apiserver = self.component("kube-apiserver", program, &arguments, &[("GOMEMLIMIT", &memory)])?;
        // A connection is cheaper to try than a kubectl to run.
        let address = self.port.address();
        self.wait(&mut apiserver, || TcpStream::connect(address).map(drop).map_err(|error| error.to_string()))?;
        self.wait(&mut apiserver, || self.get("/readyz"))?;
        self.wait(&mut apiserver, || self.get("/api/v1/namespaces/default"))?;
        self.apiserver = Some(apiserver);
        Ok(())
    }

    /// Ends the API server as an upgrade of it would (SIGTERM); until [`DevCluster::start_apiserver`] connections to it
    /// are refused. What is stored stays.
    pub fn stop_apiserver(&mut self) -> Result<(), Error> {
        let mut apiserver = self.apiserver.take().ok_or(Error::Stopped)?;
        apiserver.stop();
        Ok(())
    }

    /// Makes the API server hang (SIGSTOP): connections to it stay open and are accepted, and nothing answers.
    pub fn pause_apiserver(&mut self) -> Result<(), Error> {
        self.apiserver.as_mut().ok_or(Error::Stopped)?.pause()
    }

    /// Lets the API server go on after [`DevCluster::pause_apiserver`].
    pub fn resume_apiserver(&mut self) -> Result<(), Error> {
        self.apiserver.as_mut().ok_or(Error::Stopped)?.resume()
    }

    /// The kubeconfig of a cluster administrator, `kyklos-admin`, with a client certificate.
    pub fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// A kubeconfig with a fresh client certificate for `user`, who may do nothing until a role is bound to them or to one
    /// of the `groups` (two at most). A controller with a user of its own is easy to find in the audit log.
    pub fn user_kubeconfig(&self, user: &str, groups: &[&str]) -> Result<PathBuf, Error> {
        // By number, as the name of a user may hold anything.
        let name = format!("user-{}", self.users.fetch_add(1, Ordering::Relaxed));
        self.authority.kubeconfig(&name, &self.url(), user, groups)
    }

    /// A kubectl for this cluster, as its administrator. Nothing of it outlives the cluster, not even its cache, and the
    /// user's own preferences (`kuberc`) don't count.
    pub fn kubectl(&self) -> Command {
        let mut command = Command::new(self.tools.kubectl());
        command.env("KUBECONFIG", &self.kubeconfig).env("KUBECACHEDIR", self.folder.path().join("kubectl-cache"));
        command.env("KUBERC", "off");
        command
    }

    /// The audit log: one JSON object per line and request, with its user, user agent, verb and object, and no bodies. There
    /// is none with [`Options::audit`] off. A line may come a moment after the answer to its request.
    pub fn audit_log(&self) -> PathBuf {
        self.folder.path().join(flags::AUDIT_LOG)
    }

    /// Where the API server is, `https://127.0.0.1:<port>`.
    pub fn url(&self) -> String {
        url(&self.port)
    }

    /// The folder of this run: logs, keys, kubeconfigs, etcd's data. It goes away with the cluster.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends all processes and removes the folder, like dropping the cluster, but tells when the folder can't be removed.
    pub fn stop(mut self) -> Result<(), Error> {
        self.end()
    }

    fn end(&mut self) -> Result<(), Error> {
        self.controller_manager = None;
        self.apiserver = None;
        self.etcd = None;
        self.folder.remove()
    }

    fn component(
        &self,
        name: &'static str,
        program: &Path,
        arguments: &[String],
        environment: &[(&str, &str)],
    ) -> Result<Component, Error> {
        self.folder.start(name, program, arguments, |command| {
            // etcd reads ETCD_*, Go GODEBUG: the user's settings for something else are no business of ours.
            command.current_dir(self.folder.path()).env_clear().envs(environment.iter().copied())
        })
    }

    /// Asks the API server for `path`.
    fn get(&self, path: &str) -> Result<(), String> {
        let output = self
            .kubectl()
            .args(["get", "--request-timeout=5s", "--raw", path])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("kubectl: {error}"))?;
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()) }
    }

    /// Waits until `ready`, as long as `component` lives and the time limit allows.
    fn wait(&self, component: &mut Component, ready: impl Fn() -> Result<(), String>) -> Result<(), Error> {
        let begin = Instant::now();
        let limit = self.options.time_limit;
        loop {
            component.check()?;
            match ready() {
                Ok(()) => return Ok(()),
                Err(reason) if begin.elapsed() >= limit => {
                    let (component, log) = (component.name(), component.log_tail());
                    return Err(Error::NotReady { component, limit, reason, log });
                }
                Err(_) => thread::sleep(POLL),
            }
        }
    }
}

impl Drop for DevCluster {
    fn drop(&mut self) {
        // What can't be removed now the janitor tries to remove.
        let _ = self.end();
    }
}

fn url(port: &Port) -> String {
    format!("https://{}", port.address())
}
