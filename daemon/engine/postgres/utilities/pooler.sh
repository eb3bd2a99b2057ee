# The file in which PgBouncer is told where databases are. Entries that point at one server are
# pointed at another; everything else stays as it is, byte for byte, and so do the file's mode
# and owner. The new text is made ready beside the old one, so that in the swap only a name
# changes.

# pg_pooler_entries FILE HOSTS PORT [HOST PORT]: reads the entries; those with one of HOSTS
# (words) and PORT are pointed at the HOST and PORT behind, into standard output. Without these,
# prints `entry NAME` for each of them, `other NAME` for the rest.
pg_pooler_entries() {
	pg_last='
'
	[ -z "$(tail -c 1 "$1")" ] || pg_last=
	awk -v hosts="$2" -v port="$3" -v to_host="${4-}" -v to_port="${5-}" -v last="$pg_last" '
	function blanks(i) {
		while (substr(line, i, 1) ~ /[ \t\r]/) i++
		return i
	}
	# The value at i: sets value and past, where it ends.
	function read_value(i,    c) {
		value = ""
		if (substr(line, i, 1) != "\047") {
			for (; (c = substr(line, i, 1)) != "" && c !~ /[ \t\r]/; i++) value = value c
			past = i
			return
		}
		for (i++; (c = substr(line, i, 1)) != ""; i++) {
			if (c == "\047" && substr(line, i + 1, 1) != "\047") break
			if (c == "\047") i++
			value = value c
		}
		past = i + 1
	}
	# The name at i, which may be in double quotes.
	function read_name(i,    c) {
		name = ""
		if (substr(line, i, 1) == "\"") {
			for (i++; (c = substr(line, i, 1)) != ""; i++) {
				if (c == "\"" && substr(line, i + 1, 1) != "\"") break
				if (c == "\"") i++
				name = name c
			}
			past = i + 1
			return
		}
		for (; (c = substr(line, i, 1)) != "" && c !~ /[= \t\r]/; i++) name = name c
		past = i
	}
	function quoted(text) {
		if (text != "" && text !~ /[ \t\047]/) return text
		gsub(/\047/, "\047\047", text)
		return "\047" text "\047"
	}
	# An entry: where its host and its port stand.
	function read_entry(    i, at, key) {
		host_at = port_at = 0
		host = ""
		its_port = "5432"
		i = blanks(1)
		if (substr(line, i, 1) ~ /[;#%]/ || substr(line, i, 1) == "") return 0
		read_name(i)
		i = blanks(past)
		if (substr(line, i, 1) != "=") return 0
		for (i = blanks(i + 1); substr(line, i, 1) != ""; i = blanks(past)) {
			key = ""
			for (; substr(line, i, 1) ~ /[A-Za-z_]/; i++) key = key substr(line, i, 1)
			i = blanks(i)
			if (key == "" || substr(line, i, 1) != "=") break
			at = blanks(i + 1)
			read_value(at)
			if (key == "host") { host = value; host_at = at; host_past = past }
			if (key == "port") { its_port = value; port_at = at; port_past = past }
		}
		return 1
	}
	function points() {
		return host != "" && index(" " hosts " ", " " host " ") > 0 && its_port == port
	}
	function put(at, past_it, text) {
		line = substr(line, 1, at - 1) text substr(line, past_it)
	}
	function point() {
		if (port_at > host_at) put(port_at, port_past, quoted(to_port))
		put(host_at, host_past, quoted(to_host) (port_at == 0 && to_port != port ? " port=" quoted(to_port) : ""))
		if (port_at > 0 && port_at < host_at) put(port_at, port_past, quoted(to_port))
	}
	BEGIN { databases = 1 }
	{
		line = $0
		if (line ~ /^[ \t]*\[/) databases = line ~ /^[ \t]*\[databases\]/
		entry = databases && read_entry()
		if (to_host == "") {
			if (entry) print (points() ? "entry " : "other ") name
			next
		}
		if (entry && points()) point()
		printf "%s%s", (NR > 1 ? "\n" : ""), line
	}
	END { if (to_host != "" && NR > 0) printf "%s", last }' "$1"
}

pg_pooler_file() { # FILE: sets pg_file; a name that stands for another file stays one
	pg_file=$1
	if [ -h "$1" ]; then pg_file=$(readlink -f "$1"); fi
}

# pg_pooler_prepare FILE HOSTS PORT HOST PORT: makes the new text ready, and prints the entries. A
# guard of a swap before this one must not take it for its own.
pg_pooler_prepare() {
	pg_pooler_file "$1"
	pg_pooler_guard_end
	shift
	pg_pooler_ready "$@"
}

pg_pooler_ready() { # HOSTS PORT HOST PORT: of pg_file
	pg_pooler_entries "$pg_file" "$1" "$2" &&
		cp -p "$pg_file" "$pg_file.upgraded" &&
		pg_pooler_entries "$pg_file" "$@" >"$pg_file.upgraded"
}

# pg_pooler_point FILE HOSTS PORT HOST PORT: the new text takes its place. One that was made
# before somebody changed the file is made again.
pg_pooler_point() {
	pg_pooler_file "$1"
	if ! [ -e "$pg_file.upgraded" ] || [ "$pg_file" -nt "$pg_file.upgraded" ]; then
		shift
		pg_pooler_ready "$@" >/dev/null || return 1
	fi
	mv -f "$pg_file.upgraded" "$pg_file" && printf 'pointed\t%s\n' "$pg_file"
}

# pg_pooler_forget FILE: no swap takes the new text any more. The guard stays: clients that are
# still held are let go by it.
pg_pooler_forget() {
	pg_pooler_file "$1"
	rm -f "$pg_file.upgraded" && printf 'forgotten\t%s\n' "$pg_file"
}

# ---- the guard of a pooler ----
#
# A process of its own, in a session of its own, for the case that the supervisor is gone or cut off
# while clients are held: when the lease is over, the pooler is told to go on with the server that
# takes writes, and where that is the other one, its file is pointed at it before. It waits for as
# long as neither does. What was not held any more it leaves alone.
#
# Beside the file: FILE.upgraded-guard, its pid; FILE.upgraded-guard.log, what it did, and why it cannot.

# $1: file, console, from, to, psql, lease, databases (a line each; "" all).
# shellcheck disable=SC2016
pg_pooler_guard_text='
file=$1 console=$2 from=$3 to=$4 psql=$5 lease=$6 names=$7
export PGCONNECT_TIMEOUT=2
tell() {
	[ "$*" = "$told" ] || echo "$(date) $*" >>"$file.upgraded-guard.log"
	told=$*
}
takes_writes() {
	why=$($limit "$psql" -XAtqw -d "$1" -c "SELECT NOT pg_is_in_recovery() AND \
		current_setting(\$\$default_transaction_read_only\$\$) = \$\$off\$\$" </dev/null 2>&1)
	[ "$why" = t ]
}
ask() {
	answer=$("$psql" -XAqw -F "	" -d "$console" -c "$1" </dev/null 2>&1)
}
held() {
	NAMES="$names" awk -F "\t" "
		NR == 1 { for (i = 1; i <= NF; i++) { if (\$i == \"name\") n = i; if (\$i == \"paused\") p = i }; next }
		\$p == 1 && (ENVIRON[\"NAMES\"] == \"\" || index(\"\n\" ENVIRON[\"NAMES\"] \"\n\", \"\n\" \$n \"\n\")) {
			gsub(/\"/, \"\\\"\\\"\", \$n); print \$n }"
}
resume() {
	ask "SHOW DATABASES" || { tell "the pooler does not answer: $answer"; return 1; }
	paused=$(echo "$answer" | held)
	[ -n "$paused" ] || return 0
	tell "the lease is over: clients go on with $1: $paused"
	if [ -z "$names" ]; then ask RESUME; return; fi
	echo "$paused" | while read -r name; do ask "RESUME \"$name\"" || exit 1; done
}
point() {
	if [ -e "$file.upgraded" ]; then
		[ ! "$file" -nt "$file.upgraded" ] || { tell "$file was changed meanwhile"; return 1; }
		mv -f "$file.upgraded" "$file" || return 1
		tell "$file points at the other server"
	fi
	ask RELOAD || { tell "the pooler does not answer: $answer"; return 1; }
}
limit=
! command -v timeout >/dev/null || limit="timeout 1"
sleep "$lease"
until
	if takes_writes "$to"; then point && resume "the other server"
	elif takes_writes "$from"; then resume "the former one"
	else tell "neither server takes writes: $why"; false
	fi
do sleep 0.1; done
rm -f "$file.upgraded-guard"
'

# pg_pooler_guard_end: of pg_file, if there is one.
pg_pooler_guard_end() {
	[ -s "$pg_file.upgraded-guard" ] && read -r pg_guard <"$pg_file.upgraded-guard" || return 0
	rm -f "$pg_file.upgraded-guard"
	grep -qs upgraded-pooler-guard "/proc/$pg_guard/cmdline" || return 0
	kill -TERM "-$pg_guard"
} 2>/dev/null

pg_pooler_login() { # CONNINFO: sets pg_login, without a passfile that cannot be read here
	pg_login=$1
	case $1 in
	*passfile=\'*) ;;
	*) return 0 ;;
	esac
	pg_pass=${1#*passfile=\'} pg_after=${1#*passfile=\'*\'}
	pg_pass=${pg_pass%%\'*}
	[ -r "$pg_pass" ] || pg_login="${1%%passfile=\'*}$pg_after"
}

# pg_pooler_guard FILE CONSOLE FROM TO PSQL LEASE DATABASES: from now on. Before clients are held.
pg_pooler_guard() {
	pg_pooler_file "$1"
	pg_pooler_guard_end
	command -v "$5" >/dev/null || {
		printf 'guard\tthere is no psql on this host: nobody would let the clients of this pooler go on\n'
		return 0
	}
	pg_pooler_login "$2" && pg_console=$pg_login
	pg_pooler_login "$3" && pg_from=$pg_login
	pg_pooler_login "$4"
	setsid /bin/sh -c "$pg_pooler_guard_text" upgraded-pooler-guard "$pg_file" "$pg_console" \
		"$pg_from" "$pg_login" "$5" "$6" "$7" </dev/null >/dev/null 2>&1 9>&- &
	echo "$!" >"$pg_file.upgraded-guard" && printf 'guarded\t%s\n' "$pg_file"
}
