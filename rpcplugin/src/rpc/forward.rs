//! A call that one channel has begun, and another one carries.

use super::under_way::UnderWay;
use crate::call::{Call, InUse, MessageStream, Messages, ResponseFuture};
use crate::contract::Status;
use crate::rpc::Channel;

impl Channel {
    /// Carries a call that came from elsewhere: through this channel's interceptors, and counted among its own.
    ///
    /// Its time, and what stands around it from its first channel, stay as they are.
    pub(crate) fn forward(&self, call: Call) -> ResponseFuture {
        let in_use = self.in_use();
        let answer = self.carry(call);
        match in_use {
            None => answer,
            Some(in_use) => Box::pin(under_way(answer, in_use)),
        }
    }

    /// The same of a call that is counted elsewhere as well.
    pub(crate) fn forward_counted(&self, call: Call, in_use: InUse) -> ResponseFuture {
        Box::pin(under_way(self.forward(call), in_use))
    }
}

/// An answer that keeps its count until its last message.
async fn under_way(answer: ResponseFuture, in_use: InUse) -> Result<Messages, Status> {
    match answer.await? {
        Messages::One(bytes) => Ok(Messages::One(bytes)),
        Messages::Many(messages) => {
            let messages = UnderWay::of_messages(messages, Some(in_use), None);
            Ok(Messages::Many(MessageStream::of(messages)))
        }
    }
}
