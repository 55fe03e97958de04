//! A client of the API server that the environment names.

use std::net::IpAddr;
use std::time::Duration;

use anyhow::anyhow;
use http::Uri;
use http::header::{HeaderValue, USER_AGENT};
use hyper_util::client::proxy::matcher::Matcher;
use kube::config::KubeConfigOptions;
use kube::{Client, Config};

/// How long a connection may take to be made, TLS included: what is to be written was decided before that.
const CONNECT: Duration = Duration::from_secs(2);

/// Connects to the cluster of KUBECONFIG, of `~/.kube/config`, or of the Pod's service account, the first that there is.
/// The client tells the API server that it is `kyklos/VERSION (role)`. Nothing is asked yet. What two clients ask goes over
/// connections of their own.
///
/// # Errors
///
/// When none of the three is there, or the one that is can't be used; the message says which.
pub async fn connect(role: &str) -> anyhow::Result<(Config, Client)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(path) = set("KUBECONFIG") {
        return from_kubeconfig(role).await.map_err(|error| anyhow!("KUBECONFIG={path} leads to no cluster: {error}"));
    }
    if std::env::home_dir().is_some_and(|home| home.join(".kube/config").exists()) {
        return from_kubeconfig(role).await.map_err(|error| anyhow!("~/.kube/config leads to no cluster: {error}"));
    }
    if set("KUBERNETES_SERVICE_HOST").is_some() {
        let pod = Config::incluster().map_err(anyhow::Error::from).and_then(|config| client(config, role));
        return pod.map_err(|error| anyhow!("the service account of this Pod leads to no cluster: {error}"));
    }
    Err(anyhow!(
        "no cluster is configured: set KUBECONFIG to a kubeconfig file, or run in a Pod with a service account"
    ))
}

async fn from_kubeconfig(role: &str) -> anyhow::Result<(Config, Client)> {
    let mut config = Config::from_kubeconfig(&KubeConfigOptions::default()).await?;
    let set =
        ["HTTPS_PROXY", "https_proxy"].iter().find_map(|name| std::env::var(name).ok().filter(|url| !url.is_empty()));
    config.proxy_url = proxy(&config, set.as_deref(), &Matcher::from_env());
    client(config, role)
}

/// The proxy to go by, as kubectl does: that of the kubeconfig, or that of the environment unless NO_PROXY names the cluster,
/// or the cluster is this machine. kube looks NO_PROXY up for the proxy's own name.
fn proxy(config: &Config, environment: Option<&str>, matcher: &Matcher) -> Option<Uri> {
    let proxy = config.proxy_url.clone();
    let environment = environment.and_then(|url| url.parse::<Uri>().ok());
    if proxy.is_none() || proxy != environment {
        return proxy;
    }
    let host = config.cluster_url.host().unwrap_or_default().trim_matches(['[', ']']);
    let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    if here || matcher.intercept(&config.cluster_url).is_none() {
        return None;
    }
    // HTTPS_PROXY=proxy:3128 is usual, and means http.
    proxy.map(|proxy| match proxy.scheme() {
        None => format!("http://{proxy}").parse().unwrap_or(proxy),
        Some(_) => proxy,
    })
}

pub(super) fn client(mut config: Config, role: &str) -> anyhow::Result<(Config, Client)> {
    settle(&mut config, role)?;
    Ok((config.clone(), Client::try_from(config)?))
}

/// What is the same for every client.
fn settle(config: &mut Config, role: &str) -> anyhow::Result<()> {
    let agent = format!("kyklos/{} ({role})", env!("CARGO_PKG_VERSION"));
    config.headers.retain(|(name, _)| name != USER_AGENT);
    config.headers.push((USER_AGENT, HeaderValue::try_from(agent)?));
    // It would try up to 15 times, for minutes, where nothing of Kyklos sees it: a decision must not wait that long. Whoever
    // asks has a limit and a patience of its own.
    config.default_retry = false;
    config.connect_timeout = Some(CONNECT);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_says_who_asks_and_is_sent_once() {
        let mut config = Config::new("https://127.0.0.1:6443".parse().unwrap());
        config.headers.push((USER_AGENT, HeaderValue::from_static("somebody")));
        settle(&mut config, "lease").unwrap();
        let agent = concat!("kyklos/", env!("CARGO_PKG_VERSION"), " (lease)");
        assert_eq!(config.headers, [(USER_AGENT, HeaderValue::from_static(agent))]);
        assert!(!config.default_retry);
        assert_eq!(config.connect_timeout, Some(Duration::from_secs(2)));
    }

    #[test]
    fn a_proxy_of_the_environment_is_for_clusters_elsewhere() {
        let environment = "http://me:secret@proxy.example:3128";
        let matcher = |no: &str| Matcher::builder().https(environment).no(no).build();
        let with = |cluster: &str, proxy: &str| {
            let mut config = Config::new(cluster.parse().unwrap());
            config.proxy_url = Some(proxy.parse().unwrap());
            config
        };
        let far = "https://api.shop.example:6443";
        let used = |cluster: &str, no: &str| {
            proxy(&with(cluster, environment), Some(environment), &matcher(no)).map(|proxy| proxy.to_string())
        };
        assert_eq!(used(far, "").as_deref(), Some("http://me:secret@proxy.example:3128/"));
        assert!(used(far, "proxy.example").is_some(), "it is the cluster that NO_PROXY is about");
        for no in ["api.shop.example", ".shop.example", "*", "a, shop.example"] {
            assert_eq!(used(far, no), None, "{no}");
        }
        assert_eq!(used("https://10.2.3.4:6443", "10.0.0.0/8"), None);
        for here in ["https://127.0.0.1:6443", "https://localhost:6443", "https://[::1]:6443"] {
            assert_eq!(used(here, ""), None, "{here}");
        }
        // That of a kubeconfig is meant for its cluster.
        let own = with(far, "http://own.example:1");
        assert_eq!(proxy(&own, Some(environment), &matcher("*")), own.proxy_url);
        let plain = proxy(&with(far, "proxy.example:3128"), Some("proxy.example:3128"), &matcher(""));
        assert_eq!(plain.unwrap().to_string(), "http://proxy.example:3128/");
    }
}
