/* What a person is told when the daemon cannot be asked. */
#ifndef UD_CLIENT_HTTP_ERROR_H
#define UD_CLIENT_HTTP_ERROR_H

#include "client/http.h"
#include "common/error.h"

/* at        where it was tried
 * sys_errno of the connection, 0 when there is none
 * said      the library's own words
 * broke     the connection was there before
 * Returns -1 with UD_EAUTH or UD_EUNREACHABLE. */
int http_fail(const struct http_endpoint *at, int sys_errno, const char *said,
    int broke, struct ud_error *err);

#endif
