#!/bin/sh
# A database in a new volume gets the password of its root; without one it is not made.
set -e
if [ "$1" = mariadbd ] && [ ! -d /var/lib/mysql/mysql ]; then
    if [ -z "$MYSQL_ROOT_PASSWORD" ]; then
        echo 'Database is uninitialized and password option is not specified: set MYSQL_ROOT_PASSWORD' >&2
        exit 1
    fi
    mariadb-install-db --user=mysql --skip-test-db --auth-root-authentication-method=normal > /dev/null
    cat > /run/mysqld/init.sql <<SQL
ALTER USER root@localhost IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
CREATE USER root@'%' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
SQL
    chmod 644 /run/mysqld/init.sql
    set -- "$@" --init-file=/run/mysqld/init.sql
fi
exec "$@"
