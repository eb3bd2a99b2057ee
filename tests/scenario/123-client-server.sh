#!/bin/sh
# A single database behind the TimesTen Server goes to another major release: its clients have no
# server while it is migrated, and find the new one on the port of the old one. A new server that
# runs already is refused; an abort half way leads back to the old one.
set -eu
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

server_of() { # INSTANCE
	tt master1host "$1" ttStatus | sed -n 's/^TimesTen server pid .* port //p' | head -1
}

SINGLE='--new-path --start-new'
scene_single 123-client-server --gates none
port=$(server_of $OLD)
echo "server_port = $port" >>"$ROOT/hosts/master1host/opt/$NEW/conf/instance.conf"
tt master1host $NEW ttDaemonAdmin -startserver >/dev/null 2>&1 && fail "two servers on one port"
sed -i 's/^server_port = .*/server_port = 6699/' "$ROOT/hosts/master1host/opt/$NEW/conf/instance.conf"
await '[ "$(ctl check sales --to "$NEW_RELEASE" --procedure client-server | grep -c server.port)" -ge 1 ]'
ctl_gives 8 start sales --to "$NEW_RELEASE" --procedure client-server
grep -q 'server.port' "$T/ctl.out" || fail "a new server that runs is no blocker"
tt master1host $NEW ttDaemonAdmin -stopserver >/dev/null
sed -i "s/^server_port = .*/server_port = $port/" "$ROOT/hosts/master1host/opt/$NEW/conf/instance.conf"

start --procedure client-server --gates every-step
walk_to 3d 60
[ -z "$(server_of $OLD)" ] || fail "the old server runs while its database is migrated"
steer abort sales --yes
await 'upgrade_is aborted attention' 60
upgrade_is aborted || fail "abort: $(attention)"
[ "$(server_of $OLD)" = "$port" ] || fail "abort did not start the old server again"
load_goes_on 50

start --procedure client-server
await 'upgrade_is completed attention' 90
upgrade_is completed || fail "$(attention)"
[ "$(server_of $NEW)" = "$port" ] || fail "the new server is not on port $port"
[ -z "$(server_of $OLD)" ] || fail "the old server runs still"
[ "$(last_upgrade .write_pause_ms)" -gt 0 ] || fail "it is not told for how long nobody was served"
prove_single --expect master1
say "the new server on port $port; nothing lost"
