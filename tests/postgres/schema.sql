-- What the applications of the laboratory use, the same in every database. Rows of a worker
-- carry its number and a sequence number of its own: see pgload.c. No unique constraint on
-- them, so that a row that arrived twice is seen and not refused.
CREATE SCHEMA app;
CREATE TABLE app.customers (
	id serial PRIMARY KEY,
	name text NOT NULL
);
CREATE TABLE app.orders (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	customer integer NOT NULL REFERENCES app.customers,
	worker integer NOT NULL,
	seq bigint NOT NULL,
	kind text NOT NULL,
	amount integer NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE app.lines (
	id bigserial PRIMARY KEY,
	order_id bigint NOT NULL REFERENCES app.orders,
	item text NOT NULL
);
CREATE TABLE app.events (
	id bigserial,
	worker integer NOT NULL,
	seq bigint NOT NULL,
	at timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (id, worker)
) PARTITION BY HASH (worker);
CREATE TABLE app.events_0 PARTITION OF app.events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE app.accounts (
	worker integer PRIMARY KEY,
	total bigint NOT NULL,
	changes bigint NOT NULL
);
CREATE INDEX ON app.orders (worker, seq);
CREATE VIEW app.turnover AS
	SELECT worker, sum(amount) AS total FROM app.orders WHERE kind = 'multi' GROUP BY worker;
INSERT INTO app.customers (name) SELECT 'customer ' || i FROM generate_series(1, :seeds) AS i;
INSERT INTO app.accounts SELECT i, 0, 0 FROM generate_series(0, 255) AS i;
GRANT USAGE ON SCHEMA app TO app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA app TO app;
ANALYZE;
