/* The source's side of ttRepAdmin -duplicate: checks, then a copy sent by a child. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/image.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

static const char *
text_of(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

static int
check_user(struct store *s, json_t *request, struct sim_error *err)
{
	char *privs = store_text(s->self,
	    "SELECT privs FROM user WHERE name=%Q COLLATE NOCASE AND pwd=%Q",
	    text_of(request, "uid"), text_of(request, "pwd"));
	int rc = 0;

	if (privs == NULL)
		rc = refuse(err, 7001, NULL);
	else if (strstr(privs, "ADMIN") == NULL && store_get_int(s, "public_admin") == 0)
		rc = refuse(err, 15100, "User %s lacks privilege ADMIN",
		    text_of(request, "uid"));
	sqlite3_free(privs);
	return rc;
}

/* R8.7: a standby comes from the ACTIVE, a subscriber from the STANDBY or without one. */
static int
check_role(struct store *s, bool to_master, struct sim_error *err)
{
	char *role = role_now(s), *mark = store_get(s, "mark");
	bool active = strcmp(role, "ACTIVE") == 0,
	     standby = strcmp(role, "STANDBY") == 0;
	bool marked = mark != NULL && *mark != '\0';
	int rc = 0;

	if (to_master && !active)
		rc = refuse(err, 8143,
		    "The STANDBY store can only be duplicated from the ACTIVE store");
	else if (!to_master && !standby && !(active && marked))
		rc = refuse(err, 8144,
		    "Duplicate not permitted. Reason: the local store is %s. Duplicate is only"
		    " permitted from the ACTIVE store to the STANDBY store, from the STANDBY store"
		    " to a SUBSCRIBER, or from the ACTIVE store to a SUBSCRIBER if the STANDBY store"
		    " has failed",
		    role);
	free(role);
	free(mark);
	return rc;
}

/* In a classic scheme whoever sends to the target can be copied. */
static int
check_sends(struct store *s, int64_t target, struct sim_error *err)
{
	if (store_int(s->self, "SELECT count(*) FROM peer WHERE id=%lld",
		(long long)target) > 0)
		return 0;
	return refuse(err, 8144,
	    "Duplicate not permitted. Reason: this database does not send to the target");
}

static int
check_request(struct store *s, const struct world *w, json_t *request, int64_t *ret_id,
    bool *ret_master, struct sim_error *err)
{
	const char *store = text_of(request, "store"), *host = text_of(request, "host");
	char *kind, *charset;
	bool same;

	if (world_major(text_of(request, "release")) != world_major(w->release))
		return refuse(err, 16048,
		    "Source release %s and target release %s differ", w->release,
		    text_of(request, "release"));
	if (strcmp(text_of(request, "from"), s->name) != 0 &&
	    strcasecmp(text_of(request, "from"), s->name) != 0)
		return refuse(err, 16045,
		    "Failed to retrieve peer information for store %s",
		    text_of(request, "from"));
	charset = store_get(s, "charset");
	same = strcmp(text_of(request, "charset"), "US7ASCII") == 0 || /* the DSN says nothing */
	    strcasecmp(text_of(request, "charset"), charset) == 0;
	free(charset);
	if (!same)
		return refuse(err, 16191, "The character set %s of the target is not that of the source",
		    text_of(request, "charset"));
	if (json_is_true(json_object_get(request, "daemon_port")) &&
	    store_int(s->self, "SELECT count(*) FROM store WHERE port=0") > 0)
		return refuse(err, 16266,
		    "-remoteDaemonPort is not allowed: replication ports are assigned automatically");
	if (store_int(s->self, "SELECT count(*) FROM cachegroup") > 0 &&
	    !json_is_true(json_object_get(request, "cache")))
		return refuse(err, 16190,
		    "Store %s has cache groups: neither -keepCG nor -noKeepCG was specified",
		    s->name);
	if (check_user(s, request, err) != 0)
		return -1;
	*ret_id = store_int(s->self,
	    "SELECT id FROM store WHERE name=%Q COLLATE NOCASE AND host=%Q COLLATE NOCASE",
	    store, host);
	if (*ret_id == 0)
		return refuse(err, 8191,
		    "This store (%s on %s) is not involved in a replication scheme",
		    store, host);
	kind = store_text(s->self, "SELECT kind FROM store WHERE id=%lld",
	    (long long)*ret_id);
	*ret_master = strcmp(kind, "M") == 0;
	sqlite3_free(kind);
	return store_is_classic(s) ? check_sends(s, *ret_id, err)
				   : check_role(s, *ret_master, err);
}

/*
 * The hold for the target is set to the last commit before the copy begins, so that whatever
 * is committed while it runs is kept (R8.8).
 */
static void
hold_log(struct store *s, int64_t id, bool start)
{
	int64_t gcn;

	store_last(s, NULL, &gcn, NULL);
	store_run(s->self,
	    "UPDATE peer SET acked=%lld, lost=0, held=1, state=CASE WHEN %d THEN 0 ELSE state END"
	    " WHERE id=%lld AND (%d OR state=0)",
	    (long long)gcn, start, (long long)id, start);
}

static void
send_copy(struct agent *a, FILE *to, json_t *request)
{
	struct image_writer iw = { .to = to, .kind = IMAGE_DUPLICATE };
	const struct world *w = &a->c.w;
	struct sim_error err;
	struct store s;
	bool master;
	int64_t id = 0;

	if (store_open(&s, w, a->c.s.path, &err) != 0)
		return;
	if (check_request(&s, w, request, &id, &master, &err) != 0) {
		fprintf(to, "{\"k\":\"refused\",\"code\":%d,\"text\":\"%s\"}\n",
		    err.code, err.text);
		fflush(to);
		record_event(w, s.name, "duplicate_refused", "{s:s,s:i,s:s}", "target",
		    text_of(request, "store"), "code", err.code, "text", err.text);
		store_close(&s);
		return;
	}
	hold_log(&s, id, json_is_true(json_object_get(request, "start")));
	/* The copy numbers its commits anew: what its predecessor sent is no measure. */
	if (store_is_classic(&s))
		store_run(s.data, "DELETE FROM sim_recv WHERE origin=%Q COLLATE NOCASE",
		    text_of(request, "store"));
	iw.s = &s;
	iw.rows_per_s = knob_int(w, s.name, "duplicate_rate", 0);
	iw.stop_percent = knob_take(w, s.name, "duplicate_fail")
	    ? knob_int(w, s.name, "duplicate_fail_at", 50)
	    : 0;
	(void)image_write(&iw, &err);
	store_close(&s);
}

void
copy_serve(struct agent *a, int fd, json_t *request)
{
	FILE *to;
	pid_t pid = fork();

	if (pid != 0)
		return;
	/* The child opens files of its own: nothing of the parent's SQLite is touched. */
	signal(SIGTERM, SIG_DFL);
	to = fdopen(dup(fd), "w");
	if (to != NULL) {
		send_copy(a, to, request);
		fclose(to);
	}
	_exit(0);
}
