#include "config.h"

#include "daemon/model/command.h"

#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"
#include "common/secret.h"

void
command_init(struct command *c)
{
	*c = (struct command){ .kind = COMMAND_NONE, .installation = -1 };
}

void
command_done(struct command *c)
{
	str_list_done(&c->argv);
	str_list_done(&c->env);
	free(c->statements);
	command_init(c);
}

static bool
is_plain(const char *word)
{
	static const char plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789_-./:,@%+=";

	return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

/* In one pair of quotes whatever it holds, so that a redactor sees where it ends. */
static void
add_word(struct buf *b, const char *word)
{
	if (b->len > 0)
		buf_adds(b, " ");
	if (is_plain(word)) {
		buf_adds(b, word);
	} else if (strchr(word, '\'') == NULL) {
		buf_addf(b, "'%s'", word);
	} else {
		buf_adds(b, "\"");
		for (; *word != '\0'; word++) {
			if (strchr("\"\\$`", *word) != NULL)
				buf_adds(b, "\\");
			buf_add(b, word, 1);
		}
		buf_adds(b, "\"");
	}
}

/* NAME=value keeps its name outside the quotes. */
static void
add_assignment(struct buf *b, const char *word)
{
	const char *mark = strchr(word, '=');
	struct buf value = { 0 };

	if (mark == NULL)
		return;
	if (b->len > 0)
		buf_adds(b, " ");
	buf_add(b, word, (size_t)(mark - word) + 1);
	add_word(&value, mark + 1);
	buf_adds(b, buf_text(&value));
	buf_done(&value);
}

/* The site reads its hook's environment in the manual: only the vendor's is shown. */
static char *
argv_text(const struct command *c)
{
	struct buf b = { 0 };

	for (size_t i = 0; c->kind == COMMAND_JOB && i < c->env.count; i++)
		add_assignment(&b, c->env.items[i]);
	for (size_t i = 0; i < c->argv.count; i++)
		add_word(&b, c->argv.items[i]);
	return buf_take(&b);
}

char *
command_text(const struct command *c)
{
	char *plain = NULL, *text;

	switch (c->kind) {
	case COMMAND_JOB:
	case COMMAND_HOOK:
		plain = argv_text(c);
		break;
	case COMMAND_SESSION:
	case COMMAND_SHELL:
		plain = mem_strdup(c->statements);
		break;
	case COMMAND_NONE:
		break;
	}
	if (plain == NULL)
		plain = mem_strdup("");
	text = secret_redact_words(plain);
	explicit_bzero(plain, strlen(plain));
	free(plain);
	return text;
}

void
outcome_done(struct outcome *o)
{
	free(o->output);
	*o = (struct outcome){ 0 };
}

const char *
ending_name(enum ending e)
{
	switch (e) {
	case ENDING_EXITED:
		return "exited";
	case ENDING_SIGNALLED:
		return "signalled";
	case ENDING_TIMED_OUT:
		return "timed out";
	case ENDING_CANCELLED:
		return "cancelled";
	case ENDING_GONE:
		return "gone";
	case ENDING_FAILED:
		return "failed";
	}
	return "unknown";
}

const char *
verdict_name(enum verdict v)
{
	switch (v) {
	case VERDICT_OK:
		return "ok";
	case VERDICT_AGAIN:
		return "again";
	case VERDICT_STOP:
		return "stop";
	case VERDICT_DANGER:
		return "danger";
	}
	return "unknown";
}
