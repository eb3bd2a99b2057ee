#!/bin/sh
# pg-polls.sh: polls answered for a second of our processor time, over 1,000 connections.
#
#   pg-polls.sh BUILD_DIR [SECONDS [ROUNDS]]
#
# 500 pairs in the configuration, whose members are all one server: it listens on the whole
# loopback, so each has an address of its own.
# See bench_polls.c. Medians of the rounds count. Whatever the machine does beside this, the
# server's own work above all, is not in our processor time.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=lib.sh
. "$here/lib.sh"
seconds=${2:-5}
rounds=${3:-3}
pairs=${PAIRS:-500}

scenario bench-pg-polls >&2
[ -x "$abs_top_builddir/tests/bench/postgres/bench_polls" ] || skip 'not built: bench_polls' >&2
PG_CONF="max_connections = $((pairs * 2 + 50))"
pg_releases 15 15 >&2
pg_up --alone >&2

member() { # PAIR WHICH ADDRESS
	echo "  member \"$1$2\" { host = \"$1$2\"  data = \"$PGROOT/a\""
	echo "    conninfo = \"hostaddr=$3 host=$3 port=$PORT user=upgraded dbname=postgres passfile=$PGROOT/pgpass\" }"
}

PORT=7411 # of all addresses: no other server of a test has it
cat >>"$PGROOT/a/postgresql.conf" <<END
listen_addresses = '*'
port = $PORT
END
pg_stop a
pg_start a
mkdir -p "$T/run/pairs.d" "$T/run/state"
cat >"$T/run/upgraded.conf" <<END
state_directory = "$T/run/state"
pairs_directory = "$T/run/pairs.d"
END
{
	for n in $(seq "$pairs"); do
		pair=$(printf 'p%04d' "$n")
		for which in a b; do
			echo "host \"$pair$which\" { postgres \"old\" { bin = \"$OLD_BIN\" } }"
		done
		echo "pair \"$pair\" {"
		echo '  engine = "postgresql"  topology = "active-standby"'
		member "$pair" a "127.201.$((n / 250)).$((n % 250 + 1))"
		member "$pair" b "127.202.$((n / 250)).$((n % 250 + 1))"
		echo "  replication { user = \"replicator\"  passfile = \"$PGROOT/pgpass\" }"
		echo '}'
	done
} >"$T/run/pairs.d/fleet.conf"

"$abs_top_builddir/tests/bench/postgres/bench_polls" "$T/run/upgraded.conf" \
	"host=$IP port=$PORT user=upgraded dbname=postgres passfile=$PGROOT/pgpass" \
	"$seconds" "$rounds" >"$T/polls" || fail 'bench_polls' >&2
cat "$T/polls" >&2

# WAY CONNECTIONS POLLS_A_SECOND CPU_US
column() { # WAY COLUMN
	awk -v way="$1" -v c="$2" '$1 == way { print $c }' "$T/polls" | sort -n | at 50
}

a_core() { # WAY: a second of one core
	awk -v us="$(column "$1" 4)" 'BEGIN { printf "%.0f", 1e6 / us }'
}

ours=$(a_core observer)
row "polls a second of one core, $((pairs * 2)) connections" "$ours" '>= 15000' \
	"$(fits 15000 "$ours")"
row '  by libpq alone: the same question, the cheapest one' "$(a_core same), $(a_core bare)" -
row '  our processor time of a poll' "$(column observer 4) us" -
row '  answered a second here, beside the server' \
	"$(column observer 3), $(column same 3), $(column bare 3)" -
