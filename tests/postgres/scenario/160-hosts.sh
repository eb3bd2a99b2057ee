#!/bin/sh
# Three hosts with a network between them: a patch of a pair while links fail. The standby is
# cut off in the write pause: the swap is taken back, and the applications go on where they were.
# When the link is there again, it completes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 160-hosts
pg_releases 13.16 13.23
HOSTS=each
scene 160-hosts --gates before-swap --limit write_pause=8s
hosts() { # VERB HOST
	"$HOSTS_SH" "$1" "$T/hosts" "$2"
}

start
# A host that is away is waited for, while the applications go on.
await 'step_is 1' 60
hosts cut r1
load_goes_on 100
await 'ctl_now status "$PAIR" | grep -q "^ *r1: "' 60 # seen to be away
hosts heal r1
await 'gate_is before-swap' 180

# In the write pause, before the point of no return.
receiver=$(pg_sql b postgres "SELECT pid FROM pg_stat_wal_receiver")
pg_there b kill -STOP "$receiver" || fail 'no receiver'
ctl advance "$PAIR" >/dev/null
await 'step_is 6' 60
hosts cut b
await 'attention_says "taken back"' 60
load_goes_on 100
[ "$(pg_role a)" = active ] || fail "a is $(pg_role a)"
hosts heal b
pg_there b kill -CONT "$receiver" || :
await 'pg_streams a b' 90
ctl retry "$PAIR" >/dev/null
await 'gate_is before-swap || upgrade_is completed' 60
upgrade_is completed || ctl advance "$PAIR" >/dev/null
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
