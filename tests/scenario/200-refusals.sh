#!/bin/sh
# What is refused, and how: a status, one line that names what would be accepted, and nothing
# done. The journal and the sandbox are the same before and after.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

needs curl

# --- configurations -----------------------------------------------------------------------

# The daemon refuses this configuration: status 1, the words, file and line; -t and -f alike.
config_refused() { # WHAT PATTERN
	for way in -t -f; do
		status=0
		timeout 20 "$UPGRADED" "$way" -c "$CONF" >"$T/said.log" 2>&1 || status=$?
		[ "$status" -eq 1 ] || fail "$1: upgraded $way ended with $status, not 1"
		grep -Eq "$2" "$T/said.log" || {
			cat "$T/said.log"
			fail "$1: $way says nothing of $2"
		}
		grep -Eq '^[^ ]*\.conf:[0-9]+: ' "$T/said.log" ||
			fail "$1: $way names no line"
	done
}

bad_pair() { # WHAT SED-SCRIPT PATTERN
	cp "$T/run/pairs.d/sales.conf" "$T/good"
	sed "$2" "$T/good" >"$T/run/pairs.d/sales.conf"
	! cmp -s "$T/good" "$T/run/pairs.d/sales.conf" || fail "$1: nothing was changed"
	config_refused "$1" "$3"
	cp "$T/good" "$T/run/pairs.d/sales.conf"
}

bad_daemon() { # WHAT SED-SCRIPT PATTERN
	cp "$CONF" "$T/good"
	sed "$2" "$T/good" >"$CONF"
	config_refused "$1" "$3"
	cp "$T/good" "$CONF"
}

configurations() {
	"$UPGRADED" -t -c "$CONF" >"$T/said.log" 2>&1 || fail "a good configuration is refused"
	bad_pair 'unknown key' 's/drain = /drane = /' 'drane: .*(unknown|accepted)'
	bad_pair 'bad duration' 's/write_pause = "10s"/write_pause = "10 parsecs"/' \
		'write_pause: .*10 parsecs.*accepted'
	bad_pair 'unknown topology' 's/"active-standby"/"ring"/' 'topology: .*ring.*active-standby'
	bad_pair 'unknown engine' 's/"timesten"$/"hourglass"/' 'engine: .*hourglass.*timesten'
	bad_pair 'unknown gate' 's/gates = .*/gates = { "before-lunch" }/' \
		'gates: .*before-lunch.*before-swap'
	bad_pair 'two members of one name' 's/member "master2" /member "master1" /' 'master1'
	bad_pair 'a host that nobody described' 's/host = "master2host"/host = "nowhere"/' 'nowhere'
	bad_pair 'two databases on one port of a host' \
		's/host = "master2host"  dsn = "master2"  port = 30001/host = "master1host"  dsn = "master2"  port = 30000/' \
		'port.*30000|30000.*port'
	bad_pair 'no DSN' 's/dsn = "master2"//' 'dsn'
	bad_pair 'attributes in a DSN' 's/dsn = "master2"/dsn = "master2;UID=x"/' 'dsn: .*master2;UID=x'
	bad_pair 'a quote is missing' 's/marker_table = .*/marker_table = "ops.x/' \
		'sales.conf:37: marker_table: .*not closed'
	bad_pair 'two errors: the first' 's/drain = .*/drain = "1"/;s/engine   = .*/engine = "hourglass"/' \
		'drain: .*no unit'
	bad_pair 'two errors: the last' 's/drain = .*/drain = "1"/;s/engine   = .*/engine = "hourglass"/' \
		'engine: .*hourglass'
	bad_pair 'a relative folder' 's/backup_directory = "/&backup/' 'backup_directory: .*absolute'
	bad_daemon 'unknown key' 's/^poll/pole/' 'pole'
	bad_daemon 'bad address' 's/listen = ""/listen = "here:http"/' 'listen: .*here:http'
	bad_daemon 'bad time' 's/idle = "500ms"/idle = "soon"/' 'idle: .*soon.*accepted'
}

# --- the journal ----------------------------------------------------------------------------

another_daemon() {
	status=0
	timeout 20 "$UPGRADED" -f -c "$CONF" >"$T/said.log" 2>&1 || status=$?
	[ "$status" -eq 1 ] || fail "a second daemon on the same journal ended with $status"
	grep -q "$T/run/state" "$T/said.log" || fail "the second daemon does not say what it needs"
	daemon_lives || fail "the first daemon did not survive the second"
}

damaged_journal() {
	daemon_stop
	cp -r "$T/run/state" "$T/state.good"
	printf 'this is no journal, and was one before' |
		dd of="$T/run/state/journal.db" conv=notrunc bs=1 2>/dev/null
	status=0
	timeout 20 "$UPGRADED" -f -c "$CONF" >"$T/said.log" 2>&1 || status=$?
	[ "$status" -eq 1 ] || fail "with a damaged journal the daemon ended with $status"
	grep -q 'journal' "$T/said.log" || fail "the daemon does not say that its journal is damaged"
	cmp -s "$T/run/state/journal.db" "$T/state.good/journal.db" &&
		fail "the damaged journal was replaced"
	rm -rf "$T/run/state"
	mv "$T/state.good" "$T/run/state"
	daemon_start
	await pair_is_seen
}

# --- the client -----------------------------------------------------------------------------

# The client is refused: its status, one of its lines, and no stack of others.
refused() { # STATUS PATTERN VERB ARG...
	wanted=$1 pattern=$2
	shift 2
	status=0
	ctl "$@" >/dev/null || status=$?
	[ "$status" -eq "$wanted" ] || {
		cat "$T/ctl.out"
		fail "upgradectl $*: $status, not $wanted"
	}
	tr '\n' ' ' <"$T/ctl.out" | grep -Eqi "$pattern" || {
		cat "$T/ctl.out"
		fail "upgradectl $*: nothing of $pattern"
	}
}

no_upgrade_yet() {
	refused 5 'no (pair|such).*purchases' status purchases
	refused 5 'purchases' check purchases --to "$NEW_RELEASE"
	refused 5 'purchases' start purchases --to "$NEW_RELEASE"
	refused 5 '77' show 77
	refused 2 'frobnicate' frobnicate sales
	refused 2 'usage|--to' check sales
	refused 2 'bold' pairs --bold
	refused 2 'usage|pair' advance
	refused 2 '22\.x.*(accepted|such as)|release' check sales --to 22.x
	refused 2 'release' start sales --to ''
	refused 2 'no-such.*asp-major' start sales --to "$NEW_RELEASE" --procedure no-such
	refused 2 'colour' start sales --to "$NEW_RELEASE" --option colour=blue
	refused 2 'before-lunch.*before-swap' start sales --to "$NEW_RELEASE" --gates before-lunch
	refused 2 "runs release $OLD_RELEASE already" start sales --to "$OLD_RELEASE"
	refused 2 'among others' start sales --to "$NEW_RELEASE" --gates none,before-swap
	refused 2 'second value' plan sales --to "$NEW_RELEASE" --option subscribers=subscriber1 \
		--option subscribers=subscriber2
	refused 2 'sleeping.*serving' pairs --state sleeping
	refused 5 'purchases' history purchases
	refused 8 '30.0|30\.0' start sales --to 30.0.0.0.0
	for verb in advance pause resume retry; do
		refused 3 'no upgrade' $verb sales
	done
	refused 3 'no upgrade' abort sales --yes
	[ "$(ctl_now --json history sales | jq '.upgrades | length')" -eq 0 ] ||
		fail "a refused start left an upgrade"
}

# --- raw requests -----------------------------------------------------------------------------

# A problem document with this status; the rest are arguments of curl.
raw() { # STATUS PATTERN PATH CURL-ARG...
	wanted=$1 pattern=$2 path=$3
	shift 3
	got=$(curl -sS -o "$T/said.log" -D "$T/head.log" -w '%{http_code}' \
		"${WAY:---unix-socket}" "${TO:-$T/run/control.sock}" "$@" "${BASE:-http://localhost}$path")
	[ "$got" = "$wanted" ] || {
		cat "$T/said.log"
		fail "$path $*: $got, not $wanted"
	}
	case $wanted in
	[45]*)
		grep -qi '^content-type: application/problem+json' "$T/head.log" ||
			fail "$path: $got is no problem document"
		jq -er '.title' "$T/said.log" >/dev/null || fail "$path: a problem without title"
		;;
	esac
	grep -Eqi "$pattern" "$T/said.log" || {
		cat "$T/said.log"
		fail "$path $*: nothing of $pattern"
	}
}

start_body='{"to":"22.1.1.27.0"}'

raw_refusals() {
	starts=/v1/pairs/sales/upgrades
	raw 404 'purchases' /v1/pairs/purchases
	raw 404 . /v1/upgrades/77
	raw 404 . /v2/anything
	raw 405 . /v1/pairs -X DELETE
	raw 428 'idempotency-key' "$starts" -d "$start_body"
	raw 400 'json' "$starts" -H 'Idempotency-Key: a1' -d '{"to":'
	raw 400 'to' "$starts" -H 'Idempotency-Key: a2' -d '{}'
	raw 400 'colour' "$starts" -H 'Idempotency-Key: a3' -d '{"to":"22.1.1.27.0","colour":"blue"}'
	raw 400 'release' "$starts" -H 'Idempotency-Key: a4' -d '{"to":"22.x"}'
	head -c 70000 /dev/zero | tr '\0' ' ' >"$T/large"
	raw 413 '64|65536' "$starts" -H 'Idempotency-Key: a5' --data-binary "@$T/large"
}

# With an upgrade that waits at its first gate.
with_upgrade() {
	raw 201 '"id"' "$starts" -H 'Idempotency-Key: one' -d "$start_body"
	id=$(jq -r .id "$T/said.log")
	raw 200 "\"id\": *$id" "$starts" -H 'Idempotency-Key: one' -d "$start_body"
	raw 409 'key' "$starts" -H 'Idempotency-Key: one' -d '{"to":"22.1.1.28.0"}'
	raw 409 'upgrade' "$starts" -H 'Idempotency-Key: two' -d "$start_body"
	await 'upgrade_is gated' 60
	raw 412 'revision' "/v1/upgrades/$id/advance" -X POST -H 'If-Match: "1"' -d '{}'
	raw 404 'before-lunch' "/v1/upgrades/$id/advance" -X POST \
		-H "If-Match: \"$(pair_json .upgrade.revision)\"" -d '{"through":"before-lunch"}'
	refused 3 'nothing|attention' retry sales
	refused 3 'not paused|gate' resume sales
	refused 3 'upgrade' start sales --to "$NEW_RELEASE"
	[ "$(pair_json .upgrade.steps_done)" -le 6 ] || fail "a refusal moved the upgrade"
	ctl abort sales --yes >/dev/null
	await 'upgrade_is aborted none' 60
}

# --- strangers --------------------------------------------------------------------------------

strangers() {
	if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
		chmod 755 "$T" "$T/run"
		for verb in pairs 'abort sales --yes'; do
			status=0
			# shellcheck disable=SC2086
			setpriv --reuid=65534 --regid=65534 --clear-groups \
				"$UPGRADECTL" --socket "$T/run/control.sock" $verb \
				>"$T/ctl.out" 2>&1 || status=$?
			case $status in
			9) ;;
			*) fail "a stranger's $verb: $status, not 9: $(cat "$T/ctl.out")" ;;
			esac
		done
	else
		say "not as root: the stranger stays out of this run"
	fi
	status=0
	"$UPGRADECTL" --socket "$T/nobody.sock" pairs >"$T/ctl.out" 2>&1 || status=$?
	[ "$status" -eq 6 ] || fail "without a daemon the client gives $status, not 6"
}

# TCP: read only without a token; with one, only who has it may steer.
tcp() { # PORT
	WAY=--noproxy TO='*' BASE=http://127.0.0.1:$1
	raw 200 sales /v1/pairs
	raw '403' 'token' /v1/pairs/sales/upgrades -H 'Idempotency-Key: t1' -d "$start_body"
	WAY='' TO='' BASE=''
	unset WAY TO BASE
}

free_port() {
	port=$((20000 + $$ % 20000))
	while curl -s -o /dev/null "http://127.0.0.1:$port/"; do port=$((port + 1)); done
	echo "$port"
}

# --- the story --------------------------------------------------------------------------------

scenario 200-refusals
needs_daemon
early_knob time_scale "$PACE"
sandbox_up
port=$(free_port)
pair_config --gates 'before-install before-standby before-swap'
configurations
pair_config --gates 'before-install before-standby before-swap' --http "127.0.0.1:$port"
load_start --rate 100
daemon_start
await pair_is_seen
await 'ctl_now check sales --to "$NEW_RELEASE"'
before=$(saw_count '.utility == "ttAdmin" and .event == "utility_begun" and (.argv[0] != "-query")
	or .utility == "ttDestroy" or .utility == "ttMigrate"')
another_daemon
damaged_journal
no_upgrade_yet
raw_refusals
strangers
tcp "$port"
after=$(saw_count '.utility == "ttAdmin" and .event == "utility_begun" and (.argv[0] != "-query")
	or .utility == "ttDestroy" or .utility == "ttMigrate"')
[ "$before" = "$after" ] || fail "a refusal ran a command: $before, then $after"
with_upgrade
prove
