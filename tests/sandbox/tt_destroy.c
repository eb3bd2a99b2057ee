/* ttDestroy: removes a database for good; the sandbox keeps its rows in ROOT/graves. */
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/utility.h"

/* Does the main daemon of that instance of this host hold the database in memory just now? */
static bool
is_loaded_by(const struct world *w, const char *instance, const char *path)
{
	struct world other = *w;
	char *slash = strrchr(other.home, '/');
	json_t *answer;
	bool loaded;

	if (slash == NULL)
		return false;
	need_fit(slash + 1, sizeof(other.home) - (size_t)(slash + 1 - other.home),
	    instance);
	answer = wire_ask(&other, json_pack("{s:s,s:s}", "op", "query", "path", path));
	loaded = json_is_true(
	    json_object_get(json_object_get(answer, "database"), "loaded"));
	json_decref(answer);
	return loaded;
}

/* A database of another major release is not this one's to remove, unless forced; one that another
 * instance has in memory never is. */
static int
check_owner(struct utility *u, struct store *s, bool force, struct sim_error *err)
{
	char *release = store_get(s, "release"), *by = store_get(s, "loaded_by");
	int rc = 0;

	if (by != NULL && *by != '\0' && strcmp(by, u->w->instance) != 0 &&
	    is_loaded_by(u->w, by, s->path))
		rc = refuse(err, 712, NULL);
	else if (!force && release != NULL &&
	    world_major(release) != world_major(u->w->release))
		rc = refuse(err, 819,
		    "Data store not compatible with library: data store is %s",
		    release);
	else if (by != NULL && *by != '\0' && strcmp(by, u->w->instance) != 0 && !force)
		rc = refuse(err, 712, NULL);
	free(release);
	free(by);
	return rc;
}

static int
bury(struct utility *u, const char *path, bool force, struct sim_error *err)
{
	struct sim_error unreadable;
	struct store s;
	char *grave = NULL, *role, *was;
	int64_t gcn = 0;

	if (store_open(&s, u->w, path, &unreadable) == 0) {
		if (check_owner(u, &s, force, err) != 0) {
			store_close(&s);
			return -1;
		}
		role = store_get(&s, "role");
		was = store_get(&s, "was");
		store_last(&s, NULL, &gcn, NULL);
		grave = store_bury(&s);
		record_event(u->w, world_store_name(path), "destroy",
		    "{s:s,s:s?,s:s?,s:s?,s:I}", "path", path, "grave", grave, "role",
		    role, "was", was, "gcn", (json_int_t)gcn);
		free(role);
		free(was);
		store_close(&s);
	} else {
		record_event(u->w, world_store_name(path), "destroy", "{s:s,s:n,s:s}",
		    "path", path, "grave", "role", "partial files");
	}
	store_unlink(path);
	free(grave);
	return 0;
}

static int
destroy(struct utility *u, const char *path, bool force, struct sim_error *err)
{
	struct wire wire;
	json_t *answer;
	int code = 799, rc;

	wire_init(&wire, wire_daemon(u->w));
	if (wire.fd < 0)
		return refuse(err, 799, NULL);
	if (!store_has_files(path)) {
		wire_close(&wire);
		return refuse(err, 833, "Data store %s does not exist", path);
	}
	answer = wire_send(&wire,
		     json_pack("{s:s,s:s,s:s}", "op", "hold", "path", path, "why",
			 "destroy")) == 0
	    ? wire_await(&wire, 10000)
	    : NULL;
	if (answer != NULL)
		code = (int)json_integer_value(json_object_get(answer, "code"));
	json_decref(answer);
	rc = code == 0 ? bury(u, path, force, err) : refuse(err, code, NULL);
	if (rc == 0 &&
	    wire_send(&wire, json_pack("{s:s,s:s}", "op", "forget", "path", path)) == 0)
		json_decref(wire_await(&wire, 10000));
	wire_close(&wire);
	return rc;
}

int
tt_destroy(struct utility *u)
{
	struct option_spec o[] = { { "-wait", 0 }, { "-timeout", 1 }, { "-force", 0 },
		{ "-connStr", 1 }, { NULL } };
	const char *word = NULL;
	struct sim_error err;
	int64_t pause = 5000;

	if (utility_parse(u, o, &word, 1) < 0)
		return 1;
	if (o[3].seen)
		word = o[3].value;
	if (word != NULL && strchr(word, '=') == NULL && strchr(word, '/') != NULL)
		need_fit(u->dsn.path, sizeof(u->dsn.path), word);
	else if (utility_dsn(u, word) != 0)
		return 1;
	if (o[1].seen)
		pause = strtoll(o[1].value, NULL, 10) * 1000;
	while (destroy(u, u->dsn.path, o[2].seen, &err) != 0) {
		if (!o[0].seen || err.code != 712)
			return utility_refuse(u, &err, 1);
		moment_sleep_ms(pause);
	}
	return 0;
}
