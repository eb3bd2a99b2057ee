#!/bin/sh
# What runs on this host runs on one that is reached by ssh: a whole upgrade to another major
# release, with jobs and sessions over the connections that are kept to each host. They are cut
# again and again, and once all at the same time in the write pause.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

cut() {
	"$abs_top_srcdir/tests/ssh/sshd.sh" cut "$T/ssh"
}

cut_until() { # STATE...
	until upgrade_is "$@"; do
		load_goes_on 500 # the upgrade gets on, too
		cut
	done
}

TRANSPORT=ssh
scene 150-over-ssh --gates before-swap --limit write_pause=20s --limit redundancy_gap=20m
grep -q 'event=ssh.up' "$T/upgraded.log" || fail 'not over ssh'
sandbox_knob migrate_rate 2000
start
await 'step_is 3f' 120
cut_until gated attention
gate_is before-swap || fail "it needs a person: $(attention)"
sandbox_knob role_delay 2000
ctl advance sales >/dev/null
await 'step_is 8' 60
cut
await 'upgrade_is completed attention' 240
ended_as completed || fail "it needs a person: $(attention)"
prove
nothing_twice
say "completed over ssh; connections made $(grep -c event=ssh.up "$T/upgraded.log")"
