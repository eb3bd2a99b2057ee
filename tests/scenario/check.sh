# check.sh: more.sh, and what stories about `check` ask of it.
# shellcheck shell=sh

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
# shellcheck source=more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"

LIMIT_MS=${LIMIT_MS:-8000}

# Runs check into check.json; its exit status must be this.
check() { # STATUS
	before=$(date +%s%N)
	status=0
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" 2>"$T/check.err" || status=$?
	took_ms=$((($(date +%s%N) - before) / 1000000))
	[ "$status" -eq "$1" ] || {
		cat "$T/check.json" "$T/check.err"
		fail "check gave $status, not $1"
	}
	[ "$took_ms" -lt "$LIMIT_MS" ] || fail "check took $took_ms ms"
}

says() { # RULE SEVERITY PATTERN
	jq -e --arg r "$1" --arg s "$2" --arg p "$3" \
		'any(.findings[]; .rule == $r and .severity == $s and (.finding | test($p)))' \
		"$T/check.json" >/dev/null
}

found() { # RULE SEVERITY PATTERN
	says "$@" || {
		jq -c '.findings[] | select(.rule == "'"$1"'")' "$T/check.json"
		fail "check does not say $3 as a $2 of $1"
	}
}

found_nothing() { # RULE SEVERITY
	jq -e --arg r "$1" --arg s "$2" 'any(.findings[]; .rule == $r and .severity == $s) | not' \
		"$T/check.json" >/dev/null || fail "check still says a $2 of $1"
}

# Everything that the sandbox noted since a line of its log, but for what only looks.
changed_since() { # LINE
	tail -n "+$(($1 + 1))" "$ROOT/log.jsonl" | jq -c '
		select((.event == "utility_begun" and
			(.utility | IN("ttStatus", "ttVersion", "ttXactAdmin", "ttIsql"))) or
		    (.event == "utility_begun" and .utility == "ttAdmin" and
			(.argv | index("-query"))) or
		    (.event == "call_begun" and (.procedure |
			test("^tt(RepStateGet|Bookmark|ReplicationStatus|LogHolds|Configuration|RamPolicyGet)$"; "i"))) or
		    (.event | IN("utility_ended", "call_ended", "flow_begun", "flow_ended",
			"log_purged", "connected", "disconnected")) | not)'
}
