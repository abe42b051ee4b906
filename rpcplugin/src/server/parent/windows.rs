/// There the number of a parent says nothing of its end, and may be another one's.
#[derive(Debug)]
pub(super) enum Parent {}

impl Parent {
    pub(super) fn look() -> Option<Self> {
        tracing::debug!("on this system nobody watches for the end of the parent");
        None
    }

    pub(super) async fn gone(&self) {
        match *self {}
    }
}
