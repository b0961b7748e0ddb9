# Throwaway database servers for the tests: own folder, own port, gone when the script ends.
# Sourced after lib.sh. Each start_… prints the server's address on success, for PUM_TEST_DATABASE_URL.

SERVERS_DIR=""
SERVER_PIDS=()

stop_servers() {
    local pid
    for pid in ${SERVER_PIDS[@]+"${SERVER_PIDS[@]}"}; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in ${SERVER_PIDS[@]+"${SERVER_PIDS[@]}"}; do
        wait "$pid" 2>/dev/null || true
    done
    SERVER_PIDS=()
    if [ -n "$SERVERS_DIR" ]; then rm -rf "$SERVERS_DIR"; fi
    SERVERS_DIR=""
}

servers_dir() {
    [ -n "$SERVERS_DIR" ] && return
    SERVERS_DIR=$(mktemp -d "${TMPDIR:-/tmp}/pum-databases.XXXXXX")
    # The servers run as another user when this runs as root.
    chmod 711 "$SERVERS_DIR"
}

# Database servers refuse to run as root: run_as FOLDER-OWNER COMMAND…
run_as() {
    local user=$1
    shift
    if as_root; then
        exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups "$@"
    else
        exec "$@"
    fi
}

server_user() {
    local user
    as_root || { id -un; return; }
    for user in "$1" nobody; do
        if id "$user" >/dev/null 2>&1; then echo "$user"; return; fi
    done
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
    local until=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$until" ]; then return 1; fi
        sleep 0.2
    done
}

find_postgres() {
    local newest
    newest=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$newest" ] && [ -x "$newest/initdb" ]; then echo "$newest"; return; fi
    command -v initdb >/dev/null && dirname "$(readlink -f "$(command -v initdb)")"
}

# Sets POSTGRES_URL.
start_postgres() {
    local bin dir port user
    if ! bin=$(find_postgres); then
        install_by_apt postgresql || true
        bin=$(find_postgres) || {
            missing PostgreSQL "Install its server (Debian: apt install postgresql)."
            return 1
        }
    fi
    servers_dir
    dir="$SERVERS_DIR/postgres"
    user=$(server_user postgres)
    port=$(free_port)
    mkdir "$dir"
    if as_root; then chown "$user" "$dir"; fi
    if ! (cd / && run_as "$user" "$bin/initdb" -D "$dir/data" -U pum --auth=trust -E UTF8 --locale=C --no-sync) >"$SERVERS_DIR/initdb.log" 2>&1; then
        cat "$SERVERS_DIR/initdb.log" >&2
        return 1
    fi
    (cd / && run_as "$user" "$bin/postgres" -D "$dir/data" -p "$port" -k "$dir" -c listen_addresses=127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=400) >"$SERVERS_DIR/postgres.log" 2>&1 &
    SERVER_PIDS+=($!)
    if ! wait_for 60 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U pum; then
        tail -n 20 "$SERVERS_DIR/postgres.log" >&2
        return 1
    fi
    POSTGRES_URL="postgres://pum@127.0.0.1:$port/postgres"
}

# Sets MARIADB_URL. The server's default text is latin1, so that a table which forgets to say utf8mb4 is caught.
start_mariadb() {
    local server install dir port user
    if ! server=$(first_of mariadbd /usr/sbin/mariadbd); then
        install_by_apt mariadb-server || true
        server=$(first_of mariadbd /usr/sbin/mariadbd) || {
            missing MariaDB "Install its server (Debian: apt install mariadb-server)."
            return 1
        }
    fi
    install=$(first_of mariadb-install-db mysql_install_db) || {
        missing mariadb-install-db "It comes with MariaDB's server package."
        return 1
    }
    servers_dir
    dir="$SERVERS_DIR/mariadb"
    user=$(server_user mysql)
    port=$(free_port)
    mkdir "$dir"
    if as_root; then chown "$user" "$dir"; fi
    if ! (cd / && run_as "$user" "$install" --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal \
        --skip-test-db --skip-name-resolve) >"$SERVERS_DIR/mariadb-install.log" 2>&1; then
        cat "$SERVERS_DIR/mariadb-install.log" >&2
        return 1
    fi
    (cd / && run_as "$user" "$server" --no-defaults --datadir="$dir/data" --socket="$dir/socket" --port="$port" \
        --bind-address=127.0.0.1 --skip-name-resolve --skip-log-bin --pid-file="$dir/pid" \
        --character-set-server=latin1 --collation-server=latin1_swedish_ci --max-connections=400 \
        --innodb-flush-log-at-trx-commit=0 --skip-innodb-doublewrite --innodb-flush-method=nosync) >"$SERVERS_DIR/mariadb.log" 2>&1 &
    SERVER_PIDS+=($!)
    if ! wait_for 60 mariadb-admin --no-defaults --protocol=tcp -h 127.0.0.1 -P "$port" -u root ping; then
        tail -n 20 "$SERVERS_DIR/mariadb.log" >&2
        return 1
    fi
    MARIADB_URL="mysql://root@127.0.0.1:$port/mysql"
}
