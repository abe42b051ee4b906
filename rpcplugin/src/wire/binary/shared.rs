//! A connection as several tasks have it in common: the machine and the socket behind one lock.
//!
//! One task, the driver, reads; everybody may write. On a connection with little to do whoever has something to say writes it
//! at once, without another task that would have to be woken; with many calls under way it is left to the driver, so that
//! many frames leave in one system call.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::{AsyncRead as _, AsyncReadExt, AsyncWrite as _, ReadBuf};
use tokio::sync::Notify;

use super::Violation;
use super::frame::Frame;
use super::inbox::Inbox;
use super::machine::{Arrived, Goodbye, Machine, Outcome, Shape};
use super::sync::{Mutex, MutexGuard};
use crate::limits::{
    BINARY_DIRECT_CALLS_MAX, BINARY_FRAME_BYTES_MAX, BINARY_READS_MAX, BINARY_UNREAD_OUTBOX_BYTES_MAX,
    REFUSAL_TIMEOUT,
};
use crate::transport::Connection;

/// One end of a connection. Clones are of the same one.
#[derive(Clone, Debug)]
pub(super) struct Shared(Arc<Common>);

#[derive(Debug)]
struct Common {
    state: Mutex<State>,
    /// Wakes who waits for fewer calls to be under way.
    room: Notify,
    /// What metadata of one direction the other side takes, in bytes.
    metadata_bytes_max: u32,
}

#[derive(Debug)]
struct State {
    machine: Machine,
    /// Until it is closed. Who is left with a call of it does not keep the socket.
    connection: Option<Connection>,
    /// Why nothing can be written any more. What had come before may still be read.
    broken: Option<io::Error>,
    /// The task that reads.
    driver: Option<Waker>,
    /// Whether the driver knows that there is something to write.
    is_left_to_driver: bool,
    /// Whether the connection has all bytes, but may not have sent them.
    needs_flush: bool,
    loss: Option<Loss>,
}

/// Why a connection has ended.
#[derive(Clone, Debug)]
pub(super) enum Loss {
    /// The other side closed it.
    Closed,
    /// It broke.
    Broken(Arc<io::Error>),
    /// The other side broke a rule.
    Violation(Violation),
    /// This side let go of it.
    Dropped,
}

impl Shared {
    pub(super) fn new(machine: Machine, connection: Connection, metadata_bytes_max: u32) -> Self {
        let state = State {
            machine,
            connection: Some(connection),
            broken: None,
            driver: None,
            is_left_to_driver: false,
            needs_flush: false,
            loss: None,
        };
        Self(Arc::new(Common { state: Mutex::new(state), room: Notify::new(), metadata_bytes_max }))
    }

    /// What metadata of one direction the other side takes, in bytes.
    pub(super) fn metadata_bytes_max(&self) -> u32 {
        self.0.metadata_bytes_max
    }

    /// Does something with the machine; sends what follows from it, and wakes who is concerned.
    pub(super) fn with<R>(&self, act: impl FnOnce(&mut Machine) -> R) -> R {
        let mut state = self.lock();
        let before = state.machine.under_way();
        let result = act(&mut state.machine);
        state.speak();
        self.let_go(state, before);
        result
    }

    /// Does something with the machine. What follows from it is sent with what comes next: for the driver, who is about to.
    pub(super) fn hold<R>(&self, act: impl FnOnce(&mut Machine) -> R) -> R {
        let mut state = self.lock();
        let before = state.machine.under_way();
        let result = act(&mut state.machine);
        self.let_go(state, before);
        result
    }

    /// Looks at the machine, where nothing follows from it.
    pub(super) fn look<R>(&self, look: impl FnOnce(&mut Machine) -> R) -> R {
        look(&mut self.lock().machine)
    }

    /// Unlocks, and wakes who is concerned: nobody wakes up to find the lock taken.
    fn let_go(&self, mut state: MutexGuard<'_, State>, under_way_before: usize) {
        let places = match state.machine.was_full() {
            true => under_way_before.saturating_sub(state.machine.under_way()),
            false => 0,
        };
        let takes_none = state.machine.has_failed() || state.machine.is_closing();
        let woken = state.machine.woken();
        match (woken.pop(), woken.is_empty()) {
            (None, _) => drop(state),
            // The list keeps its memory.
            (Some(only), true) => {
                drop(state);
                only.wake();
            }
            (Some(last), false) => {
                let others = std::mem::take(woken);
                drop(state);
                others.into_iter().chain([last]).for_each(Waker::wake);
            }
        }
        if takes_none {
            // They have nothing to wait for: more may wait than there are places.
            return self.0.room.notify_waiters();
        }
        for _ in 0..places {
            self.0.room.notify_one();
        }
    }

    /// What is told when a call has ended.
    pub(super) fn room(&self) -> &Notify {
        &self.0.room
    }

    /// Why the connection has ended, if it has.
    pub(super) fn loss(&self) -> Option<Loss> {
        self.lock().loss.clone()
    }

    /// The connection ends, with all its calls.
    pub(super) fn lose(&self, loss: Loss) {
        let mut state = self.lock();
        let before = state.machine.under_way();
        // Behind another end whoever drives has a last word to say, and closes the connection then.
        let is_dropped = matches!(loss, Loss::Dropped) && state.loss.is_none();
        state.lose(loss);
        let connection = if is_dropped { state.connection.take() } else { None };
        self.let_go(state, before);
        drop(connection);
    }

    /// Nobody drives any more.
    fn abandon(&self) {
        self.lose(Loss::Dropped);
        let connection = self.lock().connection.take();
        drop(connection);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads what there is, and writes what there is. Calls that came are in `arrived`; ready when the connection has ended.
    ///
    /// With calls in `arrived` it comes back at once, and wants to be asked again.
    pub(super) fn poll_drive(
        &self,
        context: &mut Context<'_>,
        inbox: &mut Inbox,
        arrived: &mut VecDeque<Arrived>,
        shape: &impl Fn(u32) -> Shape,
    ) -> Poll<()> {
        let mut state = self.lock();
        let before = state.machine.under_way();
        state.be_driven(context);
        let driven = state.drive(context, inbox, arrived, shape);
        self.let_go(state, before);
        driven
    }

    /// Sends what is there. For whoever drives, where something else is to be done before it drives on.
    #[cfg(feature = "server")]
    pub(super) fn say(&self, context: &Context<'_>) {
        let mut state = self.lock();
        let before = state.machine.under_way();
        state.be_driven(context);
        state.write();
        self.let_go(state, before);
    }

    /// Closes the connection in order: what is left to say is said, if the other side takes it within a moment.
    pub(super) async fn close(&self) {
        let closed = async {
            poll_fn(|context| self.poll_close(context)).await;
            poll_fn(|context| self.poll_last_word(context)).await;
        };
        let _in_time = tokio::time::timeout(REFUSAL_TIMEOUT, closed).await;
        let connection = self.lock().connection.take();
        drop(connection);
    }

    pub(super) fn poll_close(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        state.be_driven(context);
        state.write();
        if state.broken.is_some() {
            return Poll::Ready(());
        }
        if !state.machine.outbox().is_empty() || state.needs_flush {
            return Poll::Pending;
        }
        match &mut state.connection {
            Some(connection) => Pin::new(connection).poll_shutdown(context).map(|_| ()),
            None => Poll::Ready(()),
        }
    }

    /// Ready when the other side has closed as well. A socket that is closed while it holds bytes that nobody read tells the
    /// other side of an error, and takes the reason with it that was sent before.
    fn poll_last_word(&self, context: &mut Context<'_>) -> Poll<()> {
        let state = &mut *self.lock();
        match &mut state.connection {
            Some(connection) if state.machine.ends_now() => poll_discard(connection, context),
            _ => Poll::Ready(()),
        }
    }
}

/// The calls of a connection end with whoever drives it, in whichever way that ends.
pub(super) struct LoseAtTheEnd(pub(super) Shared);

impl Drop for LoseAtTheEnd {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

impl std::fmt::Display for Loss {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Closed => formatter.write_str("the other side closed the connection"),
            Self::Broken(error) => write!(formatter, "the connection broke: {error}"),
            Self::Violation(violation) => write!(formatter, "{violation}"),
            Self::Dropped => formatter.write_str("this side closed the connection"),
        }
    }
}

impl State {
    /// Remembers who drives.
    fn be_driven(&mut self, context: &Context<'_>) {
        self.is_left_to_driver = false;
        match &self.driver {
            Some(driver) if driver.will_wake(context.waker()) => {}
            _ => self.driver = Some(context.waker().clone()),
        }
    }

    fn drive(
        &mut self,
        context: &mut Context<'_>,
        inbox: &mut Inbox,
        arrived: &mut VecDeque<Arrived>,
        shape: &impl Fn(u32) -> Shape,
    ) -> Poll<()> {
        // Something may have come with the beginning of the connection.
        self.take_all_in(inbox, arrived, shape);
        for _ in 0..BINARY_READS_MAX {
            if self.loss.is_some() {
                // Nothing is for anybody any more.
                return Poll::Ready(());
            }
            self.write();
            let polled = self.poll_read(context, inbox);
            let is_idle = matches!(polled, Ok(Poll::Pending));
            match (polled, self.broken.take()) {
                (Ok(Poll::Ready(())), broken) => {
                    self.broken = broken;
                    self.take_all_in(inbox, arrived, shape);
                }
                // All that had come is read.
                (Ok(Poll::Pending) | Err(_), Some(error)) => self.lose(Loss::Broken(Arc::new(error))),
                (Ok(Poll::Pending), None) => {}
                (Err(loss), None) => self.lose(loss),
            }
            if self.loss.is_some() || self.is_done() {
                return Poll::Ready(());
            }
            if is_idle || !arrived.is_empty() {
                return Poll::Pending;
            }
        }
        // Others have their turn before more is read.
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Has written what there is: now, or by the driver.
    fn speak(&mut self) {
        if self.machine.outbox().is_empty() || self.is_left_to_driver || self.loss.is_some() {
            return;
        }
        // Who drives closes the connection behind the last word.
        let is_quiet =
            self.machine.under_way() <= BINARY_DIRECT_CALLS_MAX && !self.machine.ends_with_its_calls();
        if is_quiet && !self.needs_flush {
            self.write();
            if self.machine.outbox().is_empty() && self.broken.is_none() {
                return;
            }
        }
        self.is_left_to_driver = true;
        self.machine.wake(self.driver.as_ref());
    }

    /// Writes what the connection takes. Who drives is woken when it takes more. If it takes nothing any more, that is kept for
    /// who drives: what the other side has said before may be the better reason.
    fn write(&mut self) {
        if self.machine.outbox().is_empty() && !self.needs_flush {
            return;
        }
        if self.broken.is_some() {
            return self.machine.outbox().clear();
        }
        let Some(driver) = self.driver.take() else { return };
        let mut context = Context::from_waker(&driver);
        let written = self.poll_write(&mut context);
        self.driver = Some(driver);
        if let Poll::Ready(Err(error)) = written {
            self.broken = Some(error);
            self.needs_flush = false;
        }
    }

    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(connection) = &mut self.connection else { return Poll::Ready(Ok(())) };
        loop {
            self.machine.fill();
            let outbox = self.machine.outbox();
            if outbox.is_empty() {
                break;
            }
            let connection = Pin::new(&mut *connection);
            let written = if outbox.is_one_piece() || !connection.is_write_vectored() {
                connection.poll_write(context, outbox.first())
            } else {
                let mut slices = [IoSlice::new(&[]); SLICES];
                let filled = outbox.slices(&mut slices);
                connection.poll_write_vectored(context, slices.get(..filled).unwrap_or_default())
            };
            match ready!(written)? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => outbox.advance(written),
            }
            self.needs_flush = true;
        }
        if self.needs_flush {
            ready!(Pin::new(connection).poll_flush(context))?;
            self.needs_flush = false;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_read(&mut self, context: &mut Context<'_>, inbox: &mut Inbox) -> Result<Poll<()>, Loss> {
        // A host that makes a plugin answer and reads no answers is not listened to. A host always reads: or both could wait for
        // each other.
        if self.machine.is_plugin() && self.machine.outbox().len() > BINARY_UNREAD_OUTBOX_BYTES_MAX {
            return Ok(Poll::Pending);
        }
        let Some(connection) = &mut self.connection else { return Err(Loss::Dropped) };
        let read = pin!(connection.read_buf(inbox.make_room()));
        match Future::poll(read, context) {
            Poll::Pending => Ok(Poll::Pending),
            Poll::Ready(Ok(0)) => Err(Loss::Closed),
            Poll::Ready(Ok(read)) => {
                inbox.learn(read);
                Ok(Poll::Ready(()))
            }
            Poll::Ready(Err(error)) => Err(Loss::Broken(Arc::new(error))),
        }
    }

    /// The same, and the end where the other side breaks a rule.
    fn take_all_in(
        &mut self,
        inbox: &mut Inbox,
        arrived: &mut VecDeque<Arrived>,
        shape: &impl Fn(u32) -> Shape,
    ) {
        if let Err(violation) = self.take_in(inbox, arrived, shape) {
            self.lose(Loss::Violation(violation));
        }
    }

    /// Takes in all frames that are there.
    fn take_in(
        &mut self,
        inbox: &mut Inbox,
        arrived: &mut VecDeque<Arrived>,
        shape: &impl Fn(u32) -> Shape,
    ) -> Result<(), Violation> {
        while let Some(frame) = Frame::next(inbox.bytes(), BINARY_FRAME_BYTES_MAX)? {
            if let Some(mut call) = self.machine.receive(&frame, shape)? {
                call.request = self.machine.take_only_request(call.call);
                arrived.push_back(call);
            }
        }
        Ok(())
    }

    /// Whether this side may close: that was said, and nothing is left to say.
    fn is_done(&mut self) -> bool {
        let is_silent = self.machine.outbox().is_empty() && !self.needs_flush;
        let nothing_runs = self.machine.ends_with_its_calls() && self.machine.under_way() == 0;
        (nothing_runs || self.machine.ends_now()) && is_silent
    }

    fn lose(&mut self, loss: Loss) {
        if self.loss.is_some() {
            return;
        }
        if let Loss::Violation(violation) = &loss
            && !matches!(violation, Violation::Accused { .. })
        {
            self.machine.goodbye(Goodbye::Violation, &violation.to_string());
            // Before anybody hears of it: who drops the connection for it drops the socket.
            self.write();
        } else {
            self.machine.outbox().clear();
        }
        self.loss = Some(loss);
        self.machine.fail(&Outcome::Lost);
        self.machine.wake(self.driver.as_ref());
    }
}

/// Reads what comes, for nobody. Ready when nothing comes any more.
fn poll_discard(connection: &mut Connection, context: &mut Context<'_>) -> Poll<()> {
    let mut bytes = [0; DISCARDED_BYTES];
    for _ in 0..BINARY_READS_MAX {
        let mut read = ReadBuf::new(&mut bytes);
        let polled = ready!(Pin::new(&mut *connection).poll_read(context, &mut read));
        if polled.is_err() || read.filled().is_empty() {
            return Poll::Ready(());
        }
    }
    // Others have their turn before more is read.
    context.waker().wake_by_ref();
    Poll::Pending
}

/// What one system call reads for nobody, in bytes.
const DISCARDED_BYTES: usize = 4096;

/// What one system call writes, in pieces at most.
const SLICES: usize = 32;
