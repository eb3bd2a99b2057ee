#include "config.h"

#include "client/request.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

/* A member that was not asked for is left out: the daemon has its own default. */
static void
set_text(json_t *body, const char *key, const char *text)
{
	if (text != NULL)
		(void)json_object_set_new(body, key, json_string(text));
}

static void
set_settings(json_t *body, const struct str_list *settings)
{
	json_t *options;
	char *key;
	const char *equal;
	size_t i;

	if (settings->count == 0)
		return;
	options = json_object();
	for (i = 0; i < settings->count; i++) {
		equal = strchr(settings->items[i], '=');
		if (equal == NULL)
			continue; /* verb_settings_judge() has refused it */
		key = mem_strndup(settings->items[i],
		    (size_t)(equal - settings->items[i]));
		set_text(options, key, equal + 1);
		free(key);
	}
	(void)json_object_set_new(body, "options", options);
}

static void
set_gates(json_t *body, const char *gates)
{
	json_t *list;
	char *copy, *rest, *word;

	if (gates == NULL)
		return;
	list = json_array();
	copy = rest = mem_strdup(gates);
	while ((word = strsep(&rest, ",")) != NULL) {
		word = str_trim(word);
		if (*word != '\0')
			(void)json_array_append_new(list, json_string(word));
	}
	free(copy);
	(void)json_object_set_new(body, "gates", list);
}

json_t *
request_target(const struct options *o)
{
	json_t *body = json_object();

	set_text(body, "to", o->to);
	set_text(body, "procedure", o->procedure);
	set_settings(body, &o->settings);
	set_gates(body, o->gates);
	return body;
}

json_t *
request_comment(const struct options *o)
{
	json_t *body = json_object();

	set_text(body, "comment", o->comment);
	return body;
}
