#!/usr/bin/env bash
# The suite runs against real servers, a real browser and the programs that convert files: install
# them (as root) or name what is missing.
set -euo pipefail
declare -A package_of=(
    [mosquitto]=mosquitto [mosquitto_sub]=mosquitto-clients [mariadbd]=mariadb-server
    [chromium-headless-shell]=chromium-headless-shell [nginx]=nginx-light
    [curl]=curl [ffmpeg]=ffmpeg [bwrap]=bubblewrap [fc-list]=fontconfig [soffice]=libreoffice-impress-nogui
)
export PATH="$PATH:/usr/sbin:/sbin"
missing=()
for program in "${!package_of[@]}"; do
    command -v "$program" >/dev/null || missing+=("${package_of[$program]}")
done
# The parts of LibreOffice, and the fonts, have no program of their own.
[ -e /usr/lib/libreoffice/program/libsdlo.so ] || missing+=(libreoffice-impress-nogui)
[ -e /usr/lib/libreoffice/program/libswlo.so ] || missing+=(libreoffice-writer-nogui)
[ -n "$(fc-list 2>/dev/null | grep -i 'DejaVu Sans')" ] || missing+=(fonts-dejavu-core)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ]; then
    echo "These Debian packages are missing: ${missing[*]}. Install them with: sudo apt-get install ${missing[*]}" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
