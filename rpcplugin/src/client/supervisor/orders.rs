use tokio::sync::watch;

/// What a supervisor is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Stop,
    Restart,
}

/// Who gives the orders.
#[derive(Debug)]
pub(super) struct Orderer {
    sender: watch::Sender<Given>,
}

/// What was ordered so far.
#[derive(Clone, Copy, Debug, Default)]
struct Given {
    stop: bool,
    restarts: u64,
}

impl Orderer {
    pub(super) fn new() -> (Self, Orders) {
        let (sender, receiver) = watch::channel(Given::default());
        (Self { sender }, Orders { receiver, fulfilled: 0 })
    }

    pub(super) fn give(&self, order: Order) {
        self.sender.send_modify(|given| match order {
            Order::Stop => given.stop = true,
            Order::Restart => given.restarts = given.restarts.wrapping_add(1),
        });
    }
}

/// Who gets them. A stop counts for ever, a restart once, however many were ordered together.
#[derive(Debug)]
pub(super) struct Orders {
    receiver: watch::Receiver<Given>,
    /// Restarts that were ordered before the last one that was made.
    fulfilled: u64,
}

impl Orders {
    /// Waits for an order. Cancel-safe.
    pub(super) async fn next(&mut self) -> Order {
        let fulfilled = self.fulfilled;
        let given = self.receiver.wait_for(|given| given.stop || given.restarts != fulfilled).await;
        match given {
            Ok(given) if !given.stop => {
                self.fulfilled = given.restarts;
                Order::Restart
            }
            // Nobody is there who could order anything else.
            _ => Order::Stop,
        }
    }

    /// Waits for the order to stop. Cancel-safe.
    pub(super) async fn stop(&mut self) {
        drop(self.receiver.wait_for(|given| given.stop).await);
    }

    /// All restarts that were ordered so far have been made.
    pub(super) fn fulfil(&mut self) {
        self.fulfilled = self.receiver.borrow().restarts;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn restarts_that_are_ordered_together_are_one_and_a_stop_stays() {
        let (orderer, mut orders) = Orderer::new();
        assert_eq!(orders.next().now_or_never(), None);
        orderer.give(Order::Restart);
        orderer.give(Order::Restart);
        assert_eq!(orders.next().now_or_never(), Some(Order::Restart));
        assert_eq!(orders.next().now_or_never(), None);
        orderer.give(Order::Restart);
        orders.fulfil();
        assert_eq!(orders.next().now_or_never(), None);
        orderer.give(Order::Restart);
        orderer.give(Order::Stop);
        assert_eq!(orders.next().now_or_never(), Some(Order::Stop));
        assert_eq!(orders.next().now_or_never(), Some(Order::Stop));
        orders.stop().await;
    }

    #[tokio::test]
    async fn who_is_left_alone_stops() {
        let (orderer, mut orders) = Orderer::new();
        drop(orderer);
        assert_eq!(orders.next().await, Order::Stop);
        orders.stop().await;
    }
}
