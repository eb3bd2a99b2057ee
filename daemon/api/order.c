#include "config.h"

#include "daemon/api/order.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

#define OPTIONS_MAX      64
#define OPTION_KEY_MAX   64
#define OPTION_VALUE_MAX 1024
#define GATES_MAX        64

static bool
is_printable(const char *text, size_t max)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return len <= max;
}

static int
read_release(struct order *o, const struct pair *p, const json_t *body,
    struct ud_error *err)
{
	const char *to = NULL;

	if (ujson_string(body, "to", true, &to, err) != 0)
		return ud_remedy(err,
		    "name the release to upgrade to, such as \"22.1.1.30.0\"");
	if (p->engine->release_parse(to, &o->plan.to, err) != 0) {
		err->code = UD_EUSAGE;
		return ud_wrap(err, "body.to");
	}
	(void)str_copy(o->to_text, sizeof(o->to_text), to);
	return 0;
}

static int
read_procedure(struct order *o, const json_t *body, struct ud_error *err)
{
	const char *procedure = NULL;

	if (ujson_string(body, "procedure", false, &procedure, err) != 0)
		return -1;
	if (!procedure || !*procedure)
		return 0;
	if (!str_is_name(procedure, sizeof(o->procedure) - 1)) {
		(void)ud_fail(err, UD_EUSAGE,
		    "body.procedure: no procedure has such a name");
		return ud_remedy(err, "GET /v1/procedures lists them");
	}
	(void)str_copy(o->procedure, sizeof(o->procedure), procedure);
	o->plan.procedure = o->procedure;
	return 0;
}

/* Values are text in the end; numbers and truth values may be written as what they are. */
static int
add_option(struct order *o, const char *key, const json_t *value, struct ud_error *err)
{
	char text[32];
	const char *s = text;

	if (json_is_string(value))
		s = json_string_value(value);
	else if (json_is_integer(value))
		str_printf(text, sizeof(text), "%lld",
		    (long long)json_integer_value(value));
	else if (json_is_boolean(value))
		str_printf(text, sizeof(text), "%s",
		    json_is_true(value) ? "true" : "false");
	else
		return ud_fail(err, UD_EUSAGE, "body.options.%.64s: a string is needed",
		    key);
	if (!str_is_name(key, OPTION_KEY_MAX))
		return ud_fail(err, UD_EUSAGE,
		    "body.options: no option has such a name");
	if (!is_printable(s, OPTION_VALUE_MAX))
		return ud_fail(err, UD_EUSAGE,
		    "body.options.%s: at most %d bytes without control characters", key,
		    OPTION_VALUE_MAX);
	settings_set(&o->options, key, s);
	return 0;
}

static int
read_options(struct order *o, json_t *body, struct ud_error *err)
{
	json_t *options = json_object_get(body, "options"), *value;
	const char *key;

	if (!options || json_is_null(options))
		return 0;
	if (!json_is_object(options))
		return ud_fail(err, UD_EUSAGE, "body.options: an object is needed");
	if (json_object_size(options) > OPTIONS_MAX)
		return ud_fail(err, UD_EUSAGE, "body.options: at most %d are accepted",
		    OPTIONS_MAX);
	json_object_foreach(options, key, value) {
		if (add_option(o, key, value, err) != 0)
			return -1;
	}
	o->plan.options = &o->options;
	return 0;
}

static int
add_gate(struct order *o, const char *gate, struct ud_error *err)
{
	if (!str_is_name(gate, NAME_MAX_BYTES - 1)) {
		(void)ud_fail(err, UD_EUSAGE, "body.gates: no gate has such a name");
		return ud_remedy(err,
		    "accepted: \"every-step\", \"none\", or ids of gates "
		    "such as \"before-swap\"");
	}
	if (o->gates.count >= GATES_MAX)
		return ud_fail(err, UD_EUSAGE, "body.gates: at most %d are accepted",
		    GATES_MAX);
	str_list_add(&o->gates, gate);
	return 0;
}

/* "before-swap,before-destroy": as people write it behind --gates. */
static int
split_gates(struct order *o, const char *text, struct ud_error *err)
{
	char *copy = mem_strdup(text), *rest = copy, *one;
	int rc = 0;

	while (rc == 0 && (one = strsep(&rest, ",")) != NULL)
		rc = add_gate(o, str_trim(one), err);
	free(copy);
	return rc;
}

static int
read_gates(struct order *o, json_t *body, struct ud_error *err)
{
	json_t *gates = json_object_get(body, "gates"), *one;
	size_t i;

	if (!gates || json_is_null(gates))
		return 0;
	if (json_is_string(gates) && split_gates(o, json_string_value(gates), err) != 0)
		return -1;
	if (!json_is_string(gates) && !json_is_array(gates))
		return ud_fail(err, UD_EUSAGE,
		    "body.gates: a string or a list is needed");
	json_array_foreach(gates, i, one) {
		if (!json_is_string(one))
			return ud_fail(err, UD_EUSAGE,
			    "body.gates: strings are needed");
		if (add_gate(o, json_string_value(one), err) != 0)
			return -1;
	}
	o->plan.gates = &o->gates;
	return 0;
}

int
order_read(struct order *o, const struct pair *p, const json_t *body,
    struct ud_error *err)
{
	static const char *const known[] = { "to", "procedure", "options", "gates",
		NULL };
	json_t *none = body ? NULL : json_object();
	json_t *obj = body ? (json_t *)(uintptr_t)body : none;
	int rc = -1;

	*o = (struct order){ 0 };
	if (ujson_known(obj, known, err) == 0 && read_release(o, p, obj, err) == 0 &&
	    read_procedure(o, obj, err) == 0 && read_options(o, obj, err) == 0 &&
	    read_gates(o, obj, err) == 0)
		rc = 0;
	json_decref(none);
	if (rc != 0)
		order_done(o);
	return rc;
}

void
order_done(struct order *o)
{
	settings_done(&o->options);
	str_list_done(&o->gates);
}
