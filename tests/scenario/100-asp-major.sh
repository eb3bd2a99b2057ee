#!/bin/sh
# An active standby pair with two subscribers goes to another major release while
# applications commit 300 transactions a second. Nothing is lost, every release is the new
# one, the write pause is within its limit, and the record has all that ran.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

PACE=1 APPS='--rate 300'
scene 100-asp-major --gates none --limit write_pause=5s
start
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"

releases=$(pair_json '[.members[].release] | unique | join(" ")')
[ "$releases" = "$NEW_RELEASE" ] || fail "releases are $releases"
roles=$(pair_json '[.members[] | .name + "=" + .role] | join(" ")')
[ "$roles" = "master1=standby master2=active subscriber1=subscriber subscriber2=subscriber" ] ||
	fail "roles are $roles"
pause_ms=$(last_upgrade .write_pause_ms)
[ "$pause_ms" -gt 0 ] && [ "$pause_ms" -lt 5000 ] || fail "write pause $pause_ms ms"

# P8: each utility that the sandbox saw changing something is in the record, with its output.
id=$(last_upgrade .id)
ctl_now --json log "$id" >"$T/commands.json"
jq -r '.. | objects | select(has("command") and has("verdict")) | .command // "" | gsub("\n"; " ")' \
	"$T/commands.json" >"$T/commands"
saw '.event == "utility_begun"' | jq -r '.utility + " " + (.argv | join(" "))' |
	grep -v '^ttStatus\|^ttVersion\|^ttIsql\|^ttAdmin -query' >"$T/ran"
for what in 'ttAdmin -repStop' 'ttMigrate -c' ttDestroy 'ttMigrate -r' 'ttAdmin -repStart' \
	'ttRepAdmin -duplicate' 'ttDaemonAdmin -start'; do
	ran=$(grep -c "^$what" "$T/ran") || fail "$what never ran"
	kept=$(grep -c "/$what" "$T/commands") || :
	[ "$kept" -eq "$ran" ] || fail "P8: $what ran $ran times, $kept are recorded"
done
for word in created pause state; do
	grep -q "upgrade\.$word" "$T/upgraded.log" || fail "the log has no upgrade.$word"
done
if command -v curl >/dev/null; then
	all_events >"$T/events"
	jq -s -e '[.[].id] as $i | $i == ($i | sort | unique)' "$T/events" >/dev/null ||
		fail "the ids of the events do not rise"
	jq -s -e '[.[].at] as $i | $i == ($i | sort)' "$T/events" >/dev/null ||
		fail "the times of the events do not rise"
	[ "$(jq -r 'select(.kind == "pause") | .text' "$T/events" | wc -l)" -eq 2 ] ||
		fail "the write pause is not told twice: opened, closed"
fi
prove --pause-limit-ms 6000
nothing_twice
[ -z "$(ls "$T"/run/backup/master2host)" ] || fail "an export was left"
say "completed, nothing lost, write pause $pause_ms ms of 5000, every command recorded"
