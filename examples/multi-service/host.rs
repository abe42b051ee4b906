//! The host: a client for each service, over one connection.

mod contract;

use contract::{
    CreateUserRequest, DataService, DataServiceClient, GetUserRequest, QueryRequest, StoreRequest,
    UserService, UserServiceClient,
};
use rpcplugin::PluginClient;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = std::env::current_exe()?.with_file_name("multi-service-plugin");
    let plugin = PluginClient::builder(program, contract::cookie()?).start().await?;
    let users = UserServiceClient::new(plugin.channel());
    let data = DataServiceClient::new(plugin.channel());

    let ada = users.create_user(CreateUserRequest { name: "Ada".to_owned() }).await?;
    println!("created user {}: {}", ada.id, ada.name);
    for (key, value) in [("colour/hat", "red"), ("colour/coat", "green"), ("size", "39")] {
        let request = StoreRequest { user_id: ada.id, key: key.to_owned(), value: value.into() };
        data.store_data(request).await?;
    }
    let request = QueryRequest { user_id: ada.id, prefix: "colour/".to_owned() };
    for (key, value) in data.query_data(request).await?.values {
        println!("{key}: {}", String::from_utf8_lossy(&value));
    }

    // Each service knows what the other was told, and says in the same way what it does not know.
    let found = users.get_user(GetUserRequest { id: ada.id }).await?;
    println!("user {} is {}", found.id, found.name);
    let request = QueryRequest { user_id: 7, prefix: String::new() };
    if let Err(status) = data.query_data(request).await {
        println!("nobody's data: {status}");
    }

    plugin.stop().await;
    Ok(())
}
