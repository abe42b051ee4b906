//! The plugin: one room. Each participant is a call, and all of them share one channel.

mod contract;

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use contract::{ChatMessage, Room, RoomServer, cookie};
use futures_util::stream::try_unfold;
use rpcplugin::{PluginServer, Status, Streaming};
use tokio::sync::broadcast::{self, error::RecvError};

/// How many messages the room keeps for a participant that does not read them.
const KEPT_MESSAGES_MAX: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let room = OneRoom(broadcast::Sender::new(KEPT_MESSAGES_MAX));
    PluginServer::new(cookie()?).service(RoomServer::new(room)).serve().await?;
    Ok(())
}

struct OneRoom(broadcast::Sender<ChatMessage>);

impl Room for OneRoom {
    async fn chat(&self, messages: Streaming<ChatMessage>) -> Result<Streaming<ChatMessage>, Status> {
        let room = self.0.clone();
        let seat = Seat { messages, heard: room.subscribe(), room, user: None };
        // No task of its own: the seat is dropped with the call, however that ends.
        Ok(Streaming::new(try_unfold(seat, |mut seat| async {
            Ok(seat.hear().await?.map(|message| (message, seat)))
        })))
    }
}

/// One participant.
struct Seat {
    messages: Streaming<ChatMessage>,
    heard: broadcast::Receiver<ChatMessage>,
    room: broadcast::Sender<ChatMessage>,
    user: Option<String>,
}

impl Seat {
    /// What the participant hears next. What it says meanwhile is said to the room; when it has no more to say it leaves.
    async fn hear(&mut self) -> Result<Option<ChatMessage>, Status> {
        loop {
            // Both lose nothing when the other one comes first and they are dropped.
            tokio::select! {
                // What was said before somebody leaves is heard before.
                biased;
                heard = self.heard.recv() => return match heard {
                    Ok(message) => Ok(Some(message)),
                    Err(RecvError::Lagged(missed)) => {
                        Err(Status::resource_exhausted(format!("{missed} messages were not read in time; join again")))
                    }
                    Err(RecvError::Closed) => Ok(None),
                },
                said = self.messages.message() => match said? {
                    Some(message) => {
                        self.user = Some(message.user.clone());
                        say(&self.room, message);
                    }
                    None => return Ok(None),
                },
            }
        }
    }
}

/// Whoever leaves, and be it that its host is gone, is missed.
impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(user) = self.user.take() {
            let text = format!("{user} has left");
            say(&self.room, ChatMessage { user: "the room".to_owned(), text, timestamp: 0 });
        }
    }
}

fn say(room: &broadcast::Sender<ChatMessage>, mut message: ChatMessage) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    message.timestamp = i64::try_from(now).unwrap_or(i64::MAX);
    // It fails where nobody listens, and then nobody misses it.
    let _ = room.send(message);
}
