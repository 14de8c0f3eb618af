//! A store, a pump and clients that connect, read, lag, disconnect and resume in any order and in steps as small as
//! the real ones: each client gets what was published to it since it first began, in order, nothing missing, nothing
//! twice. And the same with threads.

use std::sync::atomic::AtomicBool;

use proptest::prelude::*;

use super::*;
use crate::EventKind;

const PEOPLE: u32 = 3;
const CLIENTS: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    /// A transaction commits the next number of the log.
    Publish { people: Vec<u32>, workspace: i64 },
    /// The pump asks for positions and reads up to so many rows of each organization.
    PumpRead(usize),
    /// The pump dispatches so many of the rows that it has read.
    PumpDispatch(usize),
    /// A client takes its next step of connecting.
    Connect(usize),
    /// A client sends so many of what waits, replay first.
    Send(usize, usize),
    /// A client's connection breaks.
    Break(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (prop::collection::vec(0..PEOPLE, 1..3), 7..9_i64)
            .prop_map(|(people, workspace)| Step::Publish { people, workspace }),
        2 => (1..4_usize).prop_map(Step::PumpRead),
        3 => (1..4_usize).prop_map(Step::PumpDispatch),
        6 => (0..CLIENTS).prop_map(Step::Connect),
        3 => (0..CLIENTS, 1..4_usize).prop_map(|(client, n)| Step::Send(client, n)),
        1 => (0..CLIENTS).prop_map(Step::Break),
    ]
}

#[derive(Debug, Clone)]
struct Row {
    seq: i64,
    people: Ordinals,
    workspace: i64,
}

#[derive(Debug, Default)]
enum Link {
    #[default]
    Off,
    Registered(Joining),
    Read(Joining, i64),
    Live(Subscription, Vec<i64>),
}

#[derive(Debug)]
struct Client {
    admission: Admission,
    link: Link,
    cursor: Option<i64>,
    first: Option<i64>,
    got: Vec<i64>,
}

impl Client {
    fn new(n: usize) -> Self {
        // The last client shares its person with the first and sees one workspace only.
        let workspace = (n == CLIENTS - 1).then_some(7);
        let admission = Admission { workspace, ..admission(n as u32 % PEOPLE) };
        Self { admission, link: Link::Off, cursor: None, first: None, got: Vec::new() }
    }

    fn wants(&self, row: &Row) -> bool {
        row.people.contains(self.admission.ordinal)
            && self.admission.workspace.is_none_or(|w| w == row.workspace)
    }

    fn connect(&mut self, hub: &Hub, log: &[Row]) {
        self.link = match std::mem::take(&mut self.link) {
            Link::Off => Link::Registered(hub.connect(self.admission)),
            Link::Registered(joining) => Link::Read(joining, log.len() as i64),
            Link::Read(joining, present) => {
                let (subscription, replay) = joining.begin(self.cursor, present);
                self.first.get_or_insert(replay.until);
                self.cursor.get_or_insert(replay.until);
                let range = log.iter().filter(|r| replay.after < r.seq && r.seq <= replay.until);
                let mut missed: Vec<_> = range.filter(|r| self.wants(r)).map(|r| r.seq).collect();
                missed.reverse();
                Link::Live(subscription, missed)
            }
            live @ Link::Live(..) => live,
        };
    }

    fn send(&mut self, n: usize) {
        for _ in 0..n {
            let Link::Live(subscription, missed) = &mut self.link else { return };
            let next = match missed.pop() {
                Some(seq) => Poll::Ready(Some(seq)),
                None => subscription.poll_next(&mut Context::from_waker(Waker::noop())).map(|f| {
                    f.map(|frame| {
                        assert_eq!(frame.event(), EventKind::Item);
                        frame.cursor().unwrap()
                    })
                }),
            };
            match next {
                Poll::Ready(Some(seq)) => {
                    self.got.push(seq);
                    self.cursor = Some(seq);
                }
                Poll::Ready(None) => self.link = Link::Off,
                Poll::Pending => return,
            }
        }
    }
}

#[derive(Default)]
struct Pump {
    batch: Option<Vec<Row>>,
    done: usize,
}

impl Pump {
    fn read(&mut self, hub: &Hub, log: &[Row], limit: usize) {
        if self.batch.is_none()
            && let Some((_, position)) = hub.organizations().first()
        {
            self.batch = Some(log.iter().filter(|r| r.seq > *position).take(limit).cloned().collect());
            self.done = 0;
        }
    }

    fn dispatch(&mut self, hub: &Hub, n: usize) {
        let Some(batch) = &self.batch else { return };
        for row in batch.iter().skip(self.done).take(n) {
            hub.publish_item(1, row.workspace, &row.people, &Frame::item(row.seq, "{}"));
        }
        self.done += n;
        if self.done >= batch.len() {
            if let Some(last) = batch.last() {
                hub.advance(1, last.seq);
            }
            self.batch = None;
        }
    }
}

fn publish(log: &mut Vec<Row>, people: &[u32], workspace: i64) {
    let seq = log.len() as i64 + 1;
    log.push(Row { seq, people: people.iter().copied().collect(), workspace });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_missing_and_nothing_repeats(steps in prop::collection::vec(step(), 1..120)) {
        let (hub, mut log, mut pump) = (Hub::new(), Vec::new(), Pump::default());
        let mut clients: Vec<_> = (0..CLIENTS).map(Client::new).collect();
        for step in steps {
            match step {
                Step::Publish { people, workspace } => publish(&mut log, &people, workspace),
                Step::PumpRead(limit) => pump.read(&hub, &log, limit),
                Step::PumpDispatch(n) => pump.dispatch(&hub, n),
                Step::Connect(n) => clients[n].connect(&hub, &log),
                Step::Send(n, frames) => clients[n].send(frames),
                Step::Break(n) => clients[n].link = Link::Off,
            }
        }
        // In the end everyone is connected and the pump has nothing left to do.
        for client in &mut clients {
            while !matches!(client.link, Link::Live(..)) {
                client.connect(&hub, &log);
            }
        }
        while pump.batch.is_some() || hub.organizations()[0].1 < log.len() as i64 {
            pump.read(&hub, &log, 100);
            pump.dispatch(&hub, 100);
        }
        for client in &mut clients {
            client.send(1000);
            let first = client.first.unwrap();
            let expected: Vec<_> = log.iter().filter(|r| r.seq > first && client.wants(r)).map(|r| r.seq).collect();
            prop_assert_eq!(&client.got, &expected, "from {}", first);
        }
    }
}

#[test]
fn nothing_is_missing_between_threads() {
    const ROWS: i64 = 3_000;
    let hub = Hub::new();
    let log = Mutex::new(Vec::<Row>::new());
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|n| {
                let (hub, log) = (&hub, &log);
                scope.spawn(move || {
                    let mut client = Client::new(n);
                    let mut turn = n;
                    while client.cursor.is_none_or(|cursor| cursor < ROWS) {
                        turn += 1;
                        match turn % 97 {
                            0 => client.link = Link::Off,
                            _ => client.send(3),
                        }
                        // The row read and the replay are two looks at the log, as they are at the database.
                        if !matches!(client.link, Link::Live(..)) {
                            let rows = held(log).clone();
                            if let Link::Registered(_) = client.link {
                                client.connect(hub, &rows);
                                client.connect(hub, &held(log).clone());
                            } else {
                                client.connect(hub, &rows);
                            }
                        }
                        std::thread::yield_now();
                    }
                    client
                })
            })
            .collect();
        scope.spawn(|| {
            for seq in 1..=ROWS {
                // The last row is for everyone, so that every client sees the end.
                let people =
                    if seq == ROWS { vec![0, 1, 2] } else { vec![(seq % 3) as u32, (seq % 2) as u32] };
                publish(&mut held(&log), &people, if seq == ROWS { 7 } else { 7 + seq % 2 });
            }
        });
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                let mut pump = Pump::default();
                let rows = held(&log).clone();
                pump.read(&hub, &rows, 64);
                pump.dispatch(&hub, 64);
                std::thread::yield_now();
            }
        });
        for client in clients {
            let client = client.join().unwrap();
            let rows = held(&log).clone();
            let first = client.first.unwrap();
            let expected: Vec<_> =
                rows.iter().filter(|r| r.seq > first && client.wants(r)).map(|r| r.seq).collect();
            assert_eq!(client.got, expected, "from {first}");
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_room_that_empties_loses_nobody_who_comes_in() {
    let hub = Hub::new();
    std::thread::scope(|scope| {
        for ordinal in 0..4 {
            let hub = &hub;
            scope.spawn(move || {
                for seq in 1..=10_000 {
                    let mut subscription = begun(hub, admission(ordinal));
                    hub.publish_item_to(1, 7, ordinal, &Frame::item(seq, "{}"));
                    assert_eq!(cursors(&mut subscription), [seq]);
                }
            });
        }
    });
    assert_eq!(hub.connections(), 0);
    assert!(held(&hub.0.rooms).is_empty());
}
