#!/bin/sh
# What `check` is: every finding at once, within two seconds where nothing is slow, by looking
# only. It loads no database that is not loaded, and what it finds goes away when it is mended.
set -eu
# shellcheck source=check.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/check.sh"

# A transaction that stays open until its standard input ends.
open_transaction() {
	mkfifo "$T/isql.in"
	tt master1host "$OLD" ttIsql -v1 'DSN=master1;AutoCreate=0' <"$T/isql.in" >"$T/isql.log" 2>&1 &
	ISQL_PID=$!
	exec 7>"$T/isql.in"
	printf "autocommit 0;\nupdate ops.upgrade_marker set tag = 'held' where id = 1;\ninsert into ops.upgrade_marker values (77, 'held');\n" >&7
	await 'tt master1host "$OLD" ttXactAdmin DSN=master1 | grep -q "^1 outstanding"'
}

end_transaction() {
	printf 'rollback;\nexit;\n' >&7
	exec 7>&-
	wait "$ISQL_PID" || :
}

looks_only() {
	lines=$(wc -l <"$ROOT/log.jsonl")
	sandbox rows master1host master1 >"$T/rows.before"
	check 0
	say "check of 4 databases: $took_ms ms, $(jq '.findings | length' "$T/check.json") findings"
	sandbox rows master1host master1 | cmp - "$T/rows.before" || fail 'check changed rows'
	changed_since "$lines" >"$T/changed"
	[ ! -s "$T/changed" ] || {
		cat "$T/changed"
		fail 'check did more than look'
	}
	jq -e '.blockers == 0' "$T/check.json" >/dev/null || fail 'blockers without a cause'
	found procedure.chosen note '^asp-major'
	jq -e '.proposal | .procedure == "asp-major" and (.procedures | length > 5) and
		all(.procedures[]; .why != null and .applies == (.id == "asp-major"))' \
		"$T/check.json" >/dev/null || fail "proposed: $(jq -c .proposal "$T/check.json")"
	ctl_now check "$PAIR" --to "$NEW_RELEASE" | grep -q '^  not asp-patch: .* two major releases$' ||
		fail 'check does not say why asp-patch is not proposed'
}

all_at_once() {
	sandbox_knob master2host/master2.not_inline app.orders.note
	mkdir -p "$ROOT/hosts/sub1host/opt/$OLD/info"
	printf '[subscriber1]\nMasterHosts=master1host,master2host\n' \
		>"$ROOT/hosts/sub1host/opt/$OLD/info/cluster.oracle.ini"
	ini=$ROOT/hosts/master2host/opt/$NEW/conf/sys.odbc.ini
	cp "$ini" "$T/odbc.ini"
	sed '/^\[master2\]/,/^$/{/DatabaseCharacterSet/d;s/^\[master2\]/&\nDatabaseCharacterSet=WE8ISO8859P1/;}' "$T/odbc.ini" >"$ini"
	open_transaction
	check 8
	found charset.equal blocker 'the new DSN of master2 has the character set WE8ISO8859P1'
	found inline.equal blocker 'master2 are not those of master1.*APP.ORDERS.NOTE'
	found clusterware blocker 'DSN subscriber1 is managed'
	found open.transactions note 'open on master1 now: .*\(process [0-9]+\)'
	await 'check 8; says open.transactions warning "longer than the write pause"' 40
	end_transaction
	rm "$ROOT/hosts/sub1host/opt/$OLD/info/cluster.oracle.ini"
	sandbox_knob master2host/master2.not_inline ''
	cp "$T/odbc.ini" "$ini"
	check 0
	found_nothing charset.equal blocker
	found_nothing inline.equal blocker
	found_nothing clusterware blocker
	found_nothing open.transactions warning
}

# Tools of a busy host: the first check after a start waits for them, and misses no rule.
waits_for_slow_tools() {
	daemon_stop
	cp "$T/run/pairs.d/sales.conf" "$T/sales.conf"
	ODD=delay=1800
	odd_tools
	unset ODD
	daemon_start
	LIMIT_MS=40000
	check 0
	say "first check of slow tools: $took_ms ms"
	found_nothing schema.seen warning
	found_nothing member.answers warning
	jq -e 'any(.findings[]; .finding | startswith("not checked")) | not' "$T/check.json" >/dev/null ||
		fail "not checked: $(jq -c '.findings[] | .rule + ": " + .finding' "$T/check.json")"
	LIMIT_MS=8000
	daemon_stop
	cp "$T/sales.conf" "$T/run/pairs.d/sales.conf"
	daemon_start
	await pair_is_seen
}

# With every policy that lets a database be unloaded: manual refuses a connection, with inUse the
# first one would load it.
loads_nothing() {
	daemon_stop # its session is a connection
	tt sub1host "$OLD" ttAdmin -repPolicy manual subscriber1 >/dev/null
	tt sub1host "$OLD" ttAdmin -repStop subscriber1 >/dev/null
	tt sub1host "$OLD" ttAdmin -ramPolicy manual subscriber1 >/dev/null
	await 'tt sub1host "$OLD" ttAdmin -ramUnload subscriber1; is_unloaded' 30
	lines=$(wc -l <"$ROOT/log.jsonl")
	daemon_start
	await '[ "$(pair_json .active)" = master1 ]'
	check 0
	found schema.seen warning 'subscriber1'
	is_unloaded || fail 'check loaded a database'
	tt sub1host "$OLD" ttAdmin -ramPolicy inUse subscriber1 >/dev/null
	check 0
	found schema.seen warning 'subscriber1'
	tt sub1host "$OLD" ttStatus | grep -q 'There are no connections' ||
		fail 'check loaded a database with the policy inUse'
	! tail -n "+$((lines + 1))" "$ROOT/log.jsonl" | grep -E '"event": ?"(load|create)"' ||
		fail 'check loaded or made a database'
}

is_unloaded() {
	tt sub1host "$OLD" ttStatus | grep -q 'manually unloaded from RAM'
}

scenario 201-check
needs_daemon
early_knob time_scale "$PACE"
sandbox_up
pair_config --gates none
sed -i 's/write_pause = "[0-9a-z]*"/write_pause = "5s"/' "$T/run/pairs.d/sales.conf"
daemon_start
await pair_is_seen
looks_only
all_at_once
waits_for_slow_tools
loads_nothing
