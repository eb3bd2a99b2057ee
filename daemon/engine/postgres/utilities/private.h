/*
 * A private server: it listens on no network and has one socket, in a folder that only the
 * owner of the cluster can enter; whoever can is trusted. So it is reached by us, by
 * pg_upgrade and by its own tools, whatever pg_hba.conf says, and by no application.
 *
 * The folder is .upgraded in the data directory, or, where that path is too long for the
 * name of a socket, one below /tmp whose name is made from it.
 */
#ifndef UD_ENGINE_POSTGRES_UTILITIES_PRIVATE_H
#define UD_ENGINE_POSTGRES_UTILITIES_PRIVATE_H

#include "common/buf.h"
#include "daemon/model/command.h"

/* The folder of this member's installation. New string. */
char *pg_private_folder(const struct member *m, int installation);

/* `host='/data/.upgraded' port='5432' user='postgres' dbname='shop'`. database NULL: the
 * one that conninfo names. New string. */
char *pg_private_conninfo(const struct member *m, int installation, const char *user,
    const char *database);

/* Adds the options of postgres that make it private, as pg_ctl -o and pg_upgrade -o take
 * them. */
void pg_private_options(struct buf *b, const struct member *m, int installation);

/* Only those that let the owner in, for pg_upgrade, which chooses sockets itself. */
void pg_private_trust(struct buf *b, const struct member *m, int installation);

/*
 * A job that makes the folder and then runs a text of sh, with the rest of argv, which the
 * caller adds, in "$@". Its rules of access are written anew each time: nobody but we may have
 * put them there.
 */
void pg_private_job_sh(struct command *c, const struct member *m, int installation,
    const char *text);

/* The job that starts a server privately, with more options for postgres; and the one that
 * stops it. Its log is `server.log` in the folder. */
void pg_private_start(struct command *c, const struct member *m, int installation,
    const char *more);
void pg_private_stop(struct command *c, const struct member *m, int installation);

#endif
