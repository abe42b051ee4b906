//! Small calls beside a large message.

use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::try_join_all;

use super::*;

on_each_wire![a_thousand_small_calls_pass_a_large_message];

/// Bytes of the large message. Not all that a message may have: what stands around them counts as well.
const LARGE: usize = MESSAGE_BYTES_DEFAULT - 16;

async fn a_thousand_small_calls_pass_a_large_message(protocol: Protocol) {
    let wire = wire(protocol, MESSAGE_BYTES_DEFAULT).await;
    let has_crossed = Arc::new(AtomicBool::new(false));
    let large = tokio::spawn({
        let (numbers, has_crossed) = (wire.numbers.clone(), Arc::clone(&has_crossed));
        async move {
            let size = numbers.size(vec![7; LARGE]).await;
            has_crossed.store(true, Ordering::SeqCst);
            size
        }
    });
    // It is on its way.
    tokio::task::yield_now().await;
    let small = (100..1100).map(|number| wire.numbers.double(number));
    let doubled = in_time(try_join_all(small)).await.unwrap();
    assert!(doubled.into_iter().eq((100..1100).map(|number| number * 2)));
    assert!(!has_crossed.load(Ordering::SeqCst), "the small calls waited for the large message");
    assert_eq!(in_time(large).await.unwrap().unwrap(), u64::try_from(LARGE).unwrap());
}
