//! A contract that stands in Rust and nowhere else: clients in other languages are made from the `.proto` that it exports.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt as _;
use rpcplugin::{BinaryMessage, Context, Detail, Status, Streaming, rpc_protocol};

/// What was paid, and by whom.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Entry {
    /// Who paid or was paid.
    #[binary(id = 1)]
    pub account: String,
    /// Negative for what was paid out.
    #[binary(id = 2, encoding = "zigzag")]
    pub cents: i64,
    /// What it was for.
    #[binary(id = 3)]
    pub purpose: Purpose,
    /// What else there is to say.
    #[binary(id = 4)]
    pub note: Option<String>,
    /// Words to find it by.
    #[binary(id = 5)]
    pub labels: BTreeMap<String, u32>,
    /// What shows that it is true.
    #[binary(oneof)]
    pub proof: Option<Proof>,
}

/// What money is for.
#[derive(BinaryMessage, Clone, Copy, Debug, PartialEq)]
pub enum Purpose {
    /// Nobody said.
    #[binary(id = 0)]
    Unspecified,
    /// For work.
    #[binary(id = 3)]
    Wages,
}

/// What shows that an entry is true.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
#[binary(oneof)]
pub enum Proof {
    /// The number of a receipt.
    #[binary(id = 6)]
    Receipt(u64),
    /// A picture of one.
    #[binary(id = 7)]
    Scan(Vec<u8>),
}

/// What an account comes to.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Balance {
    /// Whose it is.
    #[binary(id = 1)]
    pub account: String,
    /// What it comes to.
    #[binary(id = 2)]
    pub cents: i64,
    /// The caller, as the metadata `x-caller` named it.
    #[binary(id = 3)]
    pub caller: String,
}

/// Which account there is none of.
#[derive(BinaryMessage, Clone, Debug, PartialEq)]
pub struct Missing {
    /// Its name.
    #[binary(id = 1)]
    pub account: String,
}

/// Keeps account of what was paid.
#[rpc_protocol(service = "ledger.v1.Ledger")]
pub trait Ledger {
    /// Writes an entry down, and answers with how many there are.
    async fn book(&self, entry: Entry) -> Result<u64, Status>;

    /// What an account comes to. Without an entry: NOT_FOUND, with a detail that names the account.
    #[rpc(idempotent)]
    async fn balance(&self, context: Context, account: String) -> Result<Balance, Status>;

    /// The entries of an account, in the order of their booking.
    async fn entries(&self, account: String) -> Result<Streaming<Entry>, Status>;

    /// Writes down each entry that arrives, and answers with how many arrived.
    async fn book_all(&self, entries: Streaming<Entry>) -> Result<u64, Status>;

    /// Answers each entry, as soon as it was written down, with what its account comes to.
    async fn follow(&self, entries: Streaming<Entry>) -> Result<Streaming<Balance>, Status>;

    /// Never answers: for callers with a deadline.
    async fn close(&self) -> Result<(), Status>;
}

/// Keeps the entries in memory.
#[derive(Debug, Default)]
pub struct Book {
    entries: std::sync::Arc<Mutex<Vec<Entry>>>,
}

impl Book {
    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn balance(entries: &[Entry], account: &str) -> Option<i64> {
    let cents: Vec<_> =
        entries.iter().filter(|entry| entry.account == account).map(|entry| entry.cents).collect();
    (!cents.is_empty()).then(|| cents.iter().sum())
}

impl Ledger for Book {
    async fn book(&self, entry: Entry) -> Result<u64, Status> {
        if entry.account.is_empty() {
            return Err(Status::invalid_argument("an entry belongs to an account; name it"));
        }
        let mut entries = self.lock();
        entries.push(entry);
        Ok(u64::try_from(entries.len()).unwrap_or(u64::MAX))
    }

    async fn balance(&self, context: Context, account: String) -> Result<Balance, Status> {
        let caller = context.metadata().get("x-caller").unwrap_or_default().to_owned();
        match balance(&self.lock(), &account) {
            Some(cents) => Ok(Balance { account, cents, caller }),
            None => {
                let detail = Detail::new("ledger.v1.Missing", &Missing { account: account.clone() });
                let detail = detail.map_err(|error| Status::internal(error.to_string()))?;
                Err(Status::not_found(format!("no entry of {account}")).with_detail(detail))
            }
        }
    }

    async fn entries(&self, account: String) -> Result<Streaming<Entry>, Status> {
        let entries = self.lock();
        let found: Vec<_> = entries.iter().filter(|entry| entry.account == account).cloned().collect();
        Ok(Streaming::from_iter(found))
    }

    async fn book_all(&self, mut entries: Streaming<Entry>) -> Result<u64, Status> {
        let mut count = 0;
        while let Some(entry) = entries.message().await? {
            self.book(entry).await?;
            count += 1;
        }
        Ok(count)
    }

    async fn follow(&self, entries: Streaming<Entry>) -> Result<Streaming<Balance>, Status> {
        let book = Self { entries: self.entries.clone() };
        Ok(Streaming::new(entries.map(move |entry| {
            let account = entry?.account;
            let mut entries = book.lock();
            entries.push(Entry {
                account: account.clone(),
                cents: 1,
                purpose: Purpose::Unspecified,
                note: None,
                labels: BTreeMap::new(),
                proof: None,
            });
            let cents = balance(&entries, &account).unwrap_or_default();
            Ok(Balance { account, cents, caller: String::new() })
        })))
    }

    async fn close(&self) -> Result<(), Status> {
        std::future::pending().await
    }
}
