# A former active comes back as a standby: where its log ends, where that of the new active
# leaves it, and what makes it follow.

# pg_fork DATA: where this active left the timeline that it followed: `fork TIMELINE LSN`, the
# timeline that was left.
pg_fork() {
	pg_history=
	for pg_file in "$1"/pg_wal/*.history; do
		[ -e "$pg_file" ] && pg_history=$pg_file
	done
	[ -n "$pg_history" ] || {
		echo "no history of timelines in $1/pg_wal"
		return 1
	}
	while read -r pg_timeline pg_lsn pg_rest; do
		case $pg_timeline in
		'' | *[!0-9]*) ;;
		*) pg_last="$pg_timeline	$pg_lsn" ;;
		esac
	done <"$pg_history"
	printf 'fork\t%s\n' "$pg_last"
}

# pg_beyond DATA BIN TIMELINE LSN: what the log of a stopped server holds at or behind LSN:
# `beyond RECORDS COMMITS LSN`, the last with the position of the first commit. One that follows
# already holds nothing else.
pg_beyond() {
	pg_find_postmaster "$1"
	if [ -n "$pg_pid" ] && pg_follows "$1"; then
		printf 'beyond\t0\t0\t\n'
		return 0
	fi
	[ -z "$pg_pid" ] || {
		echo "it runs"
		return 1
	}
	[ -r "$1/pg_wal" ] && [ -x "$2/pg_waldump" ] || {
		echo "$1/pg_wal or $2/pg_waldump cannot be used"
		return 1
	}
	"$2/pg_waldump" -p "$1/pg_wal" -t "$3" -s "$4" 2>&1 | awk '
		/^rmgr: / {
			records++
			if ($0 ~ /^rmgr: Transaction .* desc: (COMMIT|PREPARE)/) {
				commits++
				match($0, /lsn: [0-9A-F\/]+/)
				if (first == "") first = substr($0, RSTART + 5, RLENGTH - 5)
			}
			next
		}
		{ said = $0 }
		END {
			printf "beyond\t%d\t%d\t%s\n", records, commits, first
			if (said != "") printf "said\t%s\n", said
		}'
}

# pg_follow DATA CONNINFO SLOT: a stopped server will follow the one that CONNINFO leads to.
pg_follow() {
	pg_find_postmaster "$1"
	if [ -n "$pg_pid" ] && pg_follows "$1"; then
		echo follows
		return 0
	fi
	[ -z "$pg_pid" ] || {
		echo "it runs"
		return 1
	}
	(
		umask 077
		pg_auto=$1/postgresql.auto.conf
		pg_quoted=$(printf '%s\n' "$2" | sed "s/'/''/g")
		{
			[ ! -e "$pg_auto" ] || grep -Ev \
				'^[[:space:]]*(primary_conninfo|primary_slot_name|recovery_target[a-z_]*)[[:space:]]*=' \
				"$pg_auto"
			printf "primary_conninfo = '%s'\nprimary_slot_name = '%s'\n" "$pg_quoted" "$3"
		} >"$pg_auto.upgraded" && mv -f "$pg_auto.upgraded" "$pg_auto" &&
			: >"$1/standby.signal" && rm -f "$1/recovery.signal" "$1/.upgraded/held"
	) && echo follows
}
