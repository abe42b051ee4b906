//! What host and plugin agree on: two services of one plugin. In a real project this is a crate of its own that both use.
#![allow(unreachable_pub, reason = "the contract is written as it stands in a crate of its own")]

use std::collections::BTreeMap;

use rpcplugin::{BinaryMessage, Cookie, CookieError, Status, rpc_protocol};

/// Host and plugin know the same cookie.
pub fn cookie() -> Result<Cookie, CookieError> {
    Cookie::new("MULTI_SERVICE_PLUGIN", "a-random-text-that-both-know")
}

/// Who is to be created.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct CreateUserRequest {
    /// The name of the user.
    #[binary(id = 1)]
    pub name: String,
}

/// Who is asked for.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct GetUserRequest {
    /// The number of the user.
    #[binary(id = 1)]
    pub id: u64,
}

/// Somebody with data.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct User {
    /// Never changes.
    #[binary(id = 1)]
    pub id: u64,
    /// The name of the user.
    #[binary(id = 2)]
    pub name: String,
}

/// What is to be kept.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct StoreRequest {
    /// Whose data it is.
    #[binary(id = 1)]
    pub user_id: u64,
    /// Under which key.
    #[binary(id = 2)]
    pub key: String,
    /// The data.
    #[binary(id = 3)]
    pub value: Vec<u8>,
}

/// What became of it.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct StoreResponse {
    /// Whether the key was there before.
    #[binary(id = 1)]
    pub replaced: bool,
}

/// What is looked for.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct QueryRequest {
    /// Whose data it is.
    #[binary(id = 1)]
    pub user_id: u64,
    /// With what the key begins.
    #[binary(id = 2)]
    pub prefix: String,
}

/// What was found.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct QueryResponse {
    /// The data by its keys.
    #[binary(id = 1)]
    pub values: BTreeMap<String, Vec<u8>>,
}

/// Knows who there is.
#[rpc_protocol(service = "multi.UserService")]
pub trait UserService {
    /// A new user.
    async fn create_user(&self, request: CreateUserRequest) -> Result<User, Status>;

    /// The user with a number. Without one: NOT_FOUND.
    async fn get_user(&self, request: GetUserRequest) -> Result<User, Status>;
}

/// Keeps the data of users.
#[rpc_protocol(service = "multi.DataService")]
pub trait DataService {
    /// Keeps a value. Without the user: NOT_FOUND.
    async fn store_data(&self, request: StoreRequest) -> Result<StoreResponse, Status>;

    /// Values by the beginning of their keys. Without the user: NOT_FOUND.
    async fn query_data(&self, request: QueryRequest) -> Result<QueryResponse, Status>;
}
