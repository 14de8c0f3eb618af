//! A crowd of WebSocket connections that waits for bells: texts that hold `bell-` and the number of the round. It
//! notes when each frame arrived and whether every connection got each bell exactly once. It knows nothing of what
//! else a frame says, so that it serves for other servers too.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use futures_util::{StreamExt, TryStreamExt, stream};
use memchr::memmem;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::report::{Errors, Latencies};
use crate::wire::{Call, Connection};

/// Handshakes at the same time.
const OPENING: usize = 64;
/// Connections from one source address: each takes one of its ports.
const PER_SOURCE: usize = 20_000;
/// How long a bell may take before those who did not hear it are counted as errors.
const LATEST: Duration = Duration::from_secs(60);

/// Where the connections go.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// The server.
    pub(crate) address: SocketAddr,
    /// The path of the socket.
    pub(crate) path: String,
    /// One bearer token per connection; none at all if the server asks for none.
    pub(crate) tokens: Vec<String>,
}

/// What the whole crowd heard.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// From the start of a round's send to each frame's arrival.
    pub(crate) latencies: Latencies,
    /// Frames that are missing, came twice or at another time, and connections that ended.
    pub(crate) errors: Errors,
}

#[derive(Debug)]
enum Note {
    Bell { connection: usize, round: u16, at: Instant, bytes: usize },
    Ended { connection: usize, why: String },
}

/// Open connections.
#[derive(Debug)]
pub(crate) struct Crowd {
    alive: Vec<bool>,
    notes: mpsc::UnboundedReceiver<Note>,
    readers: JoinSet<()>,
    heard: Heard,
    frame_bytes: usize,
}

/// The text that a round's message must hold.
pub(crate) fn bell(round: u16) -> String {
    format!("bell-{round:05}")
}

impl Crowd {
    /// Opens so many connections.
    ///
    /// # Errors
    /// One of them cannot be opened.
    pub(crate) async fn open(target: Target, count: usize) -> Result<Self> {
        let target = &target;
        let sockets: Vec<(usize, Socket)> = stream::iter(0..count)
            .map(|i| async move {
                let socket = open_one(target, i).await.with_context(|| format!("connection {i}"))?;
                anyhow::Ok((i, socket))
            })
            .buffer_unordered(OPENING)
            .try_collect()
            .await?;
        let (sender, notes) = mpsc::unbounded_channel();
        let mut readers = JoinSet::new();
        for (i, socket) in sockets {
            readers.spawn(listen(socket, i, sender.clone()));
        }
        Ok(Self { alive: vec![true; count], notes, readers, heard: Heard::default(), frame_bytes: 0 })
    }

    /// Forgets the times that were taken so far; errors are kept.
    pub(crate) fn begin(&mut self) {
        self.heard.latencies = Latencies::default();
    }

    /// Bytes of the last bell's frame.
    pub(crate) fn frame_bytes(&self) -> usize {
        self.frame_bytes
    }

    /// Sends `call`, whose message holds the [`bell`] of `round`, and waits until everyone heard it.
    ///
    /// # Errors
    /// The send was refused.
    pub(crate) async fn ring(&mut self, control: &mut Connection, round: u16, call: Call) -> Result<()> {
        let begun = Instant::now();
        control.send(call).await?.good().context("the send was refused")?;
        let mut waiting = self.alive.clone();
        let mut left = waiting.iter().filter(|waits| **waits).count();
        while left > 0 {
            let Ok(note) = timeout(LATEST, self.notes.recv()).await else {
                for connection in (0..waiting.len()).filter(|i| waiting[*i]) {
                    self.heard.errors.add(format!("connection {connection} did not hear round {round}"));
                }
                return Ok(());
            };
            let note = note.context("all connections ended")?;
            let (Note::Bell { connection, .. } | Note::Ended { connection, .. }) = &note;
            let connection = *connection;
            if self.take(note, Some((round, begun)), &waiting) && std::mem::take(&mut waiting[connection]) {
                left -= 1;
            }
        }
        Ok(())
    }

    /// Takes one note in; true if it settles what the connection was waited for.
    fn take(&mut self, note: Note, current: Option<(u16, Instant)>, waiting: &[bool]) -> bool {
        match (note, current) {
            (Note::Bell { connection, round, at, bytes }, Some((now, begun)))
                if round == now && waiting[connection] =>
            {
                self.heard.latencies.add(at.duration_since(begun));
                self.frame_bytes = bytes;
                true
            }
            (Note::Bell { connection, round, .. }, _) => {
                self.heard.errors.add(format!("connection {connection} heard round {round} again"));
                false
            }
            (Note::Ended { connection, why }, _) => {
                self.alive[connection] = false;
                self.heard.errors.add(format!("connection {connection} ended: {why}"));
                true
            }
        }
    }

    /// Closes everything; what came after the last round is an error.
    pub(crate) async fn close(mut self) -> Heard {
        while let Ok(note) = self.notes.try_recv() {
            self.take(note, None, &[]);
        }
        self.readers.shutdown().await;
        self.heard
    }
}

type Socket = WebSocketStream<TcpStream>;

async fn open_one(target: &Target, number: usize) -> Result<Socket> {
    let socket = TcpSocket::new_v4()?;
    if number >= PER_SOURCE {
        let host = u8::try_from(1 + number / PER_SOURCE)?;
        socket.bind(SocketAddr::from(([127, 0, 0, host], 0)))?;
    }
    let stream = socket.connect(target.address).await?;
    stream.set_nodelay(true)?;
    let request = request(target, number)?;
    // Small buffers: the crowd shares the machine with the server.
    let config = WebSocketConfig::default().read_buffer_size(2048).write_buffer_size(0);
    let (socket, _) = client_async_with_config(request, stream, Some(config)).await?;
    Ok(socket)
}

fn request(target: &Target, number: usize) -> Result<Request> {
    let mut request = format!("ws://{}{}", target.address, target.path).into_client_request()?;
    if !target.tokens.is_empty() {
        let Some(token) = target.tokens.get(number) else { bail!("no token for connection {number}") };
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
    }
    Ok(request)
}

async fn listen(mut socket: Socket, connection: usize, notes: mpsc::UnboundedSender<Note>) {
    let why = loop {
        match socket.next().await {
            Some(Ok(message)) if message.is_text() || message.is_binary() => {
                let at = Instant::now();
                let data = message.into_data();
                if let Some(round) = round_of(&data) {
                    // Whoever does not listen any more has what was asked for.
                    let _ = notes.send(Note::Bell { connection, round, at, bytes: data.len() });
                }
            }
            Some(Ok(message)) if message.is_close() => break format!("{message:?}"),
            // Pings are answered by the library.
            Some(Ok(_)) => {}
            Some(Err(error)) => break error.to_string(),
            None => break "the server closed it".to_owned(),
        }
    };
    let _ = notes.send(Note::Ended { connection, why });
}

/// The number of the bell in a frame.
fn round_of(frame: &[u8]) -> Option<u16> {
    let at = memmem::find(frame, b"bell-")? + 5;
    std::str::from_utf8(frame.get(at..at + 5)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bells_are_found_and_nothing_else() {
        assert_eq!(round_of(format!(r#"{{"title":"{}","x":1}}"#, bell(17)).as_bytes()), Some(17));
        assert_eq!(round_of(b"bell-0001"), None);
        assert_eq!(round_of(b"bell-door!"), None);
        assert_eq!(round_of(b"{}"), None);
    }

    #[tokio::test]
    async fn what_is_heard_twice_or_late_or_never_is_an_error() {
        let (sender, notes) = mpsc::unbounded_channel();
        let mut crowd = Crowd {
            alive: vec![true; 2],
            notes,
            readers: JoinSet::new(),
            heard: Heard::default(),
            frame_bytes: 0,
        };
        let begun = Instant::now();
        let bell = |connection| Note::Bell { connection, round: 1, at: begun, bytes: 9 };
        let now = Some((1, begun));
        assert!(crowd.take(bell(0), now, &[true, true]));
        assert!(!crowd.take(bell(0), now, &[false, true]));
        assert!(!crowd.take(bell(1), Some((2, begun)), &[true, true]));
        assert!(crowd.take(Note::Ended { connection: 1, why: "gone".to_owned() }, now, &[false, true]));
        assert_eq!(crowd.alive, [true, false]);
        sender.send(bell(0)).unwrap();
        let heard = crowd.close().await;
        assert_eq!(heard.latencies.len(), 1);
        assert!(heard.errors.into_result().unwrap_err().to_string().starts_with("4 errors"));
    }
}
