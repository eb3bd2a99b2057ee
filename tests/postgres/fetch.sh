#!/bin/sh
# Puts releases of PostgreSQL side by side below a folder, from Debian's own packages of other
# suites, and prints what there is: lines `RELEASE BIN`. Nothing is installed, dpkg's state is
# not touched, and root is not needed. What is there stays; a second run needs no network.
#
#   fetch.sh [--list] [DIR]
#
# DIR: $UPGRADED_CACHE, or below the caches of this machine or user. --list: only what is there.
# SUITES: which ones to look into. A suite that cannot be had is named, and the others go on.
set -eu
umask 022

: "${SUITES:=bullseye bookworm trixie forky}"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

say() {
	echo "fetch.sh: $*" >&2
}

default_dir() {
	if [ "$(id -u)" -eq 0 ]; then
		echo /var/cache/upgraded/postgresql # servers run as postgres, who cannot see /root
	else
		echo "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/upgraded/postgresql"
	fi
}

# --- what there is ----------------------------------------------------------------------

# The host's own servers come last, and only where they are not in DIR: theirs may be replaced.
list() {
	{
		for bin in "$dir"/[0-9]*/usr/lib/postgresql/[0-9]*/bin; do
			[ -x "$bin/postgres" ] || continue
			release=${bin#"$dir"/}
			echo "${release%%/*} $bin"
		done
		for bin in /usr/lib/postgresql/[0-9]*/bin; do
			[ -x "$bin/postgres" ] || continue
			echo "$("$bin/postgres" -V | sed 's/^[^0-9]*\([0-9.]*\).*/\1/') $bin"
		done
	} | sort -t . -k 1,1n -k 2,2n -s | awk '!seen[$1]++'
}

# --- apt, with a state of its own -------------------------------------------------------

# The repositories of this machine, of the suite instead of its own.
write_sources() { # SUITE
	# shellcheck disable=SC1091
	own=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	signed=''
	[ ! -e $KEYRING ] || signed="[signed-by=$KEYRING] "
	# shellcheck disable=SC2016 # apt's own words
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' | sort -u |
		awk -v own="$own" -v suite="$1" -v signed="$signed" '
			$2 == own || index($2, own "-") == 1 {
				print "deb " signed $1 " " suite substr($2, length(own) + 1) " " $3
			}'
}

apt() { # PROGRAM ARG...
	program=$1
	shift
	"$program" -q \
		-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null \
		-o Dir::State::Lists="$state/lists" -o Dir::State::status="$state/status" \
		-o Dir::Cache="$state/cache" -o Dir::Cache::archives="$state/archives" \
		-o APT::Sandbox::User= -o Acquire::Retries=3 \
		-o APT::Architecture="$(dpkg --print-architecture)" "$@"
}

# Versions of the suite's server package, a line each: PACKAGE VERSION.
versions() {
	for package in $(apt apt-cache pkgnames postgresql- | grep -Ex 'postgresql-[0-9]+'); do
		apt apt-cache madison "$package" | awk '{ print $1, $3 }'
	done | sort -u
}

# The libraries that the server's package wants, without the compiler for queries, which is
# larger than all the rest, and without what belongs to perl and to logins.
libraries() { # PACKAGE
	apt apt-get -s --no-install-recommends install "$1" |
		awk '$1 == "Inst" && $2 ~ /^(lib|zlib1g$)/ { print $2 }' |
		grep -Ev '^lib(llvm|z3|perl|c-|pam-modules|semanage|sepol|gdbm|debconf)|-perl$|-(common|shared|dev)$'
}

# --- unpacking --------------------------------------------------------------------------

# Programs find their libraries in the folder, also for the modules that they load: hence
# rpath, not runpath. With a younger libc comes its loader, else the host's is used.
relocate() { # FOLDER
	libs=$(find "$1/usr/lib" -maxdepth 1 -name '*-linux-gnu*' -type d | head -n 1)
	loader=$(find "$1" -name 'ld-linux*.so.*' | head -n 1)
	for program in "$1"/usr/lib/postgresql/*/bin/*; do
		[ "$(head -c 4 "$program" | tail -c 3)" = ELF ] || continue
		patchelf --force-rpath \
			--set-rpath "$libs:$1/lib${libs#"$1/usr/lib"}" "$program"
		[ -z "$loader" ] || patchelf --set-interpreter "$loader" "$program"
	done
}

unpack() { # PACKAGE VERSION
	release=${2%%-*}
	[ ! -x "$dir/$release/usr/lib/postgresql/${1#postgresql-}/bin/pg_upgrade" ] || return 0
	say "unpacking $release"
	new=$dir/.new.$release
	rm -rf "$new" "${dir:?}/$release"
	mkdir -p "$new/debs"
	wanted=$(libraries "$1")
	host_libc=$(dpkg-query -W -f '${Version}' libc6 2>/dev/null || echo 0)
	suite_libc=$(apt apt-cache show --no-all-versions libc6 | sed -n 's/^Version: //p')
	if ! dpkg --compare-versions "$suite_libc" gt "$host_libc"; then
		wanted=$(echo "$wanted" | grep -Evx 'libc6|libcrypt1|libgcc-s1|libstdc\+\+6')
	fi
	# shellcheck disable=SC2086 # a list of words
	(cd "$new/debs" && apt apt-get download "$1=$2" "postgresql-client-${1#*-}=$2" $wanted \
		>"$state/download.log" 2>&1) || {
		tail -n 3 "$state/download.log" >&2
		return 1
	}
	mv "$new/debs" "$dir/.debs.$release"
	for deb in "$dir/.debs.$release"/*.deb; do
		dpkg -x "$deb" "$new" || return 1
	done
	rm -rf "$dir/.debs.$release" "$new/usr/share/doc" "$new/usr/share/man" \
		"$new/usr/share/locale" "$new"/usr/lib/postgresql/*/lib/bitcode \
		"$new"/usr/lib/postgresql/*/lib/llvmjit.so
	chmod -R a+rX "$new"
	mv "$new" "${dir:?}/$release"
	relocate "$dir/$release"
	"$dir/$release/usr/lib/postgresql/${1#postgresql-}/bin/postgres" -V >/dev/null || {
		rm -rf "${dir:?}/$release"
		return 1
	}
}

fetch_suite() { # SUITE
	state=$dir/.apt/$1
	[ ! -e "$state/done" ] || return 0
	mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/cache"
	: >"$state/status"
	write_sources "$1" >"$state/sources.list"
	[ -s "$state/sources.list" ] || {
		say "$1: this machine has no repository of its own suite to derive from"
		return 0
	}
	apt apt-get update >"$state/update.log" 2>&1 || : # a part of it may not be served
	found=$(versions)
	[ -n "$found" ] || {
		say "$1: not served here: $(grep -m 1 '^[EW]:' "$state/update.log" || echo no server in it)"
		return 0
	}
	whole=1
	while read -r package version; do
		unpack "$package" "$version" || {
			say "$1: ${version%%-*} cannot be had"
			whole=0
		}
	done <<-EOF
		$found
	EOF
	rm -rf "$state/lists" "$state/archives" "$state/cache"
	[ $whole -eq 0 ] || : >"$state/done"
}

# --- begin ------------------------------------------------------------------------------

only_list=0
if [ "${1:-}" = --list ]; then
	only_list=1
	shift
fi
dir=${1:-${UPGRADED_CACHE:-$(default_dir)}}
if [ $only_list -eq 1 ]; then
	list
	exit 0
fi
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/.lock"
flock 9
for program in apt-get dpkg patchelf; do
	command -v $program >/dev/null || {
		say "no $program: nothing can be unpacked"
		SUITES=''
	}
done
for suite in $SUITES; do
	fetch_suite "$suite"
done
: >"$dir/.looked"
list
