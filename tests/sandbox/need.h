/* Memory and text that are always had: without memory the sandbox ends with a message. */
#ifndef SANDBOX_NEED_H
#define SANDBOX_NEED_H

#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *need_zero(size_t size_bytes);
void *need_grow(void *old, size_t size_bytes);
char *need_copy(const char *text);
char *need_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Copies into a fixed field; what does not fit ends the program, nothing is cut in silence. */
void need_fit(char *field, size_t size_bytes, const char *text);

/* The whole file as text that the caller frees, or NULL. */
char *need_read_file(const char *path);

/* Ends the program (status 70) with a message on stderr: a bug or a broken sandbox. */
void need_die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
