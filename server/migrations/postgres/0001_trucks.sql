-- The fleet as a whole. Whoever writes holds the lock of its one row until the commit, so that the numbers of events
-- become visible in their order, and nothing has to be counted to say how many trucks there are.
CREATE TABLE fleet (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    epoch       TEXT    NOT NULL,
    revision    BIGINT  NOT NULL,
    active      BIGINT  NOT NULL,
    maintenance BIGINT  NOT NULL,
    retired     BIGINT  NOT NULL
);

INSERT INTO fleet (one, epoch, revision, active, maintenance, retired)
VALUES (1, substr(md5(random()::text || clock_timestamp()::text), 1, 8), 0, 0, 0, 0);

-- `seq` is the number of the event that created the truck: clients page by it.
-- `make_key` and `search` are what is compared: lower case, the same on every store.
-- Moments are microseconds since 1970 (UTC).
CREATE TABLE trucks (
    seq           BIGINT PRIMARY KEY,
    id            TEXT   NOT NULL UNIQUE,
    make          TEXT   NOT NULL,
    model         TEXT   NOT NULL,
    license_plate TEXT,
    status        TEXT   NOT NULL CHECK (status IN ('active', 'maintenance', 'retired')),
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    version       BIGINT NOT NULL CHECK (version >= 1),
    make_key      TEXT   COLLATE "C" NOT NULL,
    search        TEXT   COLLATE "C" NOT NULL
);

CREATE UNIQUE INDEX trucks_by_license_plate ON trucks (license_plate) WHERE license_plate IS NOT NULL;
CREATE INDEX trucks_by_status ON trucks (status, seq);
CREATE INDEX trucks_by_make   ON trucks (make_key, seq);
CREATE INDEX trucks_by_update ON trucks (updated_at, seq);

-- What happened to trucks, each with the truck as it then was (as JSON).
CREATE TABLE events (
    seq   BIGINT PRIMARY KEY,
    kind  TEXT NOT NULL CHECK (kind IN ('created', 'changed', 'removed')),
    truck TEXT NOT NULL
);

-- What was answered under which idempotency key (the trucks as JSON), and a digest of what was asked.
CREATE TABLE idempotency_keys (
    name        TEXT   PRIMARY KEY,
    fingerprint TEXT   NOT NULL,
    answer      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
