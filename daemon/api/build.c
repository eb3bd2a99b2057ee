/* What this build knows: its version, its engines and their procedures. */
#include "config.h"

#include <microhttpd.h>

#include "daemon/api/fields.h"
#include "daemon/api/reply.h"
#include "daemon/api/routes.h"
#include "daemon/api/server.h"
#include "daemon/api/views.h"

void
build_version(struct request *rq)
{
	json_t *doc = json_object(), *engines = json_array();

	for (const struct engine *const *e = rq->api->engines; *e; e++)
		(void)json_array_append_new(engines, json_string((*e)->name));
	put_str(doc, "program", "upgraded");
	put_str(doc, "version", PACKAGE_VERSION);
	put_str(doc, "api", "v1");
	put(doc, "engines", engines);
	reply_json(rq, MHD_HTTP_OK, doc);
}

static void
refuse_engine(struct request *rq)
{
	struct ud_error err = { 0 };
	struct buf names = { 0 };

	for (const struct engine *const *e = rq->api->engines; *e; e++)
		buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", (*e)->name);
	(void)ud_fail(&err, UD_ENOTFOUND, "this build has no such engine");
	(void)ud_remedy(&err, "it has: %s", buf_text(&names));
	buf_done(&names);
	reply_error(rq, &err);
}

void
build_procedures(struct request *rq)
{
	const char *name = request_query(rq, "engine");
	json_t *doc, *list = json_array(), *refused = json_array();
	bool is_found = !name;

	for (const struct engine *const *e = rq->api->engines; *e; e++) {
		if (name && !engine_is(*e, name))
			continue;
		is_found = true;
		for (const struct procedure *const *p = (*e)->procedures; p && *p; p++)
			(void)json_array_append_new(list, view_procedure(*e, *p));
		for (const struct no_counterpart *n = (*e)->refused; n && n->procedure; n++)
			(void)json_array_append_new(refused, view_refused(*e, n));
	}
	if (!is_found) {
		json_decref(list);
		json_decref(refused);
		refuse_engine(rq);
		return;
	}
	doc = json_object();
	put(doc, "procedures", list);
	put(doc, "refused", refused);
	reply_json(rq, MHD_HTTP_OK, doc);
}
