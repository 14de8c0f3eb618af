//! What the harness asks of the machine that the server runs on too: the time, and a process's memory.

/// Seconds since 1970, by the clock of the machine that the server runs on too.
///
/// # Panics
/// The clock is before 1970.
pub fn unix_now() -> i64 {
    #[allow(clippy::disallowed_methods)]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    i64::try_from(now.as_secs()).expect("in range")
}

/// Bytes of memory that a process held at most.
///
/// # Panics
/// It is gone.
pub fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process record");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("its peak");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}
