//! The plugin: one handler that stands behind both services.

mod contract;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{
    CreateUserRequest, DataService, DataServiceServer, GetUserRequest, QueryRequest, QueryResponse,
    StoreRequest, StoreResponse, User, UserService, UserServiceServer,
};
use rpcplugin::{PluginServer, Status};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let accounts = Accounts::default();
    PluginServer::new(contract::cookie()?)
        .service(UserServiceServer::new(accounts.clone()))
        .service(DataServiceServer::new(accounts))
        .serve()
        .await?;
    Ok(())
}

/// Clones share what is stored.
#[derive(Clone, Default)]
struct Accounts {
    /// By the numbers of their users.
    accounts: Arc<Mutex<BTreeMap<u64, Account>>>,
}

struct Account {
    name: String,
    values: BTreeMap<String, Vec<u8>>,
}

impl Accounts {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Account>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The account of a user.
fn find(accounts: &mut BTreeMap<u64, Account>, id: u64) -> Result<&mut Account, Status> {
    accounts.get_mut(&id).ok_or_else(|| Status::not_found(format!("no user has the number {id}")))
}

impl UserService for Accounts {
    async fn create_user(&self, request: CreateUserRequest) -> Result<User, Status> {
        if request.name.is_empty() {
            return Err(Status::invalid_argument("a user has a name"));
        }
        let mut accounts = self.lock();
        let id = accounts.last_key_value().map_or(1, |(last, _)| last + 1);
        accounts.insert(id, Account { name: request.name.clone(), values: BTreeMap::new() });
        Ok(User { id, name: request.name })
    }

    async fn get_user(&self, request: GetUserRequest) -> Result<User, Status> {
        let mut accounts = self.lock();
        let account = find(&mut accounts, request.id)?;
        Ok(User { id: request.id, name: account.name.clone() })
    }
}

impl DataService for Accounts {
    async fn store_data(&self, request: StoreRequest) -> Result<StoreResponse, Status> {
        let mut accounts = self.lock();
        let before = find(&mut accounts, request.user_id)?.values.insert(request.key, request.value);
        Ok(StoreResponse { replaced: before.is_some() })
    }

    async fn query_data(&self, request: QueryRequest) -> Result<QueryResponse, Status> {
        let mut accounts = self.lock();
        let values = &find(&mut accounts, request.user_id)?.values;
        let found = values.iter().filter(|(key, _)| key.starts_with(&request.prefix));
        Ok(QueryResponse { values: found.map(|(key, value)| (key.clone(), value.clone())).collect() })
    }
}
