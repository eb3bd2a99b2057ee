# What the shell of a member (host.sh) knows for the major upgrade: private servers, data
# directories that are taken and given back, and settings that are carried over.

# Statements for a private server, each by itself.
pg_private() { # PSQL CONNINFO STATEMENT...
	psql=$1 conninfo=$2
	shift 2
	n=$#
	while [ $n -gt 0 ]; do
		set -- "$@" -c "$1"
		shift
		n=$((n - 1))
	done
	PGAPPNAME=upgraded PGOPTIONS='-c default_transaction_read_only=off' "$psql" \
		-X -q -A -t -w -F '	' -P null='\N' -v ON_ERROR_STOP=1 -v SHOW_CONTEXT=never -d "$conninfo" "$@" 2>&1
}

pg_is_empty() { # FOLDER
	for e in "$1"/* "$1"/.[!.]* "$1"/..?*; do
		[ -e "$e" ] || [ -L "$e" ] || continue
		echo "$1 is not empty: ${e##*/}"
		return 1
	done
}

pg_claim() { # FOLDER
	[ -d "$1" ] || (umask 077 && mkdir -p "$1") || return 1
	pg_is_empty "$1" && echo claimed
}

# What is in a folder goes, the folder stays: a mount point, or whose parent is not ours.
pg_empty() { # FOLDER
	[ -d "$1" ] || return 0
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || {
		echo "a server runs in $1"
		return 1
	}
	find "$1" -mindepth 1 -delete && echo emptied
}

pg_mode() { # OLD NEW
	mode='copy'
	rm -f "$2/.mode"
	ln "$1/PG_VERSION" "$2/.mode" 2>/dev/null && mode='link'
	rm -f "$2/.mode"
	cp --reflink=always "$1/PG_VERSION" "$2/.mode" 2>/dev/null && mode='clone'
	rm -f "$2/.mode"
	printf 'mode\t%s\n' $mode
}

# With links the old control file is set aside until the new server starts.
pg_upgrade_undo() { # OLD NEW
	[ ! -e "$1/global/pg_control.old" ] || mv "$1/global/pg_control.old" "$1/global/pg_control" || return 1
	pg_empty "$2"
}

# Of a server's own place, of its former role, or of the files that hold them.
pg_is_own() { # NAME
	case $1 in
	data_directory | config_file | hba_file | ident_file | external_pid_file | stats_temp_directory | \
		port | primary_conninfo | primary_slot_name | promote_trigger_file | trigger_file | restore_command | \
		recovery_* | archive_cleanup_command | standby_mode | default_transaction_read_only | \
		synchronous_standby_names) return 0 ;;
	esac
	return 1
}

# A value, as postgresql.conf takes it.
pg_quote() { # VALUE
	case $1 in
	*\'*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")" ;;
	*) printf "'%s'" "$1" ;;
	esac
}

# Does this release take the settings? Each is an argument, NAME=VALUE.
pg_takes() { # BIN DATA NAME=VALUE...
	bin=$1 data=$2
	shift 2
	n=$#
	while [ $n -gt 0 ]; do
		set -- "$@" -c "$1"
		shift
		n=$((n - 1))
	done
	# shellcheck disable=SC2069 # what it says, not the port
	"$bin/postgres" -D "$data" "$@" -C port 2>&1 >/dev/null
}

# The files that a setting names, where they are in the data directory.
pg_carry_file() { # OLD NEW NAME VALUE
	case $3 in
	hba_file | ident_file) cp "$4" "$2/pg_${3%_file}.conf" ;;
	ssl_*_file)
		case $4 in
		/* | '') ;;
		*) [ ! -e "$1/$4" ] || cp -p "$1/$4" "$2/$4" ;;
		esac
		;;
	esac
}

# In a copy, what its source has of everything that a standby must have at least as much of.
pg_source_limits() { # NEW
	pg_names='max_connections\|max_worker_processes\|max_wal_senders'
	pg_names="$pg_names\|max_prepared_transactions\|max_locks_per_transaction"
	sed -n "/^# upgraded: begin/,/^# upgraded: end/s/^\($pg_names\) = '*\([0-9][0-9]*\)'*\$/\1>\2/p" \
		"$1/postgresql.conf"
}

# Settings of OLD that NEW takes, then those given here: NAME=VALUE, or NAME>VALUE for at least
# that. They are tried all together first, for that costs one process.
pg_carry() { # OLD NEW BIN NAME=VALUE...
	old=$1 new=$2 bin=$3
	shift 3
	for s in $(pg_source_limits "$new"); do
		set -- "$s" "$@"
	done
	sed -i '/^# upgraded: begin/,/^# upgraded: end/d' "$new/postgresql.conf" || return 1
	needs=$#
	while IFS='	' read -r name value; do
		pg_carry_file "$old" "$new" "$name" "$value" || return 1
		pg_is_own "$name" && continue
		case $value in *\\*) value=$(printf '%b' "$value") ;; esac
		set -- "$@" "$name=$value"
	done <"$old/upgraded.settings" || return 1
	n=0 each=f
	why=$(shift $needs; pg_takes "$bin" "$new" "$@") || each=t
	{
		echo '# upgraded: begin'
		for s; do
			n=$((n + 1))
			[ $n -gt $needs ] || continue
			if [ $each = t ] && ! why=$(pg_takes "$bin" "$new" "$s"); then
				echo "left out ${s%%=*}: ${why#*FATAL:  }" >&3
				continue
			fi
			printf '%s = ' "${s%%=*}"
			pg_quote "${s#*=}"
			echo
		done
		n=0
		for s; do
			n=$((n + 1))
			[ $n -le $needs ] || break
			case $s in
			*'>'*) pg_at_least "${s%%>*}" "${s#*>}" "$@" ;;
			*)
				printf '%s = ' "${s%%=*}"
				pg_quote "${s#*=}"
				echo
				;;
			esac
		done
		echo '# upgraded: end'
	} 3>&1 >>"$new/postgresql.conf" && echo carried
}

# The greatest of all that is set or needed is the one that is written last.
pg_at_least() { # NAME LEAST NAME=VALUE|NAME>LEAST...
	name=$1 least=$2
	shift 2
	for s; do
		case $s in
		"$name="* | "$name>"*) [ "${s#"$name"?}" -le "$least" ] || return 0 ;;
		esac
	done
	echo "$name = $least"
}

# Where copies of a server's own files of settings are put: beside its data directory, or where
# that folder is not ours to write, below /var/tmp.
pg_find_aside() { # DATA
	pg_aside=${1%/*}/.${1##*/}.upgraded
	[ -w "${1%/*}" ] || pg_aside=/var/tmp/.upgraded-$(printf %s "$1" | cksum | tr ' ' -)
}

pg_conf_keep() { # DATA
	pg_find_aside "$1"
	(umask 077 && mkdir -p "$pg_aside") && [ -O "$pg_aside" ] &&
		cp -p "$1"/*.conf "$1/upgraded.settings" "$pg_aside/" && echo kept
}

pg_conf_back() { # DATA
	pg_find_aside "$1"
	[ -s "$pg_aside/postgresql.auto.conf" ] && cp -p "$pg_aside"/* "$1/" &&
		true >"$1/standby.signal" && echo back
}

# Takes away a data directory for good: one that is a cluster of ours by its system identifier, or
# one that was empty when we took it ("claimed"). What its tablespaces hold of its release goes, too.
pg_destroy() { # DATA BIN SYSID|claimed
	[ -e "$1" ] || {
		echo gone
		return 0
	}
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || {
		echo "a server runs in $1"
		return 1
	}
	if [ "$3" != claimed ] && [ -e "$1/PG_VERSION" ]; then
		pg_sysid=$("$2/pg_controldata" -D "$1" | sed -n 's/^Database system identifier: *//p')
		[ "$pg_sysid" = "$3" ] || [ -e "$1/global/pg_control.old" ] || {
			echo "$1 is another database: system identifier $pg_sysid, not $3"
			return 1
		}
	fi
	if [ -r "$1/PG_VERSION" ]; then
		read -r pg_line <"$1/PG_VERSION"
		for pg_space in "$1"/pg_tblspc/*; do
			[ -d "$pg_space" ] && rm -rf "$pg_space/PG_${pg_line}_"*
		done
	fi
	# What tells whose it is goes last: who was interrupted begins again.
	find "$1" -mindepth 1 ! -path "$1/PG_VERSION" ! -path "$1/global" \
		! -path "$1/global/pg_control*" -delete && rm -rf "$1/PG_VERSION" "$1/global" || return 1
	rmdir "$1" 2>/dev/null
	echo destroyed
}

# Files of ours in a data directory.
pg_tidy() { # DATA PRIVATE
	rm -rf "$1/upgraded.settings" "$2" && echo tidy
}

pg_conf_forget() { # DATA
	pg_find_aside "$1"
	rm -rf "$pg_aside" && echo forgotten
}

# What ALTER SYSTEM wrote since the copy was put aside is forgotten; the server reads it anew.
pg_auto_back() { # DATA
	pg_find_aside "$1"
	[ -e "$pg_aside/postgresql.auto.conf" ] || return 1
	cp -p "$pg_aside/postgresql.auto.conf" "$1/postgresql.auto.conf.upgraded" &&
		mv -f "$1/postgresql.auto.conf.upgraded" "$1/postgresql.auto.conf" || return 1
	pg_find_postmaster "$1"
	[ -z "$pg_pid" ] || kill -HUP "$pg_pid"
	echo back
}
