#include "daemon/engine/postgres/sql/script.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "tests/unit/engine/postgres/check_postgres.h"

/* Parts are shown as "[statement]", "{name of \connect}", "!what has no end". */
/* clang-format off */
static const struct { const char *what, *script, *parts; } cases[] = {
	{ "nothing", "", "" },
	{ "blanks and comments", " \n-- x;\n/* y; /* z */ ; */\t", "" },
	{ "one", "SELECT 1;", "[SELECT 1;]" },
	{ "the last needs no end", "SELECT 1;\nSELECT 2\n", "[SELECT 1;][SELECT 2\n]" },
	{ "empty ones are none", ";; SELECT 1; ; ;", "[SELECT 1;]" },
	{ "a comment before it", "-- a\nSELECT 1; -- b\nSELECT 2;", "[SELECT 1;][SELECT 2;]" },
	{ "a comment in it", "SELECT -- a;b\n1 /* ; ' */;SELECT 2;", "[SELECT -- a;b\n1 /* ; ' */;][SELECT 2;]" },
	{ "minus is no comment", "SELECT 3-1;", "[SELECT 3-1;]" },
	{ "string", "SELECT 'a;b''c;';SELECT 2;", "[SELECT 'a;b''c;';][SELECT 2;]" },
	{ "backslash is plain", "SELECT '\\';SELECT 2;", "[SELECT '\\';][SELECT 2;]" },
	{ "but not behind E", "SELECT E'\\';';SELECT 2;", "[SELECT E'\\';';][SELECT 2;]" },
	{ "nor behind e at the start", "e'\\';';SELECT 2;", "[e'\\';';][SELECT 2;]" },
	{ "a word that ends with E", "SELECT date'\\';SELECT 2;", "[SELECT date'\\';][SELECT 2;]" },
	{ "identifier", "SELECT \"a;\"\"b\\\";SELECT 2;", "[SELECT \"a;\"\"b\\\";][SELECT 2;]" },
	{ "dollars", "DO $$ BEGIN x; '; END $$;SELECT 2;", "[DO $$ BEGIN x; '; END $$;][SELECT 2;]" },
	{ "tagged dollars", "DO $a$ $$ ; $b$ ; $a$;SELECT 2;", "[DO $a$ $$ ; $b$ ; $a$;][SELECT 2;]" },
	{ "a parameter is no tag", "EXECUTE x($1);SELECT $2;", "[EXECUTE x($1);][SELECT $2;]" },
	{ "a dollar in a word", "SELECT a$b;SELECT c$b;", "[SELECT a$b;][SELECT c$b;]" },
	{ "a rule", "CREATE RULE r AS ON INSERT TO t DO (x; y (1;2));SELECT 2;", "[CREATE RULE r AS ON INSERT TO t DO (x; y (1;2));][SELECT 2;]" },
	{ "a bracket too many", "SELECT 1);SELECT 2;", "[SELECT 1);][SELECT 2;]" },
	{ "letters beyond ASCII", "SELECT '\xc3\xa9;' AS \xc3\xa9;S;", "[SELECT '\xc3\xa9;' AS \xc3\xa9;][S;]" },
	{ "a database", "\\connect shop\nSELECT 1;", "{shop}[SELECT 1;]" },
	{ "with blanks around", "SELECT 1; \t\\connect  a b \r\nSELECT 2;", "[SELECT 1;]{a b}[SELECT 2;]" },
	{ "at the end", "\\connect pooler:p1", "{pooler:p1}" },
	{ "the default", "\\connect\nSELECT 1;", "{}[SELECT 1;]" },
	{ "another word", "\\connected;", "[\\connected;]" },
	{ "not within a statement", "SELECT\n\\connect x\n;", "[SELECT\n\\connect x\n;]" },
	{ "a string without end", "SELECT 1;SELECT 'a;", "[SELECT 1;]!'a;" },
	{ "an escaped end", "SELECT E'a\\';", "!'a\\';" },
	{ "an identifier without end", "SELECT \"a;", "!\"a;" },
	{ "dollars without end", "DO $x$ ; $y$;", "!$x$ ; $y$;" },
	{ "a comment without end", "SELECT 1; /* a; /* b */", "[SELECT 1;]!/* a; /* b */" },
	{ "one in a statement", "SELECT 1 /* a;", "!/* a;" },
	{ "no new connections", "\\kept\nSELECT 1;\\kept 2;", "<kept>[SELECT 1;][\\kept 2;]" },
	{ "all at once", "SELECT 1;\\together\n\\connect a\nSELECT 2;", "[SELECT 1;]<together>{a}[SELECT 2;]" },
	{ "a lone backslash at the end", "E'\\", "!'\\" },
};
/* clang-format on */

START_TEST(parts)
{
	const char *at = cases[_i].script;
	struct script_part part;
	struct buf b = { 0 };

	do {
		at = script_next(at, &part);
		switch (part.kind) {
		case SCRIPT_STATEMENT:
			buf_addf(&b, "[%.*s]", (int)part.len, part.text);
			break;
		case SCRIPT_CONNECT:
			buf_addf(&b, "{%.*s}", (int)part.len, part.text);
			break;
		case SCRIPT_KEPT:
			buf_adds(&b, "<kept>");
			break;
		case SCRIPT_TOGETHER:
			buf_adds(&b, "<together>");
			break;
		case SCRIPT_BROKEN:
			buf_addf(&b, "!%.*s", (int)part.len, part.text);
			break;
		case SCRIPT_END:
			break;
		}
	} while (part.kind != SCRIPT_BROKEN && part.kind != SCRIPT_END);
	ck_assert_msg(strcmp(buf_text(&b), cases[_i].parts) == 0, "%s: %s",
	    cases[_i].what, buf_text(&b));
	ck_assert_int_eq(*at, '\0');
	buf_done(&b);
}
END_TEST

/* Whatever it is: parts follow each other to the end, and none is empty. */
static void
walk(const char *script, const char *end)
{
	const char *at = script, *next;
	struct script_part part;

	for (;; at = next) {
		next = script_next(at, &part);
		ck_assert(next >= at && next <= end);
		if (part.kind == SCRIPT_END || part.kind == SCRIPT_BROKEN)
			break;
		ck_assert_msg(next > at && part.text >= at &&
			part.text + part.len <= next,
		    "%s", script);
		ck_assert(part.kind == SCRIPT_CONNECT || part.len > 0);
	}
	ck_assert(next == end);
}

START_TEST(every_short_one)
{
	static const char letters[] = "'\"$;-/*\\E\n";
	enum { LENGTH = 6 };
	char *script = malloc(LENGTH + 1);
	int all = 1;

	for (int i = 0; i < LENGTH; i++)
		all *= (int)sizeof(letters) - 1;
	for (int n = 0; n < all; n++) {
		for (int i = 0, rest = n; i < LENGTH; i++) {
			script[i] = letters[rest % ((int)sizeof(letters) - 1)];
			rest /= (int)sizeof(letters) - 1;
		}
		script[LENGTH] = '\0';
		walk(script, script + LENGTH);
	}
	free(script);
}
END_TEST

TCase *
script_tests(void)
{
	TCase *tc = tcase_create("script");

	tcase_add_loop_test(tc, parts, 0, ARRAY_SIZE(cases));
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_short_one);
	return tc;
}
