# What check wants to know of a member's host. It reads only.

# Other programs that restart, promote and re-point servers by their own rules.
pg_managers='patroni repmgrd pg_autoctl stolon-keeper stolon-sentinel pacemakerd'

# pg_survey_manager DATA: manager=NAME for each that left its mark on the data directory.
pg_survey_manager() {
	[ -e "$1/patroni.dynamic.json" ] && echo manager=patroni
	[ -e "$1/postgresql-auto-failover.conf" ] && echo manager=pg_autoctl
	{ read -r pg_line && read -r pg_rest; } <"$1/postgresql.conf" || return 0
	case $pg_line$pg_rest in
	*overwritten\ by\ Patroni*) echo manager=patroni ;;
	esac
} 2>/dev/null

# pg_find_managed PID NAME: sets pg_managed to the data directories, a line each, that this failover
# tool says it is there for: in its command line, its file of settings, or its environment. What
# cannot be told is nothing.
pg_find_managed() {
	pg_managed=$(tr '\0' '\n' <"/proc/$1/cmdline" | {
		pg_word=
		while IFS= read -r pg_line; do
			case $pg_word in
			--pgdata | -D | --data-dir) echo "$pg_line" ;;
			-f | --config-file) pg_managed_by "$pg_line" ;;
			esac
			pg_word=$pg_line
			case $pg_line in
			--pgdata=* | --data-dir=*) echo "${pg_line#*=}" ;;
			--config-file=*) pg_managed_by "${pg_line#*=}" ;;
			*.yml | *.yaml) pg_managed_by "$pg_line" ;;
			esac
		done
	})
	[ -n "$pg_managed" ] || [ "$2" != pg_autoctl ] ||
		pg_managed=$(tr '\0' '\n' <"/proc/$1/environ" | sed -n 's/^PGDATA=//p')
}

pg_managed_by() { # FILE
	sed -n "s/^[[:space:]]*data_dir\(ectory\)\{0,1\}[[:space:]]*[:=][[:space:]]*[\"']\{0,1\}\(.*[^\"'[:space:]]\)[\"']\{0,1\}[[:space:]]*\$/\2/p" "$1"
}

# pg_is_of_others PID NAME DATA...: a failover tool that says what it is there for, and it is none of
# these. A process of another goes by that one.
pg_is_of_others() {
	pg_find_state "$1" && [ "$pg_state" != Z ] || return 0
	read -r pg_name <"/proc/$pg_parent/comm" && [ "$pg_name" = "$2" ] && return 0
	pg_find_managed "$1" "$2"
	[ -n "$pg_managed" ] || return 1
	pg_below=
	[ "$2" != stolon-keeper ] || pg_below=/postgres
	shift 2
	printf '%s\n' "$pg_managed" | while IFS= read -r pg_place; do
		pg_place=${pg_place%/}$pg_below
		case $pg_place in
		/*) ;;
		*) exit 1 ;;
		esac
		for pg_data; do
			if [ "$pg_place" = "$pg_data" ] || [ "$pg_place" -ef "$pg_data" ]; then exit 1; fi
		done
	done
}

# pg_survey_processes DATA...: process=NAME for each that runs, but for those that are there for
# other servers; one that is a script goes by its name in the command line.
pg_survey_processes() {
	pg_found=' '
	for pg_child in /proc/[0-9]*; do
		read -r pg_title <"$pg_child/comm" || continue
		case $pg_title in
		python*) pg_title=$(tr '\0' ' ' <"$pg_child/cmdline") ;;
		esac
		for pg_manager in $pg_managers; do
			case " $pg_title " in
			*" $pg_manager "* | *"/$pg_manager "*) ;;
			*) continue ;;
			esac
			case $pg_found in
			*" $pg_manager "*) continue ;;
			esac
			pg_is_of_others "${pg_child#/proc/}" "$pg_manager" "$@" ||
				pg_found="$pg_found$pg_manager "
		done
	done
	for pg_manager in $pg_found; do
		echo "process=$pg_manager"
	done
} 2>/dev/null

# pg_survey_space NEW_DATA: free_kib where it is, or is to be.
pg_survey_space() {
	pg_above=$1
	while [ -n "$pg_above" ] && ! [ -e "$pg_above" ]; do
		pg_above=${pg_above%/*}
	done
	df -Pk "${pg_above:-/}" | while read -r pg_rest pg_rest pg_rest pg_free pg_rest; do
		case $pg_free in
		'' | *[!0-9]*) ;;
		*) echo "free_kib=$pg_free" ;;
		esac
	done
}

# pg_survey_extensions BIN: available=NAME for each extension of that release, where packages
# put them, else where its pg_config says.
pg_survey_extensions() {
	pg_major=${1%/bin*} pg_major=${pg_major##*/}
	for pg_share in "${1%/lib/postgresql/*}/share/postgresql/$pg_major" \
		"${1%/bin*}/share/postgresql" "${1%/bin*}/share" ''; do
		[ -n "$pg_share" ] || pg_share=$("$1/pg_config" --sharedir 2>/dev/null)
		[ -e "$pg_share/extension/plpgsql.control" ] && break
	done
	for pg_name in "$pg_share"/extension/*.control; do
		pg_name=${pg_name##*/}
		[ "$pg_name" = '*.control' ] || echo "available=${pg_name%.control}"
	done
}

# pg_survey_libraries NEW_BIN OLD_BIN: what orders text.
pg_survey_libraries() {
	pg_version=$(getconf GNU_LIBC_VERSION) && echo "libc=${pg_version#* }"
	ldd "$1/postgres" | sed -n 's/^.*libicui18n\.so\.\([0-9]*\) .*$/icu_new=\1/p'
	ldd "$2/postgres" | sed -n 's/^.*libicui18n\.so\.\([0-9]*\) .*$/icu_old=\1/p'
} 2>/dev/null

# pg_survey_login BIN CONNINFO: may the owner of the cluster log in from here? What the last
# commit before a swap is written by does.
pg_survey_login() {
	pg_here "$2"
	if pg_said=$(PGCONNECT_TIMEOUT=5 "$1/psql" -XAtqw -d "$pg_conninfo" -c 'SELECT 1' 2>&1); then
		echo login=ok
	else
		echo "login=$(printf '%s' "$pg_said" | tr '\n' ' ')"
	fi
}

# pg_survey DATA NEW_DATA NEW_BIN OLD_BIN CONNINFO
pg_survey() {
	pg_may_look "$1" || return 1
	pg_survey_manager "$1"
	pg_survey_processes "$1" "$2"
	pg_survey_space "$2"
	pg_survey_extensions "$3"
	pg_survey_libraries "$3" "$4"
	pg_survey_login "$4" "$5"
	if [ -e "$1/PG_VERSION" ] && ! [ -e "$1/postgresql.conf" ]; then
		echo config=f
	fi
}
