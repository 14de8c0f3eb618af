-- What people settle for themselves: how they sign in, and whether push may reach them.

-- Magic links: each signs one person in, once.
CREATE TABLE user_links (
    hash {blob} PRIMARY KEY,
    organization BIGINT NOT NULL,
    workspace BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX user_links_age ON user_links (expires_at);
CREATE INDEX user_links_user ON user_links (organization, ordinal);

-- 1 when a magic link began it: such a token is prolonged while it is used.
ALTER TABLE user_tokens ADD COLUMN session BIGINT NOT NULL DEFAULT 0;

-- 1 when the person switched push off here. Set -1 of member_sets holds all of them, whatever their status.
ALTER TABLE memberships ADD COLUMN push_off BIGINT NOT NULL DEFAULT 0;

-- Those of the audience who had push off when it was resolved (a compressed bitmap); NULL is nobody.
ALTER TABLE plans ADD COLUMN push_off {blob};

CREATE INDEX inbox_items_archived ON inbox_items (organization, ordinal, seq) WHERE hidden = 1;
