#!/bin/sh
# `pum` inside the container: as root only long enough to hand the data folder to PUID:PGID.
set -eu

if [ "$(id -u)" != 0 ]; then
    exec /opt/pum/pum "$@"
fi

uid=${PUID:-1000}
gid=${PGID:-1000}
for id in "$uid" "$gid"; do
    case $id in
    '' | *[!0-9]*)
        echo "pum: PUID and PGID are numbers, not \"$id\"." >&2
        exit 2
        ;;
    esac
done

data=${PUM_DATA_DIR:-/data}
mkdir -p "$data"
# Only what belongs to somebody else: a large folder is not touched at every start.
find "$data" \( ! -user "$uid" -o ! -group "$gid" \) -exec chown -h "$uid:$gid" {} +

exec setpriv --reuid "$uid" --regid "$gid" --clear-groups /opt/pum/pum "$@"
