//! Every bound of the product in one place, with its unit. Handlers, the store and the docs read them from here.

/// Characters of a notification's title.
pub const TITLE_CHARS: usize = 100;
/// Characters of a message.
pub const MESSAGE_CHARS: usize = 10_000;
/// Characters of a sender's or a person's name.
pub const NAME_CHARS: usize = 200;
/// Characters of an external id, a group key, an event type.
pub const KEY_CHARS: usize = 255;
/// Characters of an email address (RFC 5321 §4.5.3.1.3 with brackets removed).
pub const EMAIL_CHARS: usize = 254;
/// Bytes of a URL that we store.
pub const URL_BYTES: usize = 2_048;
/// Default run-time, seconds.
pub const RUN_TIME_DEFAULT_S: u32 = 86_400;
/// Longest run-time, seconds (28 days).
pub const RUN_TIME_MAX_S: u32 = 28 * 86_400;
/// Bytes of a JSON request body outside of bulk routes.
pub const BODY_BYTES: usize = 1 << 20;
/// Bytes of a bulk request body.
pub const BULK_BODY_BYTES: usize = 32 << 20;
/// Items of one bulk request.
pub const BULK_ITEMS: usize = 10_000;
/// Depth of nested JSON.
pub const JSON_DEPTH: usize = 64;
/// Rows of a page, by default and at most.
pub const PAGE_DEFAULT: usize = 50;
/// Rows of a page at most.
pub const PAGE_MAX: usize = 500;
/// Explicit recipients of one event.
pub const EVENT_RECIPIENTS: usize = 10_000;
/// Named users in one audience.
pub const AUDIENCE_USERS: usize = 10_000;
/// Clauses and nesting of an audience expression.
pub const AUDIENCE_CLAUSES: usize = 200;
/// Nesting of an audience expression.
pub const AUDIENCE_DEPTH: usize = 16;
/// People above which a notification is *wide* (one row and a bitmap) by default.
pub const WIDE_ABOVE: u64 = 300;
/// Live wide notifications of an organization; the oldest beyond are folded into rows.
pub const WIDE_LIVE_MAX: usize = 256;
/// Days that an inbox item is kept.
pub const INBOX_RETENTION_DAYS: u32 = 90;
/// Bytes of `Idempotency-Key`.
pub const IDEMPOTENCY_KEY_BYTES: usize = 255;
/// Characters of an `Idempotency-Key` that must not be guessed: with it and a used link a session is given again.
pub const IDEMPOTENCY_KEY_SECRET_CHARS: usize = 16;
/// Seconds that an idempotent answer is kept.
pub const IDEMPOTENCY_S: u64 = 86_400;
/// Deliveries of one batch.
pub const BATCH: usize = 500;
/// Attempts of one delivery.
pub const ATTEMPTS_MAX: u32 = 10;
/// Claims of a batch after which it is split or, when it has one row, fails as poisonous.
pub const CLAIMS_MAX: u32 = 3;
/// First back-off, seconds; doubled each time, full jitter.
pub const BACKOFF_BASE_S: u64 = 1;
/// Longest back-off, seconds.
pub const BACKOFF_CAP_S: u64 = 900;
/// Seconds that a worker holds a lease without renewing it.
pub const LEASE_S: u64 = 30;
/// Seconds that a user token lasts.
pub const USER_TOKEN_S: u64 = 30 * 86_400;
/// Seconds that a person's session lasts, which a magic link began.
pub const USER_SESSION_S: u64 = 90 * 86_400;
/// Seconds before the end of a person's session from which on using it prolongs it.
pub const USER_SESSION_PROLONG_S: u64 = 60 * 86_400;
/// Seconds that a magic link is good.
pub const USER_LINK_S: u64 = 7 * 86_400;
/// Seconds after redeeming a link in which the same `Idempotency-Key` gives the same session again.
pub const REDEEM_AGAIN_S: u64 = 600;
/// Unused magic links of a member that are kept; the oldest beyond end.
pub const USER_LINKS_KEPT: usize = 10;
/// Magic links that open nothing, tried from one network in a minute; good ones are not counted.
pub const USER_LINKS_PER_MINUTE: u32 = 600;
/// Pages of searches that a person may ask for in a minute; each reads up to some thousand items.
pub const SEARCHES_PER_MINUTE: u32 = 120;
/// Tests of their own devices, and as many downloads of their data, that a person may ask for in a minute.
pub const OWN_ERRANDS_PER_MINUTE: u32 = 5;
/// Characters of what an inbox is searched for.
pub const SEARCH_CHARS: usize = 100;
/// Items of an inbox that one search looks through.
pub const SEARCH_ITEMS: usize = 2_000;
/// Bytes of those items after which it stops all the same.
pub const SEARCH_BYTES: usize = 8 << 20;
/// Seconds that a signed user token may last.
pub const JWT_MAX_S: u64 = 3_600;
/// Days until an API key expires unless it is said otherwise (six months).
pub const API_KEY_DAYS: u32 = 183;
/// Seconds that an operator's session lasts after the last day on which it was used.
pub const SESSION_S: u64 = 30 * 86_400;
/// Seconds after which the end of a used session is moved on.
pub const SESSION_SLIDE_S: u64 = 86_400;
/// Seconds that a set-up link lasts.
pub const SETUP_LINK_S: u64 = 86_400;
/// Seconds that a link lasts with which an operator sets a new password.
pub const RESET_LINK_S: u64 = 3_600;
/// Seconds that a link lasts with which a new operator sets their first password.
pub const WELCOME_LINK_S: u64 = 7 * 86_400;
/// Characters of a password at least and at most.
pub const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 12..=200;
/// Failed sign-ins of one account after which it waits.
pub const SIGN_IN_FAILURES: i64 = 10;
/// Seconds that an account waits first; doubled with each further failure.
pub const LOCK_FIRST_S: u64 = 60;
/// Seconds that an account waits at most.
pub const LOCK_CAP_S: u64 = 3_600;
/// Seconds without a failure after which failures are forgotten.
pub const LOCK_FORGET_S: u64 = 86_400;
/// Seconds after which a revocation holds on every node.
pub const REVOKE_S: u64 = 5;
/// Devices of one person in one workspace; the longest unseen one makes room.
pub const DEVICES_PER_USER: usize = 50;
/// Bytes of the plain body inside a push payload; cut at a word with an ellipsis.
pub const PUSH_BODY_CHARS: usize = 300;
/// Bytes of a web push payload before encryption (RFC 8291 with one 4096-byte record).
pub const PUSH_PAYLOAD_BYTES: usize = 3_993;
/// Notifications of operators that a workspace may have sent or scheduled, unless it is set otherwise.
pub const QUOTA_DEFAULT: i64 = 100;
/// The highest quota of a workspace.
pub const QUOTA_MAX: i64 = 1_000_000;
/// Seconds in which sending a draft can be undone, by default.
pub const UNDO_DEFAULT_S: u32 = 10;
/// Seconds in which sending a draft can be undone, at most.
pub const UNDO_MAX_S: u32 = 60;
/// Bytes of an uploaded picture.
pub const PHOTO_BYTES: usize = 5 << 20;
/// Pixels of an uploaded picture.
pub const PHOTO_PIXELS: u64 = 40_000_000;
/// Width and height of a kept picture.
pub const PHOTO_SIDE: u32 = 512;
/// Bytes of an uploaded file of people.
pub const IMPORT_BYTES: usize = 200 << 20;
/// Days after which an uploaded file of people is deleted, with what is known about its rows.
pub const IMPORT_DAYS: u32 = 7;
/// Rows of one page of an import.
pub const IMPORT_PAGE: usize = 500;
/// Milliseconds in which the first attempts of a notification are promised to be made.
pub const PROMPT_MS: i64 = 60_000;
