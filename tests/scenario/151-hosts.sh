#!/bin/sh
# Four hosts with a network between them: an upgrade to another major release while links fail. That
# of the standby is slow until the swap. In the pause it is cut off: the swap is taken back. Then
# every connection of the supervisor is cut, one way: it goes on when it sees again. Nothing is lost.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

HOSTS=each
scene "${NAME:-151-hosts}" --gates before-swap --limit write_pause=8s --limit redundancy_gap=20m
grep -q 'event=ssh.up' "$T/upgraded.log" || fail 'not over ssh'
hosts() { # VERB HOST...
	verb=$1
	shift
	"$HOSTS_SH" "$verb" "$T/hosts" "$@"
}

"$HOSTS_SH" slow "$T/hosts" master2host 400kbit >"$T/slow.out" 2>&1 || say "no slow link: $(cat "$T/slow.out")"
start
await 'gate_is before-swap' 240
"$HOSTS_SH" quick "$T/hosts" master2host >/dev/null 2>&1 || :
sandbox_knob wait_01 -1
ctl advance sales >/dev/null
await 'step_is 6' 60
hosts cut master2host
await 'upgrade_is attention' 90
attention_says 'taken back' || fail "attention says: $(attention)"
one_active master1 || fail "active: $(actives)"
load_goes_on 100
hosts heal master2host
sandbox_knob wait_01 0

masters_are_unseen() {
	[ "$(pair_json '[.members[] | select(.reachable != "yes")] | length')" -ge 2 ]
}

for host in master1host master2host; do hosts mute $host -; done
load_goes_on 100
await masters_are_unseen 60
for host in master1host master2host; do hosts join $host -; done
await 'role_is master2host "$NEW" master2 STANDBY' 90
steer retry sales
retry_until_completed 240 4
prove
nothing_twice
say "completed on four hosts; connections made $(grep -c event=ssh.up "$T/upgraded.log")"
