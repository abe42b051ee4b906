//! What every host says to every plugin, and what it must hear.

use std::time::Duration;

use futures_util::stream;
use rpcplugin::{Code, Status, Streaming};
use tokio::sync::mpsc;

use crate::kv::{Key, Kv, KvClient, Pair, Prefix, Summary};

fn pair(key: &str, value: &str) -> Pair {
    Pair { key: key.to_owned(), value: value.as_bytes().to_vec() }
}

fn key(key: &str) -> Key {
    Key { key: key.to_owned() }
}

/// Makes the calls of all four kinds and holds the answers against what they must be.
///
/// # Errors
///
/// The status of the first call that failed though it should not.
///
/// # Panics
///
/// When an answer is not what it must be.
pub async fn converse(store: &KvClient) -> Result<(), Status> {
    // One request, one response.
    assert!(store.put(pair("alpha", "1")).await?.created);
    assert!(!store.put(pair("alpha", "1")).await?.created);
    assert!(store.put(pair("beta", "2")).await?.created);
    assert_eq!(store.get(key("alpha")).await?, pair("alpha", "1"));
    let missing = store.get(key("missing")).await.err();
    assert_eq!(missing.as_ref().map(Status::code), Some(Code::NotFound));
    assert!(missing.is_some_and(|status| status.message().contains("missing")));

    // One request, a stream of responses.
    let list = store.list(Prefix { prefix: String::new() }).await?;
    assert_eq!(list.collect::<Vec<_>>().await?, [pair("alpha", "1"), pair("beta", "2")]);

    // A stream of requests, one response.
    let pairs = Streaming::from_iter([pair("gamma", "3"), pair("delta", "44")]);
    assert_eq!(store.put_all(pairs).await?, Summary { count: 2, bytes: 3 });

    // A stream of requests, a stream of responses, in lock-step.
    let (ask, asked) = mpsc::channel::<Key>(1);
    let requests = stream::unfold(asked, |mut asked| async move {
        let key = asked.recv().await?;
        Some((Ok(key), asked))
    });
    let mut answers = store.watch(Streaming::new(requests)).await?;
    for expected in [pair("alpha", "1"), pair("delta", "44")] {
        assert!(ask.send(key(&expected.key)).await.is_ok());
        assert_eq!(answers.message().await?, Some(expected));
    }
    drop(ask);
    assert_eq!(answers.message().await?, None);

    // A stream that ends in an error after its first message.
    let mut answers = store.watch(Streaming::from_iter([key("alpha"), key("missing")])).await?;
    assert_eq!(answers.message().await?, Some(pair("alpha", "1")));
    assert_eq!(answers.message().await.err().map(|status| status.code()), Some(Code::NotFound));
    assert_eq!(answers.message().await?, None);

    // A message larger than every buffer on the way.
    let large = Pair { key: "large".to_owned(), value: vec![7; 1024 * 1024] };
    assert!(store.put(large.clone()).await?.created);
    assert_eq!(store.get(key("large")).await?, large);
    Ok(())
}

/// Waits until something is so.
///
/// # Panics
///
/// When it is not so after ten seconds.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(is_so(), "{what} did not happen within ten seconds");
}
