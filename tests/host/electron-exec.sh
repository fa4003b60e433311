#!/bin/sh
# Poses as the Electron executable for `electron-vite dev` (ELECTRON_EXEC_PATH) where the binary is not.
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
export STAND_IN_APP="${STAND_IN_APP:-$root}"
shift # the app's folder, which Electron would be given
exec "$root/node_modules/.bin/node" --import "$here/register.ts" "$here/run.ts" "$@"
