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

# pg_pooler_prepare FILE HOSTS PORT HOST PORT: makes the new text ready, and prints the entries.
pg_pooler_prepare() {
	pg_pooler_file "$1"
	shift
	pg_pooler_entries "$pg_file" "$1" "$2" &&
		cp -p "$pg_file" "$pg_file.upgraded" &&
		pg_pooler_entries "$pg_file" "$@" >"$pg_file.upgraded"
}

# pg_pooler_point FILE HOSTS PORT HOST PORT: the new text takes its place. One that was made
# before somebody changed the file is made again.
pg_pooler_point() {
	pg_pooler_file "$1"
	if ! [ -e "$pg_file.upgraded" ] || [ "$pg_file" -nt "$pg_file.upgraded" ]; then
		pg_pooler_prepare "$@" >/dev/null || return 1
	fi
	mv -f "$pg_file.upgraded" "$pg_file" && printf 'pointed\t%s\n' "$pg_file"
}
