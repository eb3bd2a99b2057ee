# lib.sh: what every scenario on real PostgreSQL servers starts with. POSIX sh; a scenario does:
#
#   . "${srcdir:-.}/tests/postgres/lib.sh"
#   scenario 100-asp-patch            # a folder of its own below TMPDIR, and its clean end
#   pg_releases 13.16 13.23           # from, to; skips when this machine cannot have them
#   pg_up                             # a, its standby b, r1 that cascades from b
#   pg_pair_config --gates none
#   load_start --rate 300
#   daemon_start
#   start                             # upgradectl start orders --to $NEW_RELEASE
#   await 'upgrade_is completed' 120
#   load_stop
#   verdict_must_pass
#
# It is tests/scenario/more.sh with another scene: scenario, await, ctl, start, upgrade_is, walk_to,
# retry_until_completed and the rest are those. Here are releases, the applications and the verdict;
# servers.sh, pair.sh and conf.sh have the rest. Every scenario has a loopback address of its own, so
# ports are always the same and several scenarios can run at once. Servers run as user postgres when
# we are root, else as us.
#
# From the environment: PG_FROM, PG_TO (13, or 13.16: releases instead of those in the script),
# UPGRADED_CACHE (see fetch.sh), SEEDS, KEEP, TMPDIR and the rest of tests/scenario/lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names that lib.sh and its stories read

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
PAIR=orders
# shellcheck source=../scenario/more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"

LAB=$abs_top_srcdir/tests/postgres
# shellcheck source=servers.sh
. "$LAB/servers.sh"
# shellcheck source=pair.sh
. "$LAB/pair.sh"
# shellcheck source=conf.sh
. "$LAB/conf.sh"

HOSTS_SH=$abs_top_srcdir/tests/ssh/hosts.sh
PGLOAD=$abs_top_builddir/tests/postgres/pgload
VERDICT=$LAB/verdict
DATABASES='shop crm'
POOLER_PORT=6432

IP='' TLS='' PGROOT='' MEMBERS='' OLD_BIN='' NEW_BIN='' PSQL='' POOLER=''
APP_PASSWORD='' SUPERVISOR_PASSWORD='' REPLICATION_PASSWORD=''

# --- the scene that lib.sh and more.sh ask for --------------------------------------------

scene_programs() {
	echo "$PGLOAD" "$LOADCTL" "$VERDICT"
}

scene_end() {
	[ ! -d "$T/hosts" ] || "$HOSTS_SH" down "$T/hosts"
	[ -n "$PGROOT" ] || return 0
	for file in "$PGROOT"/*/postmaster.pid "$PGROOT"/pooler*/*.pid; do
		[ -s "$file" ] && read -r pid <"$file" && end_server "$pid" "${file%/*}"
	done
}

scene_words() {
	for file in "$PGROOT"/log/*.log; do
		last_words "$file"
	done
	for member in $MEMBERS; do
		echo "--- $member: $(pg_role "$member") of $(pg_release_of "$member"), $(pg_data "$member")"
	done
}

# Not every machine has somebody who buries: a zombie is gone.
is_gone() { # PID
	! grep -q '^[0-9]* (.*) [^ZX]' "/proc/$1/stat" 2>/dev/null
}

# A server that may be frozen ends, with its children; it takes its shared memory with it.
end_server() { # PID FOLDER
	grep -qsF "$2" "/proc/$1/cmdline" || return 0
	kill -QUIT "$1"
	kill -CONT "$1"
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		! is_gone "$1" || return 0
		sleep 0.1
	done
	# shellcheck disable=SC2046
	kill -9 "$1" $(pg_children "$1") 2>/dev/null
}

# --- releases -----------------------------------------------------------------------------

pg_list() {
	cache=${UPGRADED_CACHE:-}
	if [ ! -e "${cache:-/var/cache/upgraded/postgresql}/.looked" ] &&
		[ ! -e "${cache:-${HOME:-}/.cache/upgraded/postgresql}/.looked" ]; then
		"$LAB/fetch.sh" ${cache:+"$cache"} 2>>"$T/fetch.log"
	else
		"$LAB/fetch.sh" --list ${cache:+"$cache"}
	fi
}

# The folder of programs of a release; of a major, its youngest.
pg_bin_of() { # MAJOR | RELEASE
	pg_list | awk -v want="$1" '
		$1 == want || index($1, want ".") == 1 { bin = $2 }
		END { print bin }'
}

pg_number() { # BIN
	"$1/postgres" -V | sed 's/^[^0-9]*\([0-9.]*\).*/\1/'
}

# What this story needs; without it, it is skipped.
pg_releases() { # FROM TO
	OLD_BIN=$(pg_bin_of "${PG_FROM:-$1}")
	NEW_BIN=$(pg_bin_of "${PG_TO:-$2}")
	[ -n "$OLD_BIN" ] || skip "no PostgreSQL ${PG_FROM:-$1} on this machine: see tests/postgres/fetch.sh"
	[ -n "$NEW_BIN" ] || skip "no PostgreSQL ${PG_TO:-$2} on this machine: see tests/postgres/fetch.sh"
	OLD_RELEASE=$(pg_number "$OLD_BIN")
	NEW_RELEASE=$(pg_number "$NEW_BIN")
	PSQL=$NEW_BIN/psql
	say "PostgreSQL $OLD_RELEASE to $NEW_RELEASE"
}

# --- the applications ---------------------------------------------------------------------

# Where the applications look for their databases: the two members, or a pooler (APPS_POOLER,
# else the first).
app_conninfo() {
	if [ -n "$POOLER" ]; then
		where="host=$(pooler_ip) port=$(pooler_port "${APPS_POOLER:-p1}")"
	else
		where="host=$(pg_ip a),$(pg_ip b) port=$(pg_port a),$(pg_port b) target_session_attrs=read-write"
	fi
	echo "$where user=app passfile=$PGROOT/pgpass$TLS connect_timeout=2"
}

on_apps() { # PROGRAM ARG...: in its own process, with & behind
	! hosts_apart || set -- ip netns exec "ud$(cat "$T/hosts/id")-apps" "$@"
	exec "$@"
}

# One ledger for each load of a story: $T/ledger.1, ...
load_start() { # OPTION... of pgload
	LOADS=$((${LOADS:-0} + 1))
	mkdir -p "$T/run"
	on_apps "$PGLOAD" --conninfo "$(app_conninfo)" --databases "$(echo "$DATABASES" | tr ' ' ,)" \
		--ledger "$T/ledger.$LOADS" --control "$T/run/load.sock" \
		--first-worker $(((LOADS - 1) * 32)) "$@" >"$T/load.out" 2>>"$T/load.log" &
	LOAD_PID=$!
	await 'load_committed 10'
}

# --- the verdict --------------------------------------------------------------------------

verdict() { # OPTION...
	for each in $MEMBERS; do
		set -- "$@" --member "$each=$(pg_port "$each")"
	done
	"$VERDICT" --psql "$PSQL" --socket "$PGROOT/run" --ip "$PGROOT/run" --passfile "$PGROOT/pgpass" \
		--databases "$(echo "$DATABASES" | tr ' ' ,)" --work "$T/verdict" "$@" "$T"/ledger.*
}

# Replication comes to rest, then nothing may be missing.
verdict_must_pass() { # OPTION... of verdict
	await pg_is_quiet "${QUIET_LIMIT:-90}"
	verdict "$@" || fail "the verdict says no"
}

# For stories in which something is lost on purpose: all of these words must be said.
verdict_must_find() { # "WORD..." OPTION...
	words=$1
	shift
	if found=$(verdict "$@"); then
		fail "the verdict saw nothing wrong, expected: $words"
	fi
	for word in $words; do
		case $found in
		*"BROKEN $word: "*) ;;
		*)
			echo "$found"
			fail "the verdict did not say: $word"
			;;
		esac
	done
}

# --- what more.sh does with the sandbox -----------------------------------------------------

# Every member has its role in the daemon's eyes.
pair_is_seen() {
	roles=$(pair_json '[.members[].role] | sort | join(" ")')
	case $MEMBERS in
	'a b r1') [ "$roles" = 'active standby subscriber' ] ;;
	'a b r1 r2') [ "$roles" = 'active standby subscriber subscriber' ] ;;
	'a b') [ "$roles" = 'active standby' ] ;;
	*) [ "$roles" = active ] ;;
	esac
}

# A serving pair under load, the daemon sees it. After pg_releases; UP: options of pg_up, APPS: of
# the load.
scene() { # NAME [OPTION... of pg_pair_config]
	[ "$SCENARIO" = "$1" ] || scenario "$1"
	shift
	needs_daemon
	# shellcheck disable=SC2086
	pg_up ${UP:-}
	pg_pair_config "$@"
	# shellcheck disable=SC2086
	load_start ${APPS:---rate 200}
	daemon_start
	await pair_is_seen 30
}

# The proof at the end of every story.
prove() { # OPTION... of verdict
	load_goes_on 50
	load_stop
	verdict_must_pass "$@"
}

serves_as_before() {
	[ "$(pg_actives)" = a ] && pg_streams a b
}
