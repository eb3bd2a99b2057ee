/* Lines of the metrics page, and the parts of it. */
#ifndef UD_API_METRICS_H
#define UD_API_METRICS_H

#include <stdint.h>

#include "common/buf.h"

struct conductor;

void metric_head(struct buf *out, const char *name, const char *type, const char *help);
/* Adds `name="value"`, escaped, with a comma before it when needed. */
void metric_label(struct buf *out, const char *name, const char *value);
void metric_count(struct buf *out, const char *name, const char *labels, int64_t value);
void metric_seconds(struct buf *out, const char *name, const char *labels, int64_t ms);

void metrics_add_pairs(struct buf *out, struct conductor *c);    /* metrics_pairs.c */
void metrics_add_upgrades(struct buf *out, struct conductor *c); /* metrics_pairs.c */
void metrics_add_process(struct buf *out);                       /* metrics_process.c */

#endif
