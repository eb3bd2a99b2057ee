#include "config.h"

#include "common/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/str.h"

#define LONGEST 1023
#define STARS   "********"

struct secret {
	char value[LONGEST + 1]; /* of one size, so that wiping needs no length */
	struct secret *added;	 /* NULL: none */
	char words[128];	 /* of prompts that ask for the added one */
};

struct secret *
secret_new(const char *value)
{
	struct secret *s = mem_alloc(sizeof(*s));

	(void)str_copy(s->value, sizeof(s->value), value);
	return s;
}

void
secret_free(struct secret *s)
{
	if (s) {
		secret_free(s->added);
		explicit_bzero(s, sizeof(*s));
	}
	free(s);
}

const char *
secret_reveal(const struct secret *s)
{
	return s->value;
}

void
secret_add(struct secret *s, const char *words, struct secret *other)
{
	(void)str_copy(s->words, sizeof(s->words), words);
	secret_free(s->added);
	s->added = other;
}

static bool
names_a_word(const char *prompt, const char *words)
{
	char one[64];
	const char *word;
	size_t len;

	while ((word = str_word(&words, &len)) != NULL) {
		str_printf(one, sizeof(one), "%.*s", (int)len, word);
		if (str_find_nocase(prompt, one) != NULL)
			return true;
	}
	return false;
}

const char *
secret_reveal_for(const struct secret *s, const char *prompt, bool again)
{
	if (s->added != NULL && (again || names_a_word(prompt, s->words)))
		return s->added->value;
	return s->value;
}

static int
not_usable(const char *path, const char *why, struct ud_error *err)
{
	(void)ud_fail(err, UD_ECONFIG, "%s: %s", path, why);
	return ud_remedy(err,
	    "put the password into its first line; it belongs to the user who runs this, mode "
	    "600");
}

static int
check_mode(int fd, const char *path, struct ud_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return not_usable(path, strerror(errno), err);
	if (!S_ISREG(st.st_mode))
		return not_usable(path, "not a regular file", err);
	if (st.st_mode & 077) {
		(void)ud_fail(err, UD_ECONFIG,
		    "%s: others than its owner may read it (%04o)", path,
		    (unsigned)st.st_mode & 07777u);
		return ud_remedy(err, "chmod 600 %s", path);
	}
	return 0;
}

/* Fills buf with the first line. */
static int
read_line(int fd, const char *path, char *buf, size_t size, struct ud_error *err)
{
	size_t len = 0;
	ssize_t n;

	while (len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return not_usable(path, strerror(errno), err);
		len += (size_t)n;
	}
	buf[len] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
	if (buf[0] == '\0')
		return not_usable(path, "its first line is empty", err);
	if (strlen(buf) > LONGEST)
		return not_usable(path, "its first line is longer than 1023 bytes", err);
	return 0;
}

int
secret_read_file(const char *path, struct secret **ret, struct ud_error *err)
{
	char line[LONGEST + 2];
	int fd, rc = -1;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return not_usable(path, strerror(errno), err);
	if (check_mode(fd, path, err) != 0 ||
	    read_line(fd, path, line, sizeof(line), err) != 0)
		goto out;
	*ret = secret_new(line);
	rc = 0;
out:
	explicit_bzero(line, sizeof(line));
	close(fd);
	return rc;
}

/* The text may not grow: a secret shorter than the stars is covered star for byte. */
static void
redact_value(const char *value, char *text)
{
	size_t len = strlen(value);
	size_t stars = len < strlen(STARS) ? len : strlen(STARS);
	char *at = text;

	if (len == 0)
		return;
	while ((at = strstr(at, value))) {
		memset(at, '*', stars);
		memmove(at + stars, at + len, strlen(at + len) + 1);
		at += stars;
	}
}

/* The longer one first: the other may be part of it. */
void
secret_redact(const struct secret *s, char *text)
{
	const char *added = s->added != NULL ? s->added->value : "";
	bool longer = strlen(added) > strlen(s->value);

	redact_value(longer ? added : s->value, text);
	redact_value(longer ? s->value : added, text);
}

/*
 * Words behind which a password stands, and what ends it when it is not quoted:
 * the attributes of an ODBC connection string end at ';' and may hold blanks when the
 * string is quoted as a whole, the others end at a blank.
 */
/* clang-format off */
static const struct word { const char *text; bool blank_follows, odbc; } words[] = {
	{ "-pwdcrypt",     true,  false },
	{ "-pwd",          true,  false },
	{ "-cachePwd",     true,  false },
	{ "PWD=",          false, true  },
	{ "PWDCrypt=",     false, true  },
	{ "OraclePWD=",    false, true  },
	{ "password=",     false, false },
	{ "IDENTIFIED BY", true,  false },
};
/* clang-format on */

/* Length of the word at s when it is there, a blank of it standing for any number. */
static size_t
word_length(const char *s, const char *word)
{
	const char *start = s;

	for (; *word; word++) {
		if (*word == ' ') {
			if (!isspace((unsigned char)*s))
				return 0;
			s += strspn(s, " \t\r\n");
		} else if (tolower((unsigned char)*s++) !=
		    tolower((unsigned char)*word)) {
			return 0;
		}
	}
	return (size_t)(s - start);
}

/* Length of the word and what stands between it and its value; 0 when it is not here. */
static size_t
lead_length(const char *s, const struct word *w)
{
	size_t len = word_length(s, w->text);
	size_t gap;

	if (len == 0)
		return 0;
	gap = strspn(s + len, " \t\r\n");
	if (!w->blank_follows)
		return w->odbc ? len : len + gap;
	if (gap == 0 && s[len] == '=')
		return len + 1;
	return gap > 0 ? len + gap : 0;
}

/* Length of a value. outer is the quote that it stands in, or NUL. */
static size_t
value_length(const char *s, const struct word *w, char outer)
{
	char ends[] = { ' ', '\t', '\r', '\n', ';', '"', '\'', '\0' };
	char odbc_ends[] = { ';', outer, '\0' };
	size_t len;

	if ((*s == '"' || *s == '\'') && *s != outer) {
		for (len = 1; s[len] && s[len] != *s; len++)
			if (s[len] == '\\' && s[len + 1])
				len++;
		return s[len] ? len + 1 : len;
	}
	if (*s == '{' && w->odbc) {
		len = strcspn(s, "}");
		return s[len] ? len + 1 : len;
	}
	return strcspn(s, w->odbc && outer ? odbc_ends : ends);
}

static bool
is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static const struct word *
find_word(const char *text, const char *at, size_t *ret_lead)
{
	size_t i;

	if (at > text && is_word_byte(at[-1]))
		return NULL;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		*ret_lead = lead_length(at, &words[i]);
		if (*ret_lead > 0)
			return &words[i];
	}
	return NULL;
}

char *
secret_redact_words(const char *text)
{
	struct buf out = { 0 };
	const char *at = text;
	char outer = '\0';
	size_t lead, value;

	while (*at) {
		const struct word *w = find_word(text, at, &lead);

		if (!w) {
			if (*at == outer)
				outer = '\0';
			else if (!outer && (*at == '"' || *at == '\''))
				outer = *at;
			buf_add(&out, at++, 1);
			continue;
		}
		value = value_length(at + lead, w, outer);
		buf_add(&out, at, lead);
		if (value > 0)
			buf_adds(&out, STARS);
		at += lead + value;
	}
	return buf_take(&out);
}
