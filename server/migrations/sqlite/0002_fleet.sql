-- The fleet as a whole. Its one row is read first and written last by every batch of writes, so that the numbers of
-- events are seen in their order, and nothing has to be counted to say how many trucks there are.
CREATE TABLE fleet (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    epoch       TEXT    NOT NULL,
    revision    INTEGER NOT NULL,
    active      INTEGER NOT NULL,
    maintenance INTEGER NOT NULL,
    retired     INTEGER NOT NULL
) STRICT;

INSERT INTO fleet (one, epoch, revision, active, maintenance, retired)
SELECT 1,
       lower(hex(randomblob(4))),
       coalesce(max(seq), 0),
       count(*) FILTER (WHERE status = 'active'),
       count(*) FILTER (WHERE status = 'maintenance'),
       count(*) FILTER (WHERE status = 'retired')
FROM trucks;

-- From here on `seq` is the number of the event that created the truck.
-- `make_key` and `search` are what is compared: lower case, the same on every store.
ALTER TABLE trucks ADD COLUMN make_key TEXT NOT NULL DEFAULT '';
ALTER TABLE trucks ADD COLUMN search   TEXT NOT NULL DEFAULT '';
UPDATE trucks
SET make_key = lower(make),
    search   = lower(make || char(10) || model || char(10) || coalesce(license_plate, ''));

CREATE INDEX trucks_by_status ON trucks (status, seq);
CREATE INDEX trucks_by_make   ON trucks (make_key, seq);
CREATE INDEX trucks_by_update ON trucks (updated_at, seq);

-- What happened to trucks, each with the truck as it then was (as JSON).
CREATE TABLE events (
    seq   INTEGER PRIMARY KEY,
    kind  TEXT NOT NULL CHECK (kind IN ('created', 'changed', 'removed')),
    truck TEXT NOT NULL
) STRICT;

-- What was answered under which idempotency key (the trucks as JSON), and a digest of what was asked.
CREATE TABLE idempotency_keys (
    name        TEXT    PRIMARY KEY,
    fingerprint TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
