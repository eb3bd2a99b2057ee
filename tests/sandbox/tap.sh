# tap.sh: checks of the sandbox by hand, and how they are counted. Expects $ttsim, $work, $root.
#
# Nothing waits for a fixed time: await() polls a condition with a limit.
# shellcheck shell=sh disable=SC2154

failures=0
number=0

cleanup() {
	"$ttsim" destroy "$root" >/dev/null 2>&1
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 1' INT TERM

ok() {
	number=$((number + 1))
	echo "ok $number - $1"
}

bad() {
	number=$((number + 1))
	failures=$((failures + 1))
	echo "not ok $number - $1"
	[ -z "${2-}" ] || echo "$2" | sed 's/^/#   /'
}

# tt HOST INSTANCE UTILITY ARGS...: a utility of one instance.
tt() {
	tt_bin=$root/hosts/$1/opt/$2/bin/$3
	shift 3
	"$tt_bin" "$@" </dev/null
}

# Both streams of one statement at verbosity 1.
sql() {
	tt "$1" "$2" ttIsql -v1 -e "$4; exit" "DSN=$3;AutoCreate=0" 2>&1
}

# expect TEXT DESCRIPTION COMMAND...: the output holds TEXT.
expect() {
	want=$1
	what=$2
	shift 2
	got=$("$@" 2>&1)
	case $got in
	*"$want"*) ok "$what" ;;
	*) bad "$what" "$got" ;;
	esac
}

# status N DESCRIPTION COMMAND...
status() {
	want=$1
	what=$2
	shift 2
	got=$("$@" 2>&1)
	rc=$?
	if [ $rc -eq "$want" ]; then ok "$what"; else bad "$what" "status $rc: $got"; fi
}

# await TEXT DESCRIPTION COMMAND...: within 40 s the output holds TEXT.
await() {
	want=$1
	what=$2
	shift 2
	tries=0
	while [ $tries -lt 400 ]; do
		got=$("$@" 2>&1)
		case $got in
		*"$want"*)
			ok "$what"
			return
			;;
		esac
		tries=$((tries + 1))
		sleep 0.1
	done
	bad "$what" "$got"
}

role() { sql "$1" "$2" "$3" "call ttRepStateGet"; }
count() { sql "$1" "$2" "$3" "select count(*) from app.orders"; }
# call HOST INSTANCE DSN TEXT: nothing is printed when it worked.
quiet() {
	what=$1
	shift
	got=$(sql "$@")
	if [ -z "$got" ]; then ok "$what"; else bad "$what" "$got"; fi
}

# Tells how many there were; the last command of a test.
finish() {
	echo "1..$number"
	[ $failures -eq 0 ]
}
