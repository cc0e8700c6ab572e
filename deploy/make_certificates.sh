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
# valid for DAYS days (default 30). When they expire, make new ones in a new
# directory and restart the processes.

set -euo pipefail
umask 077

if [[ $# -lt 2 ]]; then
  sed -n '4,15s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
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

# sign NAME SUBJECT EXTENSIONS: NAME.key and NAME.crt in the directory.
sign() {
  local name=$1 subject=$2
  new_key "$directory/$name.key"
  openssl req -new -key "$directory/$name.key" -subj "$subject" -out "$work/$name.csr"
  printf '%s\n' basicConstraints=critical,CA:FALSE keyUsage=critical,digitalSignature "$3" >"$work/$name.ext"
  openssl x509 -req -in "$work/$name.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial \
    -days "$days" -sha256 -extfile "$work/$name.ext" -out "$directory/$name.crt" 2>"$work/log" ||
    { cat "$work/log" >&2; exit 1; }
}

new_key "$work/ca.key"
openssl req -x509 -new -key "$work/ca.key" -subj "/CN=quipu run authority" -days "$days" -sha256 \
  -addext keyUsage=critical,keyCertSign -out "$work/ca.crt"

sign coordinator "/CN=coordinator" \
  "extendedKeyUsage=serverAuth
subjectAltName=$(IFS=,; echo "${names[*]}")"
sign workers "/OU=worker/CN=workers" extendedKeyUsage=clientAuth
sign operator "/OU=operator/CN=operator" extendedKeyUsage=clientAuth
sign viewer "/OU=viewer/CN=viewer" extendedKeyUsage=clientAuth
cp "$work/ca.crt" "$directory/ca.crt" # last, so that the others are complete
echo "certificates for ${names[*]} are in $directory, valid for $days days"
