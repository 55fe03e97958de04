//! Keys, certificates and kubeconfigs of one cluster.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};

use crate::Error;

/// The names of the files in the cluster's folder; the components run there, so they are arguments as they are.
pub(crate) const CA: &str = "ca.crt";
pub(crate) const SERVING: &str = "serving";
pub(crate) const SERVICE_ACCOUNT_KEY: &str = "service-account.key";
pub(crate) const SERVICE_ACCOUNT_PUBLIC_KEY: &str = "service-account.pub";

/// What the certificates of the API server answer to.
const SERVING_NAMES: [&str; 6] = [
    "127.0.0.1",
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
];

/// The cluster's certificate authority, which lives as long as the cluster and whose key is never written down.
pub(crate) struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes the authority and what the API server needs to start.
    pub(crate) fn new(folder: &Path) -> Result<Authority, Error> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "kyklos-devcluster");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        write(&folder.join(CA), &params.self_signed(&key)?.pem())?;
        let authority = Authority { folder: folder.to_owned(), issuer: Issuer::new(params, key) };

        let mut params = CertificateParams::new(SERVING_NAMES.map(String::from))?;
        params.distinguished_name.push(DnType::CommonName, "kube-apiserver");
        authority.issue(SERVING, params, ExtendedKeyUsagePurpose::ServerAuth)?;

        let key = KeyPair::generate()?;
        write(&folder.join(SERVICE_ACCOUNT_KEY), &key.serialize_pem())?;
        write(&folder.join(SERVICE_ACCOUNT_PUBLIC_KEY), &key.public_key_pem())?;
        Ok(authority)
    }

    /// Writes `<name>.kubeconfig` for a user with a client certificate of their own, and says where it is.
    pub(crate) fn kubeconfig(&self, name: &str, url: &str, user: &str, groups: &[&str]) -> Result<PathBuf, Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, user);
        // Kubernetes takes a user's groups from the organizations of the subject. rcgen keeps one value per type of
        // attribute, and knows this one under two names; enough, as roles can be bound to the user.
        let types = [DnType::OrganizationName, DnType::CustomDnType(vec![2, 5, 4, 10])];
        if groups.len() > types.len() {
            return Err(Error::TooManyGroups(groups.len()));
        }
        for (kind, group) in types.into_iter().zip(groups) {
            params.distinguished_name.push(kind, *group);
        }
        self.issue(name, params, ExtendedKeyUsagePurpose::ClientAuth)?;

        // Names without a folder are relative to the kubeconfig: nothing here needs quoting, wherever the folder is.
        let path = self.folder.join(format!("{name}.kubeconfig"));
        let content = format!(
            "\
apiVersion: v1
kind: Config
clusters:
- name: kyklos-devcluster
  cluster:
    server: {url}
    certificate-authority: {CA}
users:
- name: {name}
  user:
    client-certificate: {name}.crt
    client-key: {name}.key
contexts:
- name: kyklos-devcluster
  context:
    cluster: kyklos-devcluster
    user: {name}
current-context: kyklos-devcluster
"
        );
        write(&path, &content)?;
        Ok(path)
    }

    fn issue(&self, name: &str, mut params: CertificateParams, usage: ExtendedKeyUsagePurpose) -> Result<(), Error> {
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![usage];
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        write(&self.folder.join(format!("{name}.crt")), &certificate.pem())?;
        write(&self.folder.join(format!("{name}.key")), &key.serialize_pem())
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// Writes a file that only we can read.
pub(crate) fn write(path: &Path, content: &str) -> Result<(), Error> {
    let open = || File::options().write(true).create_new(true).mode(0o600).open(path);
    open().and_then(|mut file| file.write_all(content.as_bytes())).map_err(Error::file("writing", path))
}

#[cfg(test)]
mod tests {
    use super::Authority;
    use crate::Error;

    #[test]
    fn a_third_group_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::new(folder.path()).unwrap();
        let path = authority.kubeconfig("two", "https://127.0.0.1:1", "someone", &["a", "b"]).unwrap();
        assert!(std::fs::read_to_string(path).unwrap().contains("client-certificate: two.crt"));
        let refused = authority.kubeconfig("three", "https://127.0.0.1:1", "someone", &["a", "b", "c"]);
        assert!(matches!(refused, Err(Error::TooManyGroups(3))));
    }
}
