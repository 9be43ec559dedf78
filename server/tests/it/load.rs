//! Clients that write continuously and record which writes were acknowledged.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::{task::JoinHandle, time::sleep};

/// Concurrent writers, each with its own trucks: `w3-17` is the eighteenth truck of the fourth writer.
pub(crate) struct Load {
    acknowledged: Acknowledged,
    refused: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
    writers: Vec<JoinHandle<()>>,
}

/// The acknowledged trucks: ids by model.
type Acknowledged = Arc<Mutex<HashMap<String, String>>>;

impl Load {
    /// Starts writing to the services at these addresses in turn. A request without acknowledgement is retried with the
    /// same key at the next address until it succeeds.
    pub(crate) fn begin(name: &str, writers: usize, addresses: &[String]) -> Self {
        let mut load = Self {
            acknowledged: Acknowledged::default(),
            refused: Arc::default(),
            enough: Arc::default(),
            writers: Vec::new(),
        };
        for writer in 0..writers {
            let model = format!("{name}{writer}");
            let addresses = addresses.to_vec();
            let (acknowledged, refused, enough) =
                (load.acknowledged.clone(), load.refused.clone(), load.enough.clone());
            load.writers.push(tokio::spawn(write(model, writer, addresses, acknowledged, refused, enough)));
        }
        load
    }

    /// Returns the number of trucks acknowledged so far.
    pub(crate) fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Returns the number of responses with status 503 so far.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Waits until `count` more trucks are acknowledged.
    pub(crate) async fn wait_for(&self, count: usize) {
        let wanted = self.acknowledged() + count;
        within("more acknowledged writes", async || self.acknowledged() >= wanted).await;
    }

    /// Stops the load once all writes in progress are acknowledged, and returns the acknowledged trucks.
    pub(crate) async fn finish(self) -> HashMap<String, String> {
        self.enough.store(true, Ordering::SeqCst);
        for writer in self.writers {
            writer.await.unwrap();
        }
        self.acknowledged.lock().unwrap().clone()
    }

    /// Stops the load immediately and returns the acknowledged trucks. Fails if a writer received an unexpected
    /// response.
    pub(crate) async fn abort(self) -> HashMap<String, String> {
        for writer in &self.writers {
            writer.abort();
        }
        for writer in self.writers {
            if let Err(ended) = writer.await
                && let Ok(panic) = ended.try_into_panic()
            {
                std::panic::resume_unwind(panic);
            }
        }
        self.acknowledged.lock().unwrap().clone()
    }
}

async fn write(
    name: String,
    first: usize,
    addresses: Vec<String>,
    acknowledged: Acknowledged,
    refused: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
) {
    let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let mut service = first;
    for n in 0.. {
        let model = format!("{name}-{n}");
        loop {
            let url = format!("http://{}/trucks", addresses[service % addresses.len()]);
            match add_request(&client, url, &model).send().await {
                Ok(answer) if answer.status() == 201 => {
                    let Ok(truck) = answer.json::<Value>().await else { continue };
                    acknowledged.lock().unwrap().insert(model, truck["id"].as_str().unwrap().to_owned());
                    break;
                }
                Ok(answer) => {
                    assert_eq!(answer.status(), 503, "{:?}", answer.text().await);
                    assert_eq!(answer.headers()["content-type"], "application/problem+json");
                    refused.fetch_add(1, Ordering::SeqCst);
                }
                Err(_) => {}
            }
            service += 1;
            sleep(Duration::from_millis(20)).await;
        }
        if enough.load(Ordering::SeqCst) {
            return;
        }
    }
}

/// Creates a request that adds a truck, with its model as idempotency key.
fn add_request(client: &Client, url: String, model: &str) -> RequestBuilder {
    client.post(url).header("idempotency-key", model).json(&json!({"make": "Volvo", "model": model}))
}

/// Repeats some acknowledged requests, like a client that missed the response. The same trucks must be returned.
pub(crate) async fn assert_repeatable(address: &str, acknowledged: &HashMap<String, String>) {
    let client = Client::new();
    for (model, id) in acknowledged.iter().take(3) {
        let answer = add_request(&client, format!("http://{address}/trucks"), model).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.headers()["idempotency-replayed"], "true");
        assert_eq!(answer.json::<Value>().await.unwrap()["id"], **id);
    }
}

/// Checks that the fleet contains every acknowledged truck, and none twice.
pub(crate) async fn assert_kept(address: &str, acknowledged: &HashMap<String, String>) -> usize {
    let fleet: Vec<Value> =
        reqwest::get(format!("http://{address}/trucks")).await.unwrap().json().await.unwrap();
    let mut kept = HashMap::new();
    for truck in &fleet {
        let (model, id) = (truck["model"].as_str().unwrap(), truck["id"].as_str().unwrap());
        assert_eq!(kept.insert(model, id), None, "{model} is there twice");
    }
    for (model, id) in acknowledged {
        assert_eq!(kept.get(model.as_str()), Some(&id.as_str()), "{model} was acknowledged and is lost");
    }
    fleet.len()
}

/// Waits until a condition holds. Fails after 30 seconds.
pub(crate) async fn within(what: &str, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "in vain: {what}");
}
