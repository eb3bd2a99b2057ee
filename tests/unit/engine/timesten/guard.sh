#!/bin/sh
# What the guard of a fence does when its lease is over (daemon/engine/timesten/guard.sh), with two
# databases that are files: the one that it guards, and the other master. No TimesTen is needed.
set -eu
srcdir=${abs_top_srcdir:-${srcdir:-.}}
T=$(mktemp -d "${TMPDIR:-/tmp}/ud_guard.XXXXXX")
trap 'tt_end "$T/job/guard-1" || :; rm -rf "$T"' EXIT
failed=0

# shellcheck source=daemon/engine/timesten/guard.sh
. "$srcdir/daemon/engine/timesten/guard.sh"

# ttIsql of the database whose state is in the file that DSN names.
mkdir "$T/bin" "$T/job"
cat >"$T/bin/ttIsql" <<'END'
#!/bin/sh
file=${3#DSN=}
while read -r statement; do
	case $statement in
	*ttRepStateGet*) echo "< $(cat "${file%%;*}"), NO GRID >" ;;
	*ttRepStateSet*) echo ACTIVE >"${file%%;*}" ;;
	esac
done
END
printf '#!/bin/sh\n' >"$T/bin/ttAdmin"
# ssh, of which every login takes a while; through one that is kept there is none. `away`: nothing
# that is asked there is answered.
cat >"$T/bin/ssh" <<'END'
#!/bin/sh
case " $* " in
*' -M '*)
	sleep 0.3
	trap 'rm -f login; exit' TERM
	true >login
	while :; do sleep 0.05; done
	;;
esac
for command; do :; done
[ ! -e "${0%/bin/ssh}/away" ] || exec sleep 60
if [ -e login ]; then
	echo kept
else
	sleep 0.3
	echo again
fi >>"${0%/bin/ssh}/logins"
exec /bin/sh -c "$command"
END
chmod +x "$T/bin/ttIsql" "$T/bin/ttAdmin" "$T/bin/ssh"
PATH=$T/bin:$PATH
LEASE=600

arm() { # OWN OTHER here|far|''
	echo "$1" >"$T/own"
	echo "$2" >"$T/other"
	set -- "$T/job/guard-1" "$T/bin" "DSN=$T/own;AutoCreate=0" "$3" \
		"$T/bin/ttIsql -v1 -connStr 'DSN=$T/other;AutoCreate=0'" LC_ALL=C
	tt_arm "$@" >/dev/null && tt_go "$LEASE" "$@" >/dev/null
}

until_said() { # WORDS
	tries=0
	until grep -q -e "$1" "$T/job/guard-1/guard.log" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 400 ] || break
		sleep 0.05
	done
}

ends() { # WHAT OWN OTHER WORDS
	until_said "$4"
	seen="$(cat "$T/own") $(cat "$T/other")"
	tt_over "$T/job/guard-1" >"$T/log" || :
	grep -q -e "$4" "$T/log" && [ "$seen" = "$2 $3" ] && return 0
	failed=1
	echo "$1: $seen, not $2 $3: $(cat "$T/log")"
}

arm IDLE STANDBY here
ends 'nobody decided' ACTIVE STANDBY 'it was idle, and is made active'

arm IDLE STANDBY ''
ends 'nobody decided, and it cannot ask the other' ACTIVE STANDBY 'it was idle, and is made active'

arm IDLE ACTIVE here
ends 'P1 one-active: a person made the other active' IDLE ACTIVE 'the other database is active'

arm IDLE STANDBY here
tt_hold "$T/job/guard-1" >/dev/null
ends 'the other takes over' IDLE ACTIVE 'the other database is active'

arm ACTIVE STANDBY here
tt_hold "$T/job/guard-1" >/dev/null
ends 'P1 one-active: nothing was fenced' ACTIVE STANDBY 'this database is active'

arm IDLE STANDBY here
tt_hold "$T/job/guard-1" >/dev/null
tt_back "$T/job/guard-1" >/dev/null
sleep 1
if [ "$(cat "$T/other")" != STANDBY ]; then
	failed=1
	echo "given up: the other was made active"
fi
# The same word when it has begun to take over, and waits for a standby: it ends, and does nothing.
arm IDLE RECOVERING here
tt_hold "$T/job/guard-1" >/dev/null
until_said 'the other database is no standby'
! tt_back "$T/job/guard-1" >/dev/null || {
	failed=1
	echo "it was given up, as it says, while it took over"
}
echo STANDBY >"$T/other"
tries=0
until ! tt_lives "$T/job/guard-1"; do
	tries=$((tries + 1))
	[ "$tries" -lt 200 ] || break
	sleep 0.05
done
[ "$(cat "$T/other")" = STANDBY ] || {
	failed=1
	echo "given up late: the other was made $(cat "$T/other")"
}

# Nothing is decided before the lease is over.
LEASE=2000
arm IDLE STANDBY here
tries=0
until [ -s "$T/job/guard-1/decided" ] || [ "$tries" -gt 400 ]; do
	tries=$((tries + 1))
	sleep 0.05
done
tt_find_now
read -r over <"$T/job/guard-1/lease"
[ "$tt_now" -ge "$over" ] || {
	failed=1
	echo "it acted $((over - tt_now)) hundredths of a second before its lease was over"
}
ends 'at the end of its lease' ACTIVE STANDBY 'it was idle, and is made active'
# By ssh: once when it is armed; what comes at the end of the lease waits for no login.
LEASE=2500
arm IDLE STANDBY far
tt_hold "$T/job/guard-1" >/dev/null
ends 'the other takes over, on another host' IDLE ACTIVE 'the other database is active'
[ "$(sed -n '2,$p' "$T/logins" | sort -u)" = kept ] || {
	failed=1
	echo "it logged in when its lease was over: $(tr '\n' ' ' <"$T/logins")"
}

LEASE=1500
arm IDLE STANDBY far
true >"$T/away"
ends 'nobody decided, and the other host does not answer' ACTIVE STANDBY 'it was idle, and is made active'

# The connection is lost when it is needed: it logs in again.
rm "$T/away"
arm IDLE STANDBY far
tt_hold "$T/job/guard-1" >/dev/null
until [ -e "$T/job/guard-1/login" ]; do sleep 0.05; done
rm "$T/job/guard-1/login"
ends 'the other takes over, by another login' IDLE ACTIVE 'the other database is active'
exit $failed
