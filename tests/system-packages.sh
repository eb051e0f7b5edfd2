#!/usr/bin/env bash
# The suite runs against real servers and a real browser: install them (as root) or name what is missing.
set -euo pipefail
declare -A package_of=([mosquitto]=mosquitto [mosquitto_sub]=mosquitto-clients [mariadbd]=mariadb-server [chromium-headless-shell]=chromium-headless-shell)
export PATH="$PATH:/usr/sbin:/sbin"
missing=()
for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing: ${missing[*]}. Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
