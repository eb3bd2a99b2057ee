/* The catalogue of databases: what is known of each, loading and unloading. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"
#include "tests/sandbox/store.h"
#include "tests/sandbox/timestend.h"

bool
ram_by_hand(const char *policy)
{
	return strcmp(policy, "manual") == 0 || strcmp(policy, "enduring") == 0;
}

struct entry *
entry_find(struct daemon *d, const char *path, bool make)
{
	struct entry *e;

	TAILQ_FOREACH(e, &d->entries, link)
		if (strcmp(e->path, path) == 0)
			return e;
	if (!make)
		return NULL;
	e = need_zero(sizeof(*e));
	need_fit(e->path, sizeof(e->path), path);
	e->name = world_store_name(e->path);
	e->open = true;
	need_fit(e->ram_policy, sizeof(e->ram_policy), "inUse");
	need_fit(e->rep_policy, sizeof(e->rep_policy), "manual");
	need_fit(e->cache_policy, sizeof(e->cache_policy), "manual");
	TAILQ_INSERT_TAIL(&d->entries, e, link);
	return e;
}

void
entry_save_all(const struct daemon *d)
{
	char *path = need_format("%s/info/catalogue.json", d->w->home);
	char *fresh = need_format("%s.new", path);
	json_t *list = json_array();
	struct entry *e;

	TAILQ_FOREACH(e, &d->entries, link)
		json_array_append_new(list,
		    json_pack("{s:s,s:s,s:i,s:s,s:s,s:b,s:b,s:s}", "path", e->path,
			"ram", e->ram_policy, "grace", e->ram_grace_s, "rep",
			e->rep_policy, "cache", e->cache_policy, "wanted",
			e->rep_wanted, "open", e->open, "cache_uid", e->cache_uid));
	if (json_dump_file(list, fresh, JSON_INDENT(1)) == 0)
		(void)rename(fresh, path);
	json_decref(list);
	free(path);
	free(fresh);
}

void
entry_load_all(struct daemon *d)
{
	char *path = need_format("%s/info/catalogue.json", d->w->home);
	json_t *list = json_load_file(path, 0, NULL), *o;
	const char *p, *ram, *rep, *cache, *uid;
	struct entry *e;
	int grace, wanted, open;
	size_t i;

	json_array_foreach(list, i, o) {
		if (json_unpack(o, "{s:s,s:s,s:i,s:s,s:s,s:b,s:b,s:s}", "path", &p,
			"ram", &ram, "grace", &grace, "rep", &rep, "cache", &cache,
			"wanted", &wanted, "open", &open, "cache_uid", &uid) != 0)
			continue;
		e = entry_find(d, p, true);
		need_fit(e->ram_policy, sizeof(e->ram_policy), ram);
		need_fit(e->rep_policy, sizeof(e->rep_policy), rep);
		need_fit(e->cache_policy, sizeof(e->cache_policy), cache);
		need_fit(e->cache_uid, sizeof(e->cache_uid), uid);
		e->ram_grace_s = grace;
		e->rep_wanted = wanted;
		e->open = open;
	}
	json_decref(list);
	free(path);
}

int
entry_connections(const struct daemon *d, const struct entry *e, const char *kind)
{
	struct client *c;
	int n = 0;

	TAILQ_FOREACH(c, &d->clients, link)
		n += c->entry == e && (kind == NULL || strcmp(c->kind, kind) == 0);
	return n +
	    (e->cache_running && (kind == NULL || strcmp(kind, "cacheagent") == 0));
}

/* 0 when these files may be loaded by this release. */
static int
check_files(struct daemon *d, struct store *s, struct sim_error *err)
{
	char *release = store_get(s, "release");
	int rc = 0;

	if (store_get_int(s, "partial"))
		rc = refuse(err, 662, NULL);
	else if (store_get_int(s, "bits") != d->w->bits)
		rc = refuse(err, 819,
		    "Data store not compatible with library: bit levels differ");
	else if (release == NULL || world_major(release) != world_major(d->w->release))
		rc = refuse(err, 819,
		    "Data store not compatible with library: data store is %s",
		    release != NULL ? release : "unknown");
	free(release);
	return rc;
}

int
entry_load(struct daemon *d, struct entry *e, struct sim_error *err)
{
	struct store s;
	bool dirty;

	if (e->loaded)
		return 0;
	if (store_open(&s, d->w, e->path, err) != 0)
		return -1;
	if (check_files(d, &s, err) != 0) {
		store_close(&s);
		return -1;
	}
	dirty = store_get_int(&s, "dirty") != 0;
	/* A patch release takes the database over as its own. */
	store_set(&s, "release", d->w->release);
	store_set_int(&s, "dirty", 1);
	store_set(&s, "loaded_by", d->w->instance);
	role_loaded(&s);
	store_close(&s);
	e->loaded = true;
	e->invalid = false;
	e->recovering = dirty;
	e->unload_ms = 0;
	e->ready_ms = moment_ms() +
	    (dirty ? knob_draw_ms(d->w, e->name, "recovery", 200, 800)
		   : knob_draw_ms(d->w, e->name, "load", 20, 100));
	record_event(d->w, e->name, "load", "{s:b,s:s}", "recovery", dirty, "path",
	    e->path);
	return 0;
}

void
entry_unload(struct daemon *d, struct entry *e, const char *why)
{
	struct sim_error err;
	struct store s;

	e->unload_ms = 0;
	if (!e->loaded)
		return;
	cache_agent_end(e);
	e->loaded = false;
	if (store_open(&s, d->w, e->path, &err) == 0) {
		role_settle(&s);
		role_unloaded(&s, "unload");
		store_checkpoint(&s);
		store_set_int(&s, "dirty", 0);
		store_set(&s, "loaded_by", "");
		store_close(&s);
	}
	record_event(d->w, e->name, "unload", "{s:s}", "why", why);
}

void
entry_invalidate(struct daemon *d, struct entry *e, const char *why)
{
	struct client *c, *next;
	struct sim_error err;
	struct store s;

	if (!e->loaded)
		return;
	e->loaded = false;
	e->invalid = true;
	cache_agent_end(e);
	agent_kill(d, e);
	for (c = TAILQ_FIRST(&d->clients); c != NULL; c = next) {
		next = TAILQ_NEXT(c, link);
		if (c->entry == e) {
			c->entry = NULL; /* no unload by policy from here */
			shutdown(c->wire.fd, SHUT_RDWR);
		}
	}
	if (store_open(&s, d->w, e->path, &err) == 0) {
		role_settle(&s);
		role_unloaded(&s, why);
		store_close(&s);
	}
	record_event(d->w, e->name, "invalidate", "{s:s}", "why", why);
}

/* Policy inUse: the last connection is gone, so the database goes after the grace time. */
void
entry_check_unload(struct daemon *d, struct entry *e)
{
	if (!e->loaded || strcmp(e->ram_policy, "inUse") != 0)
		return;
	if (entry_connections(d, e, NULL) > 0)
		e->unload_ms = 0;
	else if (e->ram_grace_s > 0)
		e->unload_ms = moment_ms() + e->ram_grace_s * 1000;
	else
		entry_unload(d, e, "ram policy");
}

void
client_drop(struct daemon *d, struct client *c)
{
	struct entry *e = c->entry;

	if (c->holder != NULL)
		c->holder->busy[0] = '\0';
	if (e != NULL && strcmp(c->kind, "application") == 0)
		record_event(d->w, e->name, "disconnected", "{s:s,s:i,s:i}", "kind",
		    c->kind, "client_pid", (int)c->pid, "connection", c->id);
	TAILQ_REMOVE(&d->clients, c, link);
	wire_close(&c->wire);
	free(c);
	if (e != NULL)
		entry_check_unload(d, e);
}
