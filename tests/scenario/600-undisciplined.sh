#!/bin/sh
# P1, P2: applications that ignore the pause and write wherever they can. The swap either has
# its proof, or is taken back and they write on the old active. With applications that obey,
# retry completes. Nothing is lost in either case.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

APPS='--rate 300 --undisciplined'
scene 600-undisciplined --gates none --limit write_pause=3s
start
await 'upgrade_is completed attention' 120
how='the proof was found in spite of them'
if upgrade_is attention; then
	how="taken back: $(attention)"
	remedy_is_given || fail "attention without a remedy"
	one_active || fail "active: $(actives)"
	load_goes_on 100
	load_stop
	load_start --rate 200 --first-id 10000001
	steer retry sales
	retry_until_completed 120 3
fi
prove
say "$how; nothing lost"
