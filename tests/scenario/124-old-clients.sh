#!/bin/sh
# Clients of releases before 6.0 go on talking to the old TimesTen Server, which hands their
# requests on: it is not stopped by client-server, nor by its abort, and the new one begins on
# another port. On the same port the new one does not start: that is said, and retry mends it.
set -eu
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

server_of() { # INSTANCE
	tt master1host "$1" ttStatus | sed -n 's/^TimesTen server pid .* port //p' | head -1
}

single_scene 124-old-clients client-server --gates none
old=$(server_of $OLD)
ctl check sales --to "$TO" --procedure client-server --option old_server=stays >"$T/check" || :
grep -q "both cannot listen" "$T/check" || fail "the ports are not spoken of: $(cat "$T/check")"

single_start --option old_server=stays --gates every-step
walk_to 3d 60
steer abort sales --yes
await 'upgrade_is aborted attention' 60
single_is_as_before "at 3d"
[ "$(server_of $OLD)" = "$old" ] || fail "the old server is not on port $old"

# The new server is configured for the port of the old one: that cannot be.
single_start --option old_server=stays
await 'ctl_now why sales | grep -Eq "TimesTen Server|server-start" || upgrade_is attention completed' 60
upgrade_is completed && fail "two servers on one port"
sed -i 's/^server_port = .*/server_port = 6699/' "$ROOT/hosts/master1host/opt/$NEW/conf/instance.conf"
retry_until_completed 120 3
[ "$(server_of $OLD)" = "$old" ] || fail "the old server does not go on"
[ "$(server_of $NEW)" = 6699 ] || fail "the new server is not on a port of its own"
[ "$(saw_count '.event == "server_stopped" and .instance == "tt1122"')" -eq 0 ] ||
	fail "the old server was stopped"
prove_single --expect master1
say "the old server goes on on port $old beside the new one; nothing lost"
