#!/usr/bin/env bash
# Build the image, and run it as a strict host would: user 1000, read-only but /tmp, no network, no HOME.
#   hosting/container.sh build [OPTION...]    the options go to `docker build`
#   hosting/container.sh check [OPTION...]    the options go to `docker run`; prints size, start, pages and memory
#
# ENGINE="docker"            or podman, with its own options
# IMAGE=lattice-explorer     the image's name
# BASE=python:3.11-slim      an image with `python` 3.11 or newer, best with its digest
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
read -ra engine <<< "${ENGINE:-docker}"
image=${IMAGE:-lattice-explorer}
base=${BASE:-python:3.11-slim}
action=${1:-}
shift || true

case $action in
build)
    "${engine[@]}" build --build-arg "BASE=$base" --tag "$image" "$@" .
    ;;
check)
    echo "bytes unpacked: $("${engine[@]}" image inspect --format '{{.Size}}' "$image")"
    command=$("${engine[@]}" image inspect --format '{{range .Config.Cmd}}{{.}} {{end}}' "$image")
    # shellcheck disable=SC2086  # the image's command has no spaces in its words
    "${engine[@]}" run --rm --user 1000:1000 --read-only --tmpfs /tmp --network none \
        --volume "$PWD/benchmarks:/check/benchmarks:ro" --env PYTHONPATH=/check:/app --env PYTHONDONTWRITEBYTECODE=1 "$@" \
        "$image" python -m benchmarks.container $command
    ;;
*)
    sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
