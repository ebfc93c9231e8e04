#!/bin/sh
# The bucket of the pictures, only for who has the key.
set -eu
mc alias set town http://s3:9000 "$(cat /run/secrets/s3_user)" "$(cat /run/secrets/s3_password)" >/dev/null
mc mb --ignore-existing town/roving-grid
mc anonymous set none town/roving-grid
