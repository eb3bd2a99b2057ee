#include "config.h"

#include "client/subject.h"

#include <stdlib.h>
#include <string.h>

#include "client/ctl.h"
#include "client/look.h"
#include "common/mem.h"

static int
get_pair(struct ctl *ctl, const char *name, struct answer *ret, struct problem *p)
{
	char *path = api_path("/v1/pairs/", name, NULL);
	int rc = api_get(ctl, path, ret, p);

	free(path);
	return rc;
}

int
subject_upgrade_by_id(struct ctl *ctl, const char *id, struct answer *ret,
    struct problem *p)
{
	char *path = api_path("/v1/upgrades/", id, NULL);
	int rc = api_get(ctl, path, ret, p);

	free(path);
	return rc;
}

static bool
is_absent(const struct problem *p)
{
	return p->http == 404;
}

/* Asks with the name as an id after the pair was not found. Neither: one sentence for
 * both, because a person meant one of them. */
static int
get_as_id(struct ctl *ctl, const char *name, struct answer *ret, struct problem *p)
{
	struct problem pair_problem = *p;

	*p = (struct problem){ 0 };
	if (subject_upgrade_by_id(ctl, name, ret, p) == 0) {
		problem_done(&pair_problem);
		return 0;
	}
	if (is_absent(p)) {
		problem_done(p);
		*p = pair_problem;
		if (name[strspn(name, "0123456789")] == '\0') {
			free(p->detail);
			p->detail =
			    mem_printf("no such pair, and no such upgrade: %s", name);
		}
	} else {
		problem_done(&pair_problem);
	}
	return -1;
}

int
subject_pair(struct ctl *ctl, const char *name, struct answer *ret, struct problem *p)
{
	struct answer upgrade = { 0 };
	const char *pair;
	int rc;

	if (get_pair(ctl, name, ret, p) == 0)
		return 0;
	if (!is_absent(p) || get_as_id(ctl, name, &upgrade, p) != 0)
		return -1;
	pair = look_string(upgrade.doc, "pair");
	rc = get_pair(ctl, pair == NULL ? name : pair, ret, p);
	if (rc == 0)
		(void)json_object_set(ret->doc, "upgrade", upgrade.doc);
	answer_done(&upgrade);
	return rc;
}

/* The upgrade that began last of one page; the order of the page does not matter. */
static const json_t *
latest(const json_t *doc)
{
	const json_t *list = look_array(doc, "upgrades"), *found = NULL;
	const char *at, *found_at = "";
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item) {
		at = look_string(item, "started_at");
		if (found != NULL && (at == NULL || strcmp(at, found_at) <= 0))
			continue;
		found = item;
		found_at = at == NULL ? "" : at;
	}
	return found;
}

static int
get_last(struct ctl *ctl, const char *pair, struct answer *ret, struct problem *p)
{
	char *path = api_path("/v1/upgrades?pair=", pair, NULL), *id;
	char text[LOOK_TEXT];
	int rc = api_get(ctl, path, ret, p);

	free(path);
	if (rc != 0)
		return -1;
	id = mem_strdup(look_text(latest(ret->doc), "id", text));
	answer_done(ret);
	if (id == NULL)
		return problem_setf(p, UD_ENOTFOUND,
		    "begin one: upgradectl start PAIR --to RELEASE",
		    "pair %s has no upgrade", pair);
	rc = subject_upgrade_by_id(ctl, id, ret, p);
	free(id);
	return rc;
}

int
subject_upgrade(struct ctl *ctl, const char *name, bool last, struct answer *ret,
    struct problem *p)
{
	char text[LOOK_TEXT], *id;
	int rc;

	if (get_pair(ctl, name, ret, p) != 0)
		return is_absent(p) ? get_as_id(ctl, name, ret, p) : -1;
	id = mem_strdup(look_text(look_object(ret->doc, "upgrade"), "id", text));
	if (id == NULL && last)
		return get_last(ctl, name, ret, p);
	answer_done(ret);
	if (id == NULL)
		return problem_setf(p, UD_ESTATE,
		    "begin one: upgradectl start PAIR --to RELEASE",
		    "pair %s has no upgrade under way", name);
	rc = subject_upgrade_by_id(ctl, id, ret, p);
	free(id);
	return rc;
}
