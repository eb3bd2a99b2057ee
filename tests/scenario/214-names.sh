#!/bin/sh
# Pair, members and hosts go by other names than their databases and machines: stores and hosts
# of the scheme keep theirs.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

PAIR=Orders-2.eu

rename_all() {
	sed -i 's/^pair "sales"/pair "Orders-2.eu"/
		s/member "master1"    /member "Left"/
		s/member "master2"    /member "right_hand"/
		s/member "subscriber1"/member "1st.reader"/
		s/member "subscriber2"/member "R-2"/
		s/host "master1host"/host "Karlsruhe-1"/
		s/host = "master1host"/host = "Karlsruhe-1"/
		s/host "sub1host"/host "10.0.0.13"/
		s/host = "sub1host"/host = "10.0.0.13"/' "$T/run/pairs.d/sales.conf"
}

scenario 214-names
needs_daemon
early_knob time_scale "$PACE"
sandbox_up
pair_config --gates none
rename_all
load_start --rate 200
daemon_start
await pair_is_seen
ctl start "$PAIR" --to "$NEW_RELEASE" >/dev/null || fail "refused: $(cat "$T/ctl.out")"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "attention: $(attention)"
[ "$(pair_json '[.members[].name] | join(" ")')" = 'Left right_hand 1st.reader R-2' ] ||
	fail "members: $(pair_json '[.members[].name] | join(" ")')"
[ "$(pair_json .active)" = right_hand ] || fail "active: $(pair_json .active)"
prove
