#!/bin/sh
# What 201-check.sh says of an active standby pair holds for two masters that replicate to each
# other and for a single database, too: check only looks, in time, loads nothing, and says what
# it could not see when a host is dead.
set -eu
# shellcheck source=check.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/check.sh"

[ -n "${VARIANT:-}" ] || {
	variants bidirectional single
	exit 0
}

looks_only() { # PROCEDURE
	lines=$(wc -l <"$ROOT/log.jsonl")
	check 0
	say "check: $took_ms ms, $(jq '.findings | length' "$T/check.json") findings"
	changed_since "$lines" | grep -v '"procedure":"ttDataStoreStatus"' >"$T/changed" || :
	[ ! -s "$T/changed" ] || {
		cat "$T/changed"
		fail 'check did more than look'
	}
	found procedure.chosen note "^$1"
}

# The database on this host is unloaded by hand, and check leaves it so.
loads_nothing() { # HOST DSN
	daemon_stop # its session is a connection
	tt "$1" "$OLD" ttAdmin -repPolicy manual "$2" >/dev/null
	tt "$1" "$OLD" ttAdmin -repStop "$2" >/dev/null 2>&1 || :
	tt "$1" "$OLD" ttAdmin -ramPolicy manual "$2" >/dev/null
	await 'tt '"$1"' "$OLD" ttAdmin -ramUnload '"$2"'; is_unloaded '"$1" 30
	lines=$(wc -l <"$ROOT/log.jsonl")
	daemon_start
	await "is_seen_unloaded $2" 30
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" 2>"$T/check.err" || :
	jq -e '.findings | length > 0' "$T/check.json" >/dev/null || fail "nothing is said of an unloaded $2"
	is_unloaded "$1" || fail 'check loaded a database'
	! tail -n "+$((lines + 1))" "$ROOT/log.jsonl" | grep -E '"event": ?"(load|create)"' ||
		fail 'check loaded or made a database'
}

is_seen_unloaded() { # MEMBER
	ctl_now status "$PAIR" | grep -q "^  $1: not loaded"
}

is_unloaded() { # HOST
	tt "$1" "$OLD" ttStatus | grep -q 'manually unloaded from RAM'
}

says_who_is_dead() { # HOST MEMBER
	sandbox kill-host "$1" >/dev/null
	before=$(date +%s%N)
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" 2>"$T/check.err" || :
	took_ms=$((($(date +%s%N) - before) / 1000000))
	[ "$took_ms" -lt "$LIMIT_MS" ] || fail "check took $took_ms ms with a dead host"
	jq -e --arg m "$2" 'any(.findings[]; .severity == "blocker" and (.finding | test($m)))' \
		"$T/check.json" >/dev/null || fail "no blocker for $2: $(jq -c .findings "$T/check.json")"
	say "check with $1 dead: $took_ms ms, $(jq '.findings | length' "$T/check.json") findings"
}

scenario "202-check-$VARIANT"
needs_daemon
early_knob time_scale "$PACE"
case $VARIANT in
bidirectional)
	sandbox_up --classic --new-path
	pair_config --classic --gates none --new-path
	load_start --stays --leaves --rate 20 # where they are is the active
	daemon_start
	await pair_is_seen 30
	looks_only online-bidirectional
	loads_nothing master2host master2
	says_who_is_dead master2host master2
	;;
single)
	sandbox_up --single --new-path
	pair_config --single --gates none --new-path
	# Applications: without one nobody is connected, and under inUse it is not loaded.
	load_start --member master1@master1host --leaves --rate 20
	daemon_start
	await single_is_seen 30
	load_stop
	looks_only offline-migrate
	loads_nothing master1host master1
	says_who_is_dead master1host master1
	;;
esac
