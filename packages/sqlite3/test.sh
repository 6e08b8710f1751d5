#!/bin/sh
# Workloads through the shell, with constraints, indexes, a rollback, a vacuum and the integrity check: a small one and one of 100 MB.
set -e
cd /tmp
rm -f test.db
sqlite3 test.db <<'END'
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
[ "$(sqlite3 test.db 'SELECT count(*), sum(value), max(name) FROM t')" = '16000|240000000.0|name99x' ]
[ "$(sqlite3 test.db 'PRAGMA integrity_check')" = ok ]
sqlite3 test.db .dump | sqlite3 copy.db
[ "$(sqlite3 copy.db 'SELECT count(*) FROM t')" = 16000 ]
rm -f copy.db
sqlite3 big.db <<'END'
PRAGMA page_size=4096;
CREATE TABLE t(id INTEGER PRIMARY KEY, key TEXT, data BLOB);
CREATE INDEX by_key ON t(key);
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO t SELECT i, printf('%08x', i * 2654435761 % 4294967296), randomblob(900) FROM n;
COMMIT;
END
size=$(stat -c %s big.db)
[ "$size" -ge 100000000 ]
sqlite3 big.db <<'END'
BEGIN; UPDATE t SET data = randomblob(1100) WHERE id % 7 = 0; COMMIT;
BEGIN; DELETE FROM t WHERE id % 11 = 0; ROLLBACK;
DELETE FROM t WHERE id % 10 = 0;
END
[ "$(sqlite3 big.db 'PRAGMA integrity_check; SELECT count(*), count(DISTINCT key), max(length(data)) FROM t')" = 'ok
90000|90000|1100' ]
echo "sqlite3: all right, $size bytes"
