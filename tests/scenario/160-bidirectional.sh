#!/bin/sh
# Two masters that replicate to each other go to another major release, one after the other,
# while applications commit 300 transactions a second, at first on both, then on the one that is not
# worked on. Ports are automatic at first; the new release keeps its databases elsewhere, and what was there before is
# destroyed when its successor replicates. Nothing is lost, applications move over once.
#
#  SOAK=1  also where the new database takes the place of the old one
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ "$SOAK" != 1 ] || [ -n "${VARIANT:-}" ] || {
	variants apart in-place
	exit 0
}
APPS='--rate 300 --spread'
if [ "${VARIANT:-apart}" = apart ]; then
	CREATE='--new-path --auto-ports'
	scene_classic 160-bidirectional --gates none --limit write_pause=5s --new-path
else
	CREATE=''
	scene_classic 160-bidirectional --gates none --limit write_pause=5s
fi
[ "$(pair_json .state)" = serving ] || fail "a pair that serves at both masters is $(pair_json .state)"
ctl plan sales --to "$NEW_RELEASE" >/dev/null || fail "no plan"
grep -q online-bidirectional "$T/ctl.out" || fail "the plan is of another procedure"
start
await 'upgrade_is completed attention' 150
upgrade_is completed || fail "$(attention)"

[ "$(pair_json '[.members[].release] | unique | join(" ")')" = "$NEW_RELEASE" ] ||
	fail "not every release is $NEW_RELEASE"
[ "$(pair_json '[.members[] | .name + "=" + .role] | join(" ")')" = "master1=standby master2=active" ] ||
	fail "applications are not at master2"
pause_ms=$(last_upgrade .write_pause_ms)
[ "$pause_ms" -gt 0 ] && [ "$pause_ms" -lt 5000 ] || fail "write pause $pause_ms ms"
for member in master1 master2; do # both had applications before
	awk '$1 == "ack" { n++; if (n <= 200) print $4 }' "$T/ledger" | grep -q $member ||
		fail "no application was at $member at first"
done
[ "$(saw_count '.event == "duplicate_begun"')" -eq 0 ] || fail "a database was copied"
[ "$(saw_count '.event == "destroy"')" -eq 2 ] || fail "not both old databases are gone"
if [ "${VARIANT:-apart}" = apart ]; then
	[ "$(saw_count '.event == "destroy" and (.path | contains("/data/"))')" -eq 2 ] ||
		fail "something else than the old databases was destroyed"
	# Kept until a row had arrived at its successor.
	saw '.event == "destroy" or (.event == "flow_begun" and .instance == "tt2211")' |
		jq -r '.event' | head -n 1 | grep -q flow_begun ||
		fail "destroyed before the new one replicated"
fi
prove_classic --pause-limit-ms 6000
nothing_twice
[ -z "$(ls "$T"/run/backup/master1host "$T"/run/backup/master2host | grep mig)" ] ||
	fail "an export was left"
say "completed, nothing lost, write pause $pause_ms ms of 5000"
