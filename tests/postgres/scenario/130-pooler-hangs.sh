#!/bin/sh
# A pooler does not answer when the swap is prepared: it is named, and once it answers the upgrade
# goes on. It does not answer PAUSE: the swap is taken back within the budget, it is said which pooler
# it is, and once it answers its clients go on at the old active. Retry completes. Then a
# transaction that stays open behind it: the same, and it is never ended by us.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 130-pooler-hangs
pg_releases 13.16 13.23
UP='--pooler --no-subscriber'
scene 130-pooler-hangs --gates every-step --limit write_pause=6s

told() { # PATTERN
	ctl_now status "$PAIR" | grep 'what to do' | grep -q "$1"
}

start
walk_to 3b 120
kill -STOP "$(pooler_pid)"
steer advance "$PAIR"
await 'told "see to pooler p1"' 60
kill -CONT "$(pooler_pid)"
walk_to 3i 120
kill -STOP "$(pooler_pid)"
steer advance "$PAIR" --all
await 'step_is b4 && told "see to pooler p1"' 30
[ "$(pg_actives)" = a ] || fail "the active is $(pg_actives)"
kill -CONT "$(pooler_pid)"
await 'attention_says "pooler p1 did not pause"' 60
load_goes_on 50

# As an application that forgot to commit.
mkfifo "$T/open"
PGPASSFILE=$PGROOT/pgpass "$PSQL" -XAtq -h "$(pooler_ip)" -p $POOLER_PORT -U app -d shop \
	<"$T/open" >"$T/open.out" 2>&1 &
exec 8>"$T/open"
echo 'BEGIN; SELECT pg_backend_pid();' >&8
await '[ -s "$T/open.out" ]' 20
steer retry "$PAIR"
await 'step_is 4a' 10 || :
await 'attention_says "pooler p1 .*open behind"' 60
load_goes_on 50
echo "SELECT 'still here'; COMMIT;" >&8
await 'grep -q "still here" "$T/open.out"' 20
exec 8>&-
steer retry "$PAIR"
await 'upgrade_is completed' 120
[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
prove
