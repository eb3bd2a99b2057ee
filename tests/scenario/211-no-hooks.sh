#!/bin/sh
# No hooks that pause and resume the applications: a person is asked to, at a gate each time,
# and the upgrade completes when that person does it.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# At a gate, or at the end.
at_a_gate_or_over() {
	upgrade_is gated completed attention
}

scene 211-no-hooks --gates none --no-hook pause_writes --no-hook resume_writes \
	--limit write_pause=60s
start
asked=''
while :; do
	await at_a_gate_or_over 120
	upgrade_is gated || break
	gate=$(pair_json .upgrade.gate.id)
	prompt=$(pair_json .upgrade.gate.prompt)
	[ -n "$prompt" ] || fail "the gate $gate asks for nothing"
	case "$gate $prompt" in
	*'let the applications write'*) loadctl resume-writes ;;
	*'pause the applications'*) loadctl pause-writes ;;
	*) fail "the gate $gate asks for something else: $prompt" ;;
	esac
	asked="$asked $gate"
	step=$(pair_json .upgrade.step.id)
	ctl advance sales --comment 'done by hand' >/dev/null
	await '! upgrade_is gated || [ "$(pair_json .upgrade.step.id)" != "$step" ]'
done
upgrade_is completed || fail "attention: $(attention)"
[ "$(echo "$asked" | wc -w)" -eq 2 ] || fail "asked at:$asked"
prove
