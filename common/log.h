/*
 * Events with a name and typed keys; the logger quotes.
 *
 *	log_event(LOG_INFO, "step.done", KV_STR("pair", p), KV_INT("took_ms", ms));
 *	level=info event=step.done pair=billing took_ms=5120
 *
 * Levels are those of syslog.h. ERR: an upgrade is stuck. WARNING: noticed, going on, and
 * the text says so. INFO: an upgrade moved. DEBUG: the rest. Lines go to stderr with the
 * priority prefix of sd-daemon(3) under systemd ($JOURNAL_STREAM), else with the time.
 */
#ifndef UD_COMMON_LOG_H
#define UD_COMMON_LOG_H

#include <stddef.h>
#include <stdint.h>
#include <syslog.h>

struct log_kv {
	const char *key;
	const char *str; /* NULL: num counts */
	int64_t num;
};

#define KV_STR(k, v) ((struct log_kv){ .key = (k), .str = (v) ? (v) : "" })
#define KV_INT(k, v) ((struct log_kv){ .key = (k), .num = (int64_t)(v) })

#define log_event(level, name, ...)                                                      \
	log_write((level), (name), (const struct log_kv[]){ __VA_ARGS__ __VA_OPT__(, )   \
	    { NULL } })

void log_write(int level, const char *name, const struct log_kv *kvs);
void log_set_level(int level); /* most verbose level written; LOG_INFO at first */

#endif
