/// Where a method stands.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// All methods of a trait that have no body are part of the contract: the client has nothing else to answer with.
    Trait { has_body: bool },
    /// An impl block may hold other methods as well.
    Impl,
}

impl Place {
    /// What else can be done about a method that no call can carry.
    pub(super) fn or_skip(self) -> &'static str {
        match self {
            Self::Trait { has_body: false } => "",
            _ => "; or leave the method out of the contract by `#[rpc(skip)]`",
        }
    }
}
