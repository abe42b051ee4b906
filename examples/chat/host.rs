//! The host: three participants, each with a stream of its own on the one connection.

mod contract;

use std::error::Error;

use contract::{ChatMessage, Room, RoomClient, cookie};
use futures_util::stream::unfold;
use rpcplugin::{PluginClient, Status, Streaming};
use tokio::sync::mpsc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?.with_file_name("chat-plugin");
    let plugin = PluginClient::builder(program, cookie()?).start().await?;
    let room = RoomClient::new(plugin.channel());

    let mut ada = Participant::join(&room, "Ada").await?;
    ada.say("is anybody here?").await?;
    ada.hear().await?;

    let mut grace = Participant::join(&room, "Grace").await?;
    grace.say("good morning").await?;
    grace.hear().await?;
    ada.hear().await?;

    let mut linus = Participant::join(&room, "Linus").await?;
    linus.say("hello, both of you").await?;
    linus.hear().await?;
    grace.hear().await?;
    ada.hear().await?;

    // Who has no more to say leaves; the others hear of it.
    drop(linus);
    grace.hear().await?;
    ada.hear().await?;

    // Who still sits in the room when it closes keeps the plugin waiting.
    drop((ada, grace));
    let stopped = plugin.stop().await;
    println!("the plugin ended by itself: {}", !stopped.killed);
    Ok(())
}

struct Participant {
    user: &'static str,
    mouth: mpsc::Sender<ChatMessage>,
    ears: Streaming<ChatMessage>,
}

impl Participant {
    async fn join(room: &RoomClient, user: &'static str) -> Result<Self, Status> {
        // What is sent into the channel goes to the plugin at once: the stream of requests ends when the sender is dropped.
        let (mouth, said) = mpsc::channel(8);
        let said = unfold(said, |mut said| async { said.recv().await.map(|message| (Ok(message), said)) });
        let ears = room.chat(Streaming::new(said)).await?;
        Ok(Self { user, mouth, ears })
    }

    async fn say(&self, text: &str) -> Result<(), Box<dyn Error>> {
        let message = ChatMessage { user: self.user.to_owned(), text: text.to_owned(), timestamp: 0 };
        Ok(self.mouth.send(message).await?)
    }

    async fn hear(&mut self) -> Result<(), Box<dyn Error>> {
        let message = self.ears.message().await?.ok_or("the room is closed")?;
        println!("{:<5} hears {}: {}", self.user, message.user, message.text);
        Ok(())
    }
}
