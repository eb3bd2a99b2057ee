# Makes C of a file of facts: rows as daemon/model/data_file.h has them compiled in. A row is
# one line: section "title" { key = "value"  key = { "one", "two" } }
#   awk -v name=errors -f data.awk FILE
function fail(why) {
	printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
	failed = 1
	exit 1
}
# Takes the pattern from the front of rest.
function take(pattern) {
	sub(/^[ \t]+/, "", rest)
	if (!match(rest, "^(" pattern ")"))
		fail("expected " pattern ": " rest)
	taken = substr(rest, 1, RLENGTH)
	rest = substr(rest, RLENGTH + 1)
	sub(/^[ \t]+/, "", rest)
	return taken
}
function comes(character) { return substr(rest, 1, 1) == character }
function take_string(  s) {
	s = take("\"[^\"\\\\]*\"")
	return substr(s, 2, length(s) - 2)
}
BEGIN { printf "/* Made of etc/ by etc/data.awk. */\n" }
/^[ \t]*(#|$)/ { next }
{
	rest = $0
	section = take("[a-z]+")
	title = take_string()
	words = ""
	take("\\{")
	while (!comes("}")) {
		key = take("[a-z_]+")
		take("=")
		if (comes("{")) {
			take("\\{")
			value = ""
			while (!comes("}")) {
				value = value (value == "" ? "" : "\\n") take_string()
				if (comes(","))
					take(",")
			}
			take("}")
		} else {
			value = take_string()
		}
		words = words "\"" key "\", \"" value "\", "
	}
	take("}")
	printf "static const char *const %s_%d[] = { %sNULL };\n", name, n, words
	row[n++] = "{ \"" section "\", \"" title "\", " name "_" (n - 1) " },"
}
END {
	if (failed)
		exit 1
	printf "static const struct data_builtin %s_rows[] = {\n", name
	for (i = 0; i < n; i++)
		printf "\t%s\n", row[i]
	print "};"
}
