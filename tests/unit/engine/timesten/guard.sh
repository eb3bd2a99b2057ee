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
chmod +x "$T/bin/ttIsql" "$T/bin/ttAdmin"

arm() { # OWN OTHER here|''
	echo "$1" >"$T/own"
	echo "$2" >"$T/other"
	set -- "$T/job/guard-1" "$T/bin" "DSN=$T/own;AutoCreate=0" "$3" \
		"$T/bin/ttIsql -v1 -connStr 'DSN=$T/other;AutoCreate=0'" LC_ALL=C
	tt_arm "$@" >/dev/null && tt_go 600 "$@" >/dev/null
}

ends() { # WHAT OWN OTHER WORDS
	tries=0
	until grep -q -e "$4" "$T/job/guard-1/guard.log" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 400 ] || break
		sleep 0.05
	done
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
exit $failed
