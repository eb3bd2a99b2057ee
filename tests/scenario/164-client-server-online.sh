#!/bin/sh
# Clients of a TimesTen Server, and two masters that replicate to each other: the server of the old
# release ends and the one of the new release begins within the write pause. A new server that
# runs already is refused; an abort after the move leads back to the old server.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

server_of() { # HOST INSTANCE
	tt "$1" "$2" ttStatus | sed -n 's/^TimesTen server pid .* port //p' | head -1
}

CREATE='--new-path --start-new'
scenario 164-client-server-online
early_knob stale_bookmark skip # elsewhere nothing flows without -reset: here it goes missing
scene_classic 164-client-server-online --gates none --new-path --limit write_pause=10s
port=$(server_of master1host $OLD)
[ -n "$port" ] || fail "no server in the old release"
ctl_gives 8 start sales --to "$NEW_RELEASE" --option server=yes
grep -q 'server.port' "$T/ctl.out" || fail "a new server that runs is no blocker"
tt master2host $NEW ttDaemonAdmin -stopserver >/dev/null
await '! ctl check sales --to "$NEW_RELEASE" --option server=yes | grep -q "runs already"' 20

start --option server=yes --gates before-second
await 'gate_is before-second || upgrade_is attention' 120
gate_is before-second || fail "$(attention)"
[ -z "$(server_of master1host $OLD)" ] || fail "the old server runs still"
[ -n "$(server_of master2host $NEW)" ] || fail "the new server does not run"
steer abort sales --yes
await 'upgrade_is aborted attention' 120
upgrade_is aborted || fail "abort: $(attention)"
[ "$(server_of master1host $OLD)" = "$port" ] || fail "abort did not start the old server again"
[ -z "$(server_of master2host $NEW)" ] || fail "abort did not stop the new server"
load_goes_on 50

start --option server=yes
await 'upgrade_is completed attention' 150
upgrade_is completed || fail "$(attention)"
[ -z "$(server_of master1host $OLD)" ] || fail "the old server runs still"
[ -n "$(server_of master2host $NEW)" ] || fail "the new server does not run"
pause_ms=$(last_upgrade .write_pause_ms)
[ "$pause_ms" -gt 0 ] && [ "$pause_ms" -lt 10000 ] || fail "write pause $pause_ms ms"
prove_classic
say "the servers changed within a write pause of $pause_ms ms; nothing lost"
