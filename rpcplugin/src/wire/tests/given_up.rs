//! Calls that nobody waits for any more, and calls that are polled from elsewhere.

use super::*;

on_each_wire![late_answers_to_calls_that_were_given_up_do_not_cost_the_connection];

async fn late_answers_to_calls_that_were_given_up_do_not_cost_the_connection(protocol: Protocol) {
    let faults = Faults::new();
    let wire = wire_with(protocol, &faults, MESSAGE_BYTES_DEFAULT, MESSAGE_BYTES_DEFAULT).await;
    // HTTP/2 counts what it does not know any more, over the life of a connection, and ends it at about a thousand.
    for _ in 0..10 {
        for _ in 0..30 {
            assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
        }
        faults.responses().stall();
        let calls: Vec<_> = (0..200)
            .map(|_| {
                let numbers = wire.numbers.clone();
                tokio::spawn(async move { numbers.double(1).await })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(40)).await;
        calls.iter().for_each(JoinHandle::abort);
        tokio::time::sleep(Duration::from_millis(20)).await;
        faults.responses().resume();
        assert_eq!(in_time(wire.numbers.double(1)).await.unwrap(), 2);
    }
}

#[test]
fn a_call_may_be_polled_outside_of_the_runtime() {
    Protocol::ALL.into_iter().for_each(polled_outside_of_the_runtime);
}

fn polled_outside_of_the_runtime(protocol: Protocol) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let wire = runtime.block_on(wire(protocol, MESSAGE_BYTES_DEFAULT));
    // This thread polls, and is none of the runtime's.
    let mut sum = Box::pin(wire.numbers.sum(Streaming::from_iter([1, 2, 3])));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let answer = (0..4000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(5));
        match sum.as_mut().poll(&mut context) {
            std::task::Poll::Ready(answer) => Some(answer),
            std::task::Poll::Pending => None,
        }
    });
    assert_eq!(answer.expect("it hangs").unwrap(), 6);
}
