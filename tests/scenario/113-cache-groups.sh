#!/bin/sh
# Cache groups. A pair that has them is patched: cache agents are stopped while their database is
# worked on, the active's before the write pause, run again afterwards, and policies are as
# before. A single database that has them is migrated to another major release: they come along
# for the cache administrator, their rows from Oracle, and autorefresh is on again where it was.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in patch migrate; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

cache_runs() { # HOST INSTANCE
	tt "$1" "$2" ttStatus | grep -i 'cache agent' | grep -qiv 'policy'
}

case $VARIANT in
patch)
	NEW_RELEASE=11.2.2.8.60
	CREATE='--cached 300'
	scene 113-cache-groups-patch --gates none --limit write_pause=5s --in-place
	tt master2host $OLD ttAdmin -cachePolicy always master2 >/dev/null
	start
	await 'upgrade_is completed attention' 120
	upgrade_is completed || fail "$(attention)"
	cache_runs master1host $OLD || fail "no cache agent on master1host"
	cache_runs master2host $OLD || fail "no cache agent on master2host"
	tt master2host $OLD ttAdmin -query master2 | grep -qi 'cache agent policy.*always' ||
		fail "the cache policy was not set back"
	# The active's agent ended before its applications paused: no refresh in the pause.
	saw '.event == "cache_agent_stopped" and .host == "master1host"' | head -1 >"$T/stopped"
	paused=$(sed -n 's/^pause \([0-9]*\).*/\1/p' "$T/ledger" | head -1)
	jq -e --argjson p "$paused" '.t * 1000000 < $p' "$T/stopped" >/dev/null ||
		fail "the cache agent of the active was stopped in the pause"
	prove
	;;
migrate)
	SINGLE='--new-path --cached 300'
	scene_single 113-cache-groups-migrate --gates none --cache terry
	# Which tables are cached is known by what ttMigrate prints, where the catalogue does not tell.
	sandbox_knob cachegroup_column no
	ctl start sales --to "$NEW_RELEASE" --procedure offline-migrate >/dev/null ||
		fail "refused: $(cat "$T/ctl.out")"
	await 'upgrade_is completed attention' 90
	upgrade_is completed || fail "$(attention)"
	cache_runs master1host $NEW || fail "no cache agent"
	tt master1host $NEW ttIsql -v1 -e 'select CGNAME, REFRESH_STATE from SYS.CACHE_GROUP; exit' master1 >"$T/groups"
	last_upgrade .record | grep -q 'APP.PRICES 300, 300; APP.RATES 300, 300' ||
		fail "the record says: $(last_upgrade .record)"
	grep -qi 'cg1.*Y' "$T/groups" || fail "autorefresh is not on again: $(cat "$T/groups")"
	grep -qi 'cg2.*N' "$T/groups" || fail "autorefresh is on where it was off: $(cat "$T/groups")"
	prove_single --expect master1
	;;
esac
say "$VARIANT with cache groups; nothing lost"
