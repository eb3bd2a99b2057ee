#!/bin/sh
# P10 strangers-out: another user of the host is refused at the control socket, also for reading;
# the TCP address reads without a token and steers with none but the right one.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

needs curl setpriv
[ "$(id -u)" -eq 0 ] || skip 'not root: nobody else to be'
scenario 901-strangers
umask 077
echo 'right-token' >"$T/token"
echo 'wrong-token' >"$T/wrong"
umask 022
port=$((20000 + $$ % 20000))
scene 901-strangers --gates before-standby --http "127.0.0.1:$port" --token-file "$T/token"
start
await 'gate_is before-standby'
chmod 755 "$T" "$T/run"

stranger() { # PROGRAM ARG...
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}
code=0
stranger "$UPGRADECTL" --socket "$T/run/control.sock" pairs >"$T/out" 2>&1 || code=$?
[ "$code" -eq 9 ] || [ "$code" -eq 6 ] || fail "a stranger got $code at the socket"
# Even when the folder and the socket let him in.
chmod 777 "$T/run/control.sock"
for verb in pairs 'status sales' 'advance sales' 'abort sales --yes'; do
	code=0
	# shellcheck disable=SC2086
	stranger "$UPGRADECTL" --socket "$T/run/control.sock" $verb >"$T/out" 2>&1 || code=$?
	[ "$code" -eq 9 ] || fail "upgradectl $verb gave a stranger $code: $(cat "$T/out")"
done

url=http://127.0.0.1:$port
id=$(upgrade_id)
revision=$(pair_json .upgrade.revision)
post() { # ROUTE HEADER...
	route=$1
	shift
	curl -s -o "$T/out" -w '%{http_code}' -X POST -H "If-Match: \"$revision\"" \
		-H 'Content-Type: application/json' "$@" -d '{}' "$url$route"
}
[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/v1/pairs")" = 200 ] || fail 'it cannot be read'
for verb in advance pause resume retry abort; do
	[ "$(post "/v1/upgrades/$id/$verb")" = 403 ] || fail "$verb without a token: $(cat "$T/out")"
	[ "$(post "/v1/upgrades/$id/$verb" -H 'Authorization: Bearer wrong')" = 403 ] ||
		fail "$verb with a wrong token: $(cat "$T/out")"
done
[ "$(post /v1/pairs/sales/upgrades -H 'Idempotency-Key: k1')" = 403 ] || fail 'start without a token'
gate_is before-standby || fail 'a stranger moved it'
code=0
"$UPGRADECTL" --url "$url" advance sales >"$T/out" 2>&1 || code=$?
[ "$code" -eq 9 ] || fail "advance without a token gave $code"
code=0
"$UPGRADECTL" --url "$url" --token-file "$T/wrong" advance sales >"$T/out" 2>&1 || code=$?
[ "$code" -eq 9 ] || fail "advance with a wrong token gave $code"
"$UPGRADECTL" --url "$url" --token-file "$T/token" advance sales >"$T/out" 2>&1 ||
	fail "advance with the token: $(cat "$T/out")"
await 'upgrade_is running completed' 10
! grep -rq 'right-token\|wrong-token' "$T/upgraded.log" || fail 'a token stands in the log'
await 'upgrade_is completed attention' 90
prove
say 'the socket knows its users; without the token the address only reads'
