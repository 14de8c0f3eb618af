//! Points at which a test may kill the process, as `kill -9` would. Only debug builds have them: the environment
//! variable `BELFRY_FAULT` names a point and how often it is passed before, for instance `settle:3`.

/// Passes a point. In a release build this is nothing.
#[cfg(not(debug_assertions))]
pub fn point(_name: &str) {}

/// Passes a point; ends the process with SIGKILL when the environment asks for it.
#[cfg(debug_assertions)]
pub fn point(name: &str) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicI64, Ordering};

    static WANTED: LazyLock<Option<(String, AtomicI64)>> = LazyLock::new(|| {
        let text = std::env::var("BELFRY_FAULT").ok()?;
        let (point, passes) = text.split_once(':')?;
        Some((point.to_owned(), AtomicI64::new(passes.parse().ok()?)))
    });
    if let Some((wanted, left)) = &*WANTED
        && wanted == name
        && left.fetch_sub(1, Ordering::SeqCst) == 1
    {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // The signal ends every thread; until it is delivered this one must not go on.
        loop {
            std::thread::park();
        }
    }
}
