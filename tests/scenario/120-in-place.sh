#!/bin/sh
# A single database goes to another patch release in the place of the former one: its
# applications leave, it is unloaded, the release is replaced, they come back. Aborted at
# three of its steps first; then once more without an install hook, by hand.
set -eu
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

NEW_RELEASE=11.2.2.8.60

release_is() { # RELEASE
	[ "$(pair_json '.members[0].release')" = "$1" ]
}

scene_single 120-in-place --gates none --in-place
tt master1host $OLD ttAdmin -ramPolicy always master1 >/dev/null

for step in 5 8 11; do
	start --gates every-step
	walk_to $step 60
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	upgrade_is aborted || fail "abort at $step: $(attention)"
	await "release_is $OLD_RELEASE"
	load_goes_on 50
done

tt master1host $OLD ttAdmin -query master1 | grep -i 'RAM Residence Policy.*always' >/dev/null ||
	fail "the RAM policy was not set back"

# A grace period of an hour is not waited for, and is there again at the end.
tt master1host $OLD ttAdmin -ramPolicy inUse -ramGrace 3600 master1 >/dev/null
start
await 'upgrade_is completed attention' 90
upgrade_is completed || fail "$(attention)"
await "release_is $NEW_RELEASE"
tt master1host $OLD ttAdmin -query master1 >"$T/policies"
grep -qi 'RAM Residence Policy.*inUse' "$T/policies" && grep -q 'Grace.*: 3600' "$T/policies" ||
	fail "the RAM policy was not set back: $(cat "$T/policies")"
outage_is_told
load_goes_on 50

# Nobody is connected, and it is not in memory: it is loaded to be looked at, and goes back.
daemon_stop
tt master1host $OLD ttAdmin -ramPolicy inUse -ramGrace 0 master1 >/dev/null
loadctl pause-writes
await 'tt master1host $OLD ttStatus | grep -q "no connections to the"'
daemon_start
await '[ "$(pair_json ".members[0].loaded")" = false ]'
NEW_RELEASE=$OLD_RELEASE start
await 'upgrade_is completed attention' 90
upgrade_is completed || fail "not loaded: $(attention)"
load_goes_on 50

# By hand: the step waits for a person, who installs and retries.
daemon_stop
sed -i '/^    install /d' "$T/run/pairs.d/sales.conf"
daemon_start
await single_is_seen
start
await 'attention_says "release 11.2.2.8.35"' 60
UPGRADED_HOST=master1host UPGRADED_RELEASE=$NEW_RELEASE \
	"$abs_top_srcdir/tests/sandbox/hooks/patch" "$ROOT" $OLD >/dev/null
steer retry sales
await 'upgrade_is completed attention' 60
upgrade_is completed || fail "$(attention)"
await "release_is $NEW_RELEASE"
[ "$(saw_count '.event == "destroy" or .event == "invalidate"')" -eq 0 ] ||
	fail "the database was destroyed or invalidated"
prove_single --expect master1
say "to $NEW_RELEASE and back in its place, three aborts, once not loaded, once by hand; nothing lost"
