#!/bin/sh
# A workload through the shell, with constraints, indexes, a rollback, a vacuum and the integrity check.
set -e
cd /tmp
rm -f test.db
/host/bin/sqlite3 test.db <<'END'
PRAGMA journal_mode=DELETE;
CREATE TABLE t(id INTEGER PRIMARY KEY, name TEXT UNIQUE, value REAL, data BLOB);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
INSERT INTO t SELECT i, 'name' || i, i * 1.5, zeroblob(100) FROM n;
COMMIT;
CREATE INDEX by_value ON t(value);
BEGIN; DELETE FROM t WHERE id % 3 = 0; ROLLBACK;
DELETE FROM t WHERE id % 5 = 0;
UPDATE t SET name = name || 'x' WHERE value > 100 AND value < 200;
VACUUM;
END
[ "$(/host/bin/sqlite3 test.db 'SELECT count(*), sum(value), max(name) FROM t')" = '16000|240000000.0|name99x' ]
[ "$(/host/bin/sqlite3 test.db 'PRAGMA integrity_check')" = ok ]
/host/bin/sqlite3 test.db .dump | /host/bin/sqlite3 copy.db
[ "$(/host/bin/sqlite3 copy.db 'SELECT count(*) FROM t')" = 16000 ]
echo 'sqlite3: all right'
