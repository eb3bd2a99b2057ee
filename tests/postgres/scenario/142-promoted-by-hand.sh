#!/bin/sh
# A person promotes the standby at a gate of the upgrade: that two members take writes is said at
# once, by name, with what to do, and the daemon changes nothing on either.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 142-promoted-by-hand
pg_releases 13.16 13.23
UP=--no-subscriber
scene 142-promoted-by-hand --gates before-swap

start
await 'gate_is before-swap' 90
pg_as "$(pg_bin b)/pg_ctl" -D "$(pg_data b)" promote -w >/dev/null
await 'pg_role_is b active' 20
await 'ctl_now status "$PAIR" | grep -i "two\|both"' 20
ctl_now status "$PAIR" | sed -n 1,6p
steer advance "$PAIR" --all
await 'upgrade_is attention' 90
say "attention: $(attention)"
attention_says 'b takes writes, too.*stop b now' || fail "it does not say what to do"
[ "$(pair_json .upgrade.write_pause_ms)" = null ] || fail "it paused writes"
pg_role_is a active || fail "a was touched"
load_goes_on 50
