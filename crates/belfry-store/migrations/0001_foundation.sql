-- The foundation. Text is common to both databases; the tokens are those of dialect.rs. Numbers are 64-bit, times are
-- UTC milliseconds, booleans are 0 and 1. `num` is internal and never leaves the store's callers; `id` is public.

CREATE TABLE installation (
    name TEXT PRIMARY KEY,
    value {blob} NOT NULL
);

CREATE TABLE organizations (
    num {id},
    id {blob} NOT NULL UNIQUE,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    default_locale TEXT NOT NULL,
    -- The last number given to a publication; orders inboxes, watermarks and live cursors.
    seq BIGINT NOT NULL DEFAULT 0,
    -- Changes whenever the set of live wide notifications does.
    wide_version BIGINT NOT NULL DEFAULT 0,
    next_ordinal BIGINT NOT NULL DEFAULT 0,
    users BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE workspaces (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    default_locale TEXT NOT NULL,
    icon TEXT,
    push_on BIGINT NOT NULL DEFAULT 1,
    -- JSON array of origins that may call the user API.
    origins TEXT NOT NULL DEFAULT '[]',
    members BIGINT NOT NULL DEFAULT 0,
    devices BIGINT NOT NULL DEFAULT 0,
    -- Members with at least one active device.
    reachable BIGINT NOT NULL DEFAULT 0,
    groups BIGINT NOT NULL DEFAULT 0,
    -- JSON array of BCP 47 tags besides the default.
    languages TEXT NOT NULL DEFAULT '[]',
    -- Notifications of operators that may be sent or scheduled, and how many are.
    quota BIGINT NOT NULL DEFAULT 100,
    quota_used BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);
CREATE INDEX workspaces_organization ON workspaces (organization);

CREATE TABLE operators (
    num {id},
    id {blob} NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    -- Argon2id in the PHC string format; NULL for whoever has never set one.
    password_hash TEXT,
    created_at BIGINT NOT NULL
);
-- Whether anybody can sign in at all.
CREATE INDEX operators_ready ON operators (num) WHERE password_hash IS NOT NULL;

-- What an operator is; workspace 0 means the whole organization.
CREATE TABLE operator_roles (
    operator BIGINT NOT NULL,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    role BIGINT NOT NULL,
    PRIMARY KEY (operator, organization, workspace)
);
CREATE INDEX operator_roles_place ON operator_roles (organization, workspace, operator);

CREATE TABLE operator_sessions (
    num {id},
    id {blob} NOT NULL UNIQUE,
    hash {blob} NOT NULL UNIQUE,
    operator BIGINT NOT NULL,
    -- What the browser said of itself.
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- To about half a minute.
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX operator_sessions_operator ON operator_sessions (operator, num);
CREATE INDEX operator_sessions_age ON operator_sessions (expires_at);

-- Links that are good once: to set the installation up (operator 0), or for an operator to set a password.
CREATE TABLE operator_links (
    hash {blob} PRIMARY KEY,
    operator BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX operator_links_operator ON operator_links (operator);
CREATE INDEX operator_links_age ON operator_links (expires_at);

-- Failed sign-ins by SHA-256 of the address that was given, whether anybody has it or not.
CREATE TABLE sign_in_failures (
    account {blob} PRIMARY KEY,
    failures BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (failed_at);

CREATE TABLE api_keys (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    -- 0 means every workspace of the organization.
    workspace BIGINT NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    hash {blob} NOT NULL UNIQUE,
    -- The first characters, to recognise it by.
    hint TEXT NOT NULL,
    permissions BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT
);
CREATE INDEX api_keys_organization ON api_keys (organization, num);

CREATE TABLE signing_keys (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    name TEXT NOT NULL,
    -- HS256, ES256 or EdDSA.
    algorithm TEXT NOT NULL,
    -- The secret or the public key in PEM, encrypted with the installation's key.
    material {blob} NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX signing_keys_workspace ON signing_keys (workspace, num);
-- Every node asks every two seconds which keys ended.
CREATE INDEX signing_keys_revoked ON signing_keys (revoked_at) WHERE revoked_at IS NOT NULL;

CREATE TABLE users (
    organization BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    id {blob} NOT NULL UNIQUE,
    external_id TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    name TEXT NOT NULL,
    locale TEXT,
    time_zone TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (organization, ordinal),
    UNIQUE (organization, external_id),
    UNIQUE (organization, email_key)
) {keep};

-- What people are found by: words of their names, email addresses and external ids in lower case, as UTF-8 so that both
-- databases compare them byte by byte. In chunks of 4,096 people: a search goes through people in their order.
CREATE TABLE user_words (
    organization BIGINT NOT NULL,
    chunk BIGINT NOT NULL,
    word {blob} NOT NULL,
    ordinal BIGINT NOT NULL,
    PRIMARY KEY (organization, chunk, word, ordinal)
) {keep};

CREATE TABLE memberships (
    workspace BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    organization BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    status BIGINT NOT NULL,
    -- Active devices here.
    devices BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    cancelled_at BIGINT,
    PRIMARY KEY (workspace, ordinal)
) {keep};

CREATE TABLE groups (
    num {id},
    id {blob} NOT NULL UNIQUE,
    workspace BIGINT NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    members BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    UNIQUE (workspace, key)
);

-- Which groups a person is in; who is in a group is in member_sets.
CREATE TABLE group_members (
    workspace BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    group_num BIGINT NOT NULL,
    PRIMARY KEY (workspace, ordinal, group_num)
) {keep};

-- Sets of ordinals as compressed bitmaps in chunks of 65,536, kept by the transactions that change memberships:
-- set 0 is the active members of the workspace, any other is the group of that number.
CREATE TABLE member_sets (
    workspace BIGINT NOT NULL,
    set_num BIGINT NOT NULL,
    chunk BIGINT NOT NULL,
    bits {blob} NOT NULL,
    PRIMARY KEY (workspace, set_num, chunk)
);

CREATE TABLE user_tokens (
    hash {blob} PRIMARY KEY,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX user_tokens_age ON user_tokens (expires_at);
CREATE INDEX user_tokens_user ON user_tokens (organization, ordinal);

-- When a person's tokens were ended before their time. Every node asks every two seconds, for its open connections.
CREATE TABLE token_ends (
    organization BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    PRIMARY KEY (organization, ordinal)
);
CREATE INDEX token_ends_age ON token_ends (ended_at);

CREATE TABLE devices (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    endpoint TEXT NOT NULL,
    endpoint_hash {blob} NOT NULL UNIQUE,
    origin TEXT NOT NULL,
    p256dh {blob} NOT NULL,
    auth {blob} NOT NULL,
    -- The number of the VAPID key with which it subscribed.
    vapid BIGINT NOT NULL,
    model TEXT NOT NULL,
    platform TEXT NOT NULL,
    browser TEXT NOT NULL,
    -- 1 while push can reach it.
    active BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    gone_at BIGINT
);
CREATE INDEX devices_reach ON devices (workspace, active, ordinal, num);

CREATE TABLE notifications (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    origin BIGINT NOT NULL,
    -- The event it was made from, 0 for none.
    event BIGINT NOT NULL DEFAULT 0,
    status BIGINT NOT NULL,
    -- JSON of the content and the audience as they were set.
    content TEXT NOT NULL,
    audience TEXT NOT NULL,
    -- JSON of an inbox item without what differs from person to person.
    item TEXT NOT NULL,
    plain TEXT NOT NULL,
    run_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Orders lists: when it was accepted, or sent if it was a draft before.
    listed_at BIGINT NOT NULL,
    -- When a draft's sending begins; null for drafts and for what was sent as it was accepted.
    sends_at BIGINT,
    -- How often a draft was changed, when last, and the operators who made and changed it (0: none).
    revision BIGINT NOT NULL DEFAULT 0,
    updated_at BIGINT,
    created_by BIGINT NOT NULL DEFAULT 0,
    updated_by BIGINT NOT NULL DEFAULT 0,
    -- When its run-time is over.
    run_until BIGINT NOT NULL,
    -- Set when it was published.
    seq BIGINT,
    wide BIGINT NOT NULL DEFAULT 0,
    people BIGINT NOT NULL DEFAULT 0,
    -- JSON object of reason codes and numbers of people.
    reasons TEXT NOT NULL,
    -- The only device that it is pushed to; 0 for all.
    only_device BIGINT NOT NULL DEFAULT 0,
    -- When the last of the first attempts was made.
    attempted_at BIGINT,
    finished_at BIGINT
);
-- How quick the latest ones were.
CREATE INDEX notifications_finished ON notifications (workspace, finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX notifications_listed ON notifications (workspace, listed_at, num);
-- Most are made from events and were sent; whoever looks for others goes by one of these.
CREATE INDEX notifications_origin ON notifications (workspace, origin, listed_at, num) WHERE origin <> 2;
CREATE INDEX notifications_status ON notifications (workspace, status, listed_at, num) WHERE status <> 4;
CREATE INDEX notifications_event ON notifications (event) WHERE event <> 0;

-- Notifications that are still being planned, and how far that has come.
CREATE TABLE plans (
    notification BIGINT PRIMARY KEY,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    -- 0 resolve the audience and publish to inboxes, 1 publish the rest of a narrow one, 2 page through devices.
    stage BIGINT NOT NULL DEFAULT 0,
    -- The audience as it was resolved (a compressed bitmap).
    audience {blob},
    -- The last ordinal and device that were done; -1 before the first.
    ordinal BIGINT NOT NULL DEFAULT -1,
    device BIGINT NOT NULL DEFAULT -1,
    -- People who got at least one delivery so far.
    reached BIGINT NOT NULL DEFAULT 0,
    leased_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX plans_due ON plans (lane, due_at);

CREATE TABLE events (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    -- JSON of the content as it was raised.
    content TEXT NOT NULL,
    run_time BIGINT NOT NULL,
    -- JSON array of ordinals.
    recipients TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX events_waiting ON events (num) WHERE done = 0;

-- The log of an organization in the order of its seq: what live connections follow, and the live wide notifications.
CREATE TABLE publications (
    organization BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    notification BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    wide BIGINT NOT NULL,
    -- Who gets it (a compressed bitmap).
    people {blob} NOT NULL,
    published_at BIGINT NOT NULL,
    -- When the items leave inboxes.
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (organization, seq)
) {keep};
CREATE INDEX publications_wide ON publications (organization, seq) WHERE wide = 1;
CREATE INDEX publications_age ON publications (expires_at);
CREATE INDEX publications_notification ON publications (notification);

-- Narrow inbox items, and what single persons did to a wide one (copied on the first change, at the same seq).
CREATE TABLE inbox_items (
    organization BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    notification BIGINT NOT NULL,
    -- The notification that names the item; the first of a stack.
    first BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    count BIGINT NOT NULL,
    stack BIGINT,
    -- 1 when it is a person's own state of a wide one.
    wide BIGINT NOT NULL,
    -- 0 as the watermark says, 1 read, 2 unread.
    mark BIGINT NOT NULL DEFAULT 0,
    read_at BIGINT,
    -- 0 shown, 1 archived, 2 deleted.
    hidden BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization, ordinal, seq)
) {keep};
CREATE UNIQUE INDEX inbox_items_first ON inbox_items (organization, ordinal, first);
CREATE INDEX inbox_items_seq ON inbox_items (organization, seq);
CREATE INDEX inbox_items_stack ON inbox_items (organization, stack, ordinal) WHERE stack IS NOT NULL;
CREATE INDEX inbox_items_marked ON inbox_items (organization, ordinal, seq) WHERE mark = 2 OR wide = 1;

-- Everything up to `seq` is read unless the item itself says otherwise.
CREATE TABLE inbox_marks (
    organization BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (organization, ordinal)
) {keep};

CREATE TABLE deliveries (
    notification BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    device BIGINT NOT NULL,
    state BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    reason BIGINT,
    detail TEXT,
    displayed_at BIGINT,
    opened_at BIGINT,
    PRIMARY KEY (notification, ordinal, channel, device)
) {keep};

-- Up to 500 deliveries of one notification, channel and origin: the queue.
CREATE TABLE batches (
    num {id},
    notification BIGINT NOT NULL,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    origin TEXT NOT NULL,
    -- JSON array of [ordinal, device].
    members TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    claims BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX batches_due ON batches (workspace, lane, due_at, num);
CREATE INDEX batches_notification ON batches (notification);

-- Whose turn it is: a lane serves the workspace that was served longest ago.
CREATE TABLE turns (
    lane BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    served_at BIGINT NOT NULL,
    PRIMARY KEY (lane, workspace)
);

CREATE TABLE counters (
    notification BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    state BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (notification, channel, state)
) {keep};

-- How many notifications of a workspace were published and how many failed, by day (UTC, since 1970).
CREATE TABLE days (
    workspace BIGINT NOT NULL,
    day BIGINT NOT NULL,
    sent BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace, day)
) {keep};

-- Files of people that were uploaded, and how far checking or importing them has come.
CREATE TABLE imports (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    filename TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    encoding TEXT NOT NULL,
    separator TEXT NOT NULL,
    rows BIGINT NOT NULL,
    -- JSON of the columns: heading, guess, samples.
    columns TEXT NOT NULL,
    -- JSON object: field → index of the column.
    mapping TEXT NOT NULL,
    -- 0 uploading, 1 mapped, 2 checking, 3 checked, 4 running, 5 done, 6 failed.
    status BIGINT NOT NULL DEFAULT 0,
    create_groups BIGINT NOT NULL DEFAULT 0,
    done BIGINT NOT NULL DEFAULT 0,
    added BIGINT NOT NULL DEFAULT 0,
    changed BIGINT NOT NULL DEFAULT 0,
    unchanged BIGINT NOT NULL DEFAULT 0,
    rejected BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX imports_workspace ON imports (workspace, num);
CREATE INDEX imports_age ON imports (created_at);
CREATE INDEX imports_waiting ON imports (num) WHERE status IN (2, 4);

-- The bytes of a file.
CREATE TABLE import_chunks (
    import BIGINT NOT NULL,
    chunk BIGINT NOT NULL,
    data {blob} NOT NULL,
    PRIMARY KEY (import, chunk)
);

CREATE TABLE import_rejects (
    import BIGINT NOT NULL,
    row_number BIGINT NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    -- The field at fault, where one is.
    field TEXT,
    -- JSON array of the row's cells.
    cells TEXT NOT NULL,
    PRIMARY KEY (import, row_number)
) {keep};

-- How many deliveries ended without success, by reason and words.
CREATE TABLE failures (
    notification BIGINT NOT NULL,
    state BIGINT NOT NULL,
    reason BIGINT NOT NULL,
    detail TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (notification, state, reason, detail)
) {keep};

-- Pictures that operators uploaded, as they were encoded again.
CREATE TABLE photos (
    num {id},
    id {blob} NOT NULL UNIQUE,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    kind TEXT NOT NULL,
    hash {blob} NOT NULL,
    bytes {blob} NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (workspace, hash)
);

CREATE TABLE receipts (
    notification BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    device BIGINT NOT NULL,
    -- 1 displayed, 2 opened, 3 dismissed.
    kind BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (notification, ordinal, channel, device, kind)
) {keep};

CREATE TABLE idempotency (
    organization BIGINT NOT NULL,
    -- SHA-256 of who asked, the route and the key.
    key_hash {blob} NOT NULL,
    body_hash {blob} NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (organization, key_hash)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
