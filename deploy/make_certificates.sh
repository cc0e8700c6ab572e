#!/bin/bash
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Makes a certificate authority for one run, and the certificates that it needs:
# one for the coordinator, valid for the given names and addresses, and one each
# for workers, operator and viewer, whose role is their organisational unit.
#
#   deploy/make_certificates.sh DIRECTORY NAME...
#   deploy/make_certificates.sh certs quipu-coordinator localhost 127.0.0.1
#
# Leaves ca.crt, coordinator.{crt,key}, workers.{crt,key}, operator.{crt,key} and
# viewer.{crt,key} in the directory; only their owner can read the keys. The
# authority's own key is discarded, so it can sign nothing else. Certificates are
# valid for DAYS days (default 30), and from yesterday, because another machine's
# clock may be behind. When they expire, make new ones in a new directory and
# restart the processes.

set -euo pipefail
umask 077

if [[ $# -lt 2 ]]; then
  sed -n '4,16s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
fi
readonly directory=$1 days=${DAYS:-30}
shift
if [[ -e "$directory/ca.crt" ]]; then
  echo "error: $directory/ca.crt already exists; name another directory" >&2
  exit 2
fi

names=()
for name in "$@"; do
  if [[ $name =~ ^[0-9.]+$ || $name == *:* ]]; then
    names+=("IP:$name")
  elif [[ $name =~ ^[A-Za-z0-9._-]+$ ]]; then
    names+=("DNS:$name")
  else
    echo "error: $name is neither a host name nor an address" >&2
    exit 2
  fi
done

mkdir -p "$directory"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

new_key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>"$work/log"
}

# Only this command of openssl 3.0 takes the date of the beginning.
cat >"$work/ca.cnf" <<CONF
[ca]
default_ca = run
[run]
new_certs_dir = $work
database = $work/issued
rand_serial = yes
default_md = sha256
policy = names
[names]
commonName = supplied
organizationalUnitName = optional
CONF
: >"$work/issued"

# issue REQUEST CERTIFICATE EXTENSIONS OPTION...: signed with the authority's key.
issue() {
  local request=$1 certificate=$2
  printf '%s\n' "$3" >"$work/extensions"
  shift 3
  openssl ca -batch -notext -preserveDN -config "$work/ca.cnf" -keyfile "$work/ca.key" -in "$request" \
    -out "$certificate" -extfile "$work/extensions" -startdate "$(date -u -d '1 day ago' +%Y%m%d%H%M%SZ)" \
    -enddate "$(date -u -d "$days days" +%Y%m%d%H%M%SZ)" "$@" 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
}

# sign NAME SUBJECT EXTENSIONS: NAME.key and NAME.crt in the directory.
sign() {
  local name=$1 subject=$2
  new_key "$directory/$name.key"
  openssl req -new -key "$directory/$name.key" -subj "$subject" -out "$work/$name.csr"
  issue "$work/$name.csr" "$directory/$name.crt" "basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
$3" -cert "$work/ca.crt"
}

new_key "$work/ca.key"
openssl req -new -key "$work/ca.key" -subj "/CN=quipu run authority" -out "$work/ca.csr"
issue "$work/ca.csr" "$work/ca.crt" "basicConstraints=critical,CA:TRUE
subjectKeyIdentifier=hash
keyUsage=critical,keyCertSign" -selfsign

sign coordinator "/CN=coordinator" \
  "extendedKeyUsage=serverAuth
subjectAltName=$(IFS=,; echo "${names[*]}")"
sign workers "/OU=worker/CN=workers" extendedKeyUsage=clientAuth
sign operator "/OU=operator/CN=operator" extendedKeyUsage=clientAuth
sign viewer "/OU=viewer/CN=viewer" extendedKeyUsage=clientAuth
cp "$work/ca.crt" "$directory/ca.crt" # last, so that the others are complete
echo "certificates for ${names[*]} are in $directory, valid for $days days"
