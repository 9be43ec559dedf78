//! Callers who write without a pause, and remember what they were promised.

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

/// Writers, each with trucks of its own: `w3-17` is the eighteenth of the fourth.
pub(crate) struct Load {
    promised: Promised,
    refused: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
    writers: Vec<JoinHandle<()>>,
}

/// What was acknowledged: the id of the truck, by its model.
type Promised = Arc<Mutex<HashMap<String, String>>>;

impl Load {
    /// Begins to write to the services at these addresses, round about. A request that is not acknowledged is sent again
    /// under the same key, to the next one, until it is.
    pub(crate) fn begin(name: &str, writers: usize, addresses: &[String]) -> Self {
        let mut load = Self {
            promised: Promised::default(),
            refused: Arc::default(),
            enough: Arc::default(),
            writers: Vec::new(),
        };
        for writer in 0..writers {
            let model = format!("{name}{writer}");
            let addresses = addresses.to_vec();
            let (promised, refused, enough) =
                (load.promised.clone(), load.refused.clone(), load.enough.clone());
            load.writers.push(tokio::spawn(write(model, writer, addresses, promised, refused, enough)));
        }
        load
    }

    /// Returns how many trucks were acknowledged so far.
    pub(crate) fn promised(&self) -> usize {
        self.promised.lock().unwrap().len()
    }

    /// Returns how many requests were answered with 503 so far.
    pub(crate) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    /// Waits until so many more trucks are acknowledged.
    pub(crate) async fn more(&self, count: usize) {
        let wanted = self.promised() + count;
        within("more acknowledged writes", async || self.promised() >= wanted).await;
    }

    /// Ends the load when all that was begun is acknowledged, and returns it.
    pub(crate) async fn finish(self) -> HashMap<String, String> {
        self.enough.store(true, Ordering::SeqCst);
        for writer in self.writers {
            writer.await.unwrap();
        }
        self.promised.lock().unwrap().clone()
    }

    /// Ends the load at once, and returns what was acknowledged. A writer that got an answer it may not get fails here.
    pub(crate) async fn cut(self) -> HashMap<String, String> {
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
        self.promised.lock().unwrap().clone()
    }
}

async fn write(
    name: String,
    first: usize,
    addresses: Vec<String>,
    promised: Promised,
    refused: Arc<AtomicUsize>,
    enough: Arc<AtomicBool>,
) {
    let client = Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let mut service = first;
    for n in 0.. {
        let model = format!("{name}-{n}");
        loop {
            let url = format!("http://{}/trucks", addresses[service % addresses.len()]);
            match keyed(&client, url, &model).send().await {
                Ok(answer) if answer.status() == 201 => {
                    let Ok(truck) = answer.json::<Value>().await else { continue };
                    promised.lock().unwrap().insert(model, truck["id"].as_str().unwrap().to_owned());
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

/// Asks for a truck under a key of its own.
fn keyed(client: &Client, url: String, model: &str) -> RequestBuilder {
    client.post(url).header("idempotency-key", model).json(&json!({"make": "Volvo", "model": model}))
}

/// Sends some requests again that were acknowledged, as who has not got the answer would: the same trucks are answered.
pub(crate) async fn repeats(address: &str, promised: &HashMap<String, String>) {
    let client = Client::new();
    for (model, id) in promised.iter().take(3) {
        let answer = keyed(&client, format!("http://{address}/trucks"), model).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.headers()["idempotency-replayed"], "true");
        assert_eq!(answer.json::<Value>().await.unwrap()["id"], **id);
    }
}

/// Says that the fleet holds every promised truck, and none twice.
pub(crate) async fn keeps(address: &str, promised: &HashMap<String, String>) -> usize {
    let fleet: Vec<Value> =
        reqwest::get(format!("http://{address}/trucks")).await.unwrap().json().await.unwrap();
    let mut kept = HashMap::new();
    for truck in &fleet {
        let (model, id) = (truck["model"].as_str().unwrap(), truck["id"].as_str().unwrap());
        assert_eq!(kept.insert(model, id), None, "{model} is there twice");
    }
    for (model, id) in promised {
        assert_eq!(kept.get(model.as_str()), Some(&id.as_str()), "{model} was acknowledged and is lost");
    }
    fleet.len()
}

/// Waits until something is so, and fails when it is not within half a minute.
pub(crate) async fn within(what: &str, is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "in vain: {what}");
}
