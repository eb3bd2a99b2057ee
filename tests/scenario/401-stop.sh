#!/bin/sh
# SIGTERM in the middle of a job: the daemon ends within 5 s, the job goes on, and the next
# daemon finds it. Neither the restore nor a copy is begun a second time.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 401-stop --gates none --limit redundancy_gap=20m
sandbox_knob migrate_rate 300
sandbox_knob duplicate_rate 400
start

begun() { # EVENT HOST [WAY]
	[ "$(saw_count ".event == \"$1\" and .host == \"$2\" and
		.instance == \"$NEW\" and (.way // \"$3\") == \"$3\"")" -ge 1 ]
}
stopped_in() { # WHAT
	before=$(date +%s)
	daemon_stop
	[ $(($(date +%s) - before)) -le 5 ] || fail "$1: SIGTERM took more than 5 s"
	daemon_start
}
await 'begun migrate_begun master2host restore' 60
stopped_in restore
await 'begun duplicate_begun master1host -' 90
# The password is typed by the daemon: it has done so when the copy is on its way.
await '[ "$(saw_count ".event == \"create\" and .host == \"master1host\" and .instance == \"$NEW\"")" -ge 1 ]' 30
stopped_in duplicate
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
prove
nothing_twice
for event in '.event == "migrate_begun" and .way == "restore"' \
	'.event == "duplicate_begun" and .host == "master1host"'; do
	n=$(saw_count "$event and .instance == \"$NEW\"")
	[ "$n" -eq 1 ] || fail "$event: $n times"
done
say "stopped twice in the middle of jobs; each job ran once"
