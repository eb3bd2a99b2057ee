#!/bin/sh
# A gate before every step: nothing is done that was not approved, each approval is on record,
# and all of them lead to the end.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# Waits at a gate that was not approved yet, or is over.
at_the_next_gate() {
	upgrade_is completed attention && return 0
	upgrade_is gated && [ "$(pair_json .upgrade.revision)" != "$revision" ]
}

scene 216-every-step --gates every-step --limit write_pause=60s
start
gates=0 revision=none
while :; do
	await at_the_next_gate 120
	upgrade_is gated || break
	revision=$(pair_json .upgrade.revision)
	done_before=$(pair_json .upgrade.steps_done)
	gate=$(pair_json .upgrade.gate.id)
	[ "$gate" != null ] || fail "a gate without a name"
	ctl advance sales --comment "gate $gate" >/dev/null || fail "refused: $(cat "$T/ctl.out")"
	gates=$((gates + 1))
done
upgrade_is completed || fail "attention: $(attention)"
[ "$gates" -ge 20 ] || fail "only $gates gates"
[ "$(pair_json .upgrade.steps_done)" -ge "$done_before" ] || fail "steps were undone"
say "$gates gates"
prove
