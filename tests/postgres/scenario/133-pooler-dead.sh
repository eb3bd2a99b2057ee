#!/bin/sh
# One of two poolers dies, or hangs, right before PAUSE: the swap is taken back at once, the clients of
# the other one have seen a stall and no error, it is said which pooler to see to, and once it is back
# retry completes. WAY=major: the same of a major upgrade; HOW=hangs: it hangs.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

: "${WAY:=patch}" "${HOW:=dies}"
scenario "133-pooler-dead-$WAY-$HOW"
case $WAY in
major) pg_releases 13 15 && before_pause=5g ;;
*) pg_releases 13.16 13.23 && before_pause=3i ;;
esac
UP='--poolers 2 --no-subscriber'
scene "133-pooler-dead-$WAY-$HOW" --gates every-step --limit write_pause=6s

told() { # PATTERN
	ctl_now status "$PAIR" | grep 'what to do' | grep -q "$1"
}

is_paused() { # POOLER: any of its databases
	pooler_admin 'SHOW DATABASES' "$1" | awk -F '|' '$(NF - 1) == 1 { found = 1 } END { exit !found }'
}

lose() {
	case $HOW in
	dies) pooler_kill9 p2 ;;
	hangs) kill -STOP "$(pooler_pid p2)" ;;
	esac
}

give_back() {
	case $HOW in
	dies) pooler_start p2 ;;
	hangs) kill -CONT "$(pooler_pid p2)" ;;
	esac
}

start
walk_to "$before_pause" 300
lose
steer advance "$PAIR" --all
await "told 'see to pooler p2'" 60
# Nobody waits behind the other one, although this one is not back.
load_goes_on 50
! is_paused p1 || fail 'p1 is held'
[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
give_back
await 'upgrade_is attention' 120
attention_says 'pooler p2 d(id|oes) not pause' || fail "$(attention)"
remedy_is_given || fail 'nothing is said of what to do'
for pooler in p1 p2; do
	! is_paused "$pooler" || fail "$pooler is held"
done
load_goes_on 50
[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
steer retry "$PAIR"
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
[ "$(pg_actives | tail -n 1)" = b ] || fail "the active is $(pg_actives)"
say "longest stall: $(load_number gap_ms) ms, slowest transaction: $(load_number slowest_ms) ms"
prove
