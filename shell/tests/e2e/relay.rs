//! A way to the API server on which requests can be held up.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::Stage;

/// What comes from the one side goes on to the other.
pub(crate) struct Relay {
    /// For a controller that goes by it.
    pub(crate) kubeconfig: PathBuf,
    held: Arc<AtomicBool>,
}

impl Relay {
    /// To the API server of a stage, with its account.
    pub(crate) fn new(stage: &Stage) -> Self {
        let mut config: Value = serde_json::from_slice(&std::fs::read(&stage.account.kubeconfig).unwrap()).unwrap();
        let server = config["clusters"][0]["cluster"]["server"].as_str().unwrap().to_owned();
        let upstream = server.strip_prefix("https://").unwrap().trim_end_matches('/').to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        config["clusters"][0]["cluster"]["server"] = json!(format!("https://{}", listener.local_addr().unwrap()));
        let kubeconfig = stage.folder.path().join("relayed.json");
        std::fs::write(&kubeconfig, config.to_string()).unwrap();
        let held = Arc::new(AtomicBool::new(false));
        let relay = Self { kubeconfig, held: Arc::clone(&held) };
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                let (Ok(from_client), Ok(to_client)) = (client.try_clone(), server.try_clone()) else { continue };
                let held = Arc::clone(&held);
                std::thread::spawn(move || carry(from_client, server, &held));
                std::thread::spawn(move || carry(to_client, client, &AtomicBool::new(false)));
            }
        });
        relay
    }

    /// From now on no request arrives.
    pub(crate) fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// Now they do, those that were sent meanwhile first.
    pub(crate) fn release(&self) {
        self.held.store(false, Ordering::SeqCst);
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, held: &AtomicBool) {
    let mut buffer = [0; 16 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        while held.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
        }
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
