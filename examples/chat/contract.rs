//! What host and plugin agree on. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, Streaming, rpc_protocol};

/// Host and plugin know the same cookie: by it a program sees that it was started as a plugin.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("CHAT_PLUGIN", "a-random-text-that-both-know")
}

/// Something that somebody says.
#[derive(BinaryMessage, Clone, Debug)]
pub struct ChatMessage {
    /// Who says it.
    #[binary(id = 1)]
    pub user: String,
    /// What is said.
    #[binary(id = 2)]
    pub text: String,
    /// When the room heard it, in seconds since 1970; whoever says something leaves it at zero.
    #[binary(id = 3)]
    pub timestamp: i64,
}

/// A room in which everybody hears everybody.
#[rpc_protocol(service = "chat.Room")]
pub trait Room {
    /// Takes part as long as the own messages have not ended. What is said comes to everybody, who said it included.
    async fn chat(&self, messages: Streaming<ChatMessage>) -> Result<Streaming<ChatMessage>, Status>;
}
