#!/bin/sh
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# Makes finished/store and halfway/store again, with the given binary. Use it when
# the format of the store changes on purpose, never to make a test pass.
#
#   unshare --uts tests/golden/store/make_stores.sh BINARY         # as root
#   unshare --uts tests/golden/store/make_stores.sh BINARY today   # only today/store, which has
#                                                                  # the newest kinds of records
#
# It needs its own UTS namespace, because RocksDB writes the host's name into its
# files.
set -eu

binary=$1
cd "$(dirname "$0")"
hostname golden
rm -rf run
if [ "${2:-}" = today ]; then
  rm -rf today
  "$binary" build today.textproto
  mv run today
  rm -rf today/export
  rm -f today/store/LOG* today/store/LOCK today/store/OPTIONS-*
  exit
fi
rm -rf finished halfway
python3 make_corpus.py

"$binary" build spec.textproto
mv run finished

# A coordinator and two workers, killed when half of the pairs are made.
{
  cat spec.textproto
  echo 'performance { scripted_latency_ms: 60 chunks_in_flight: 2 }'
  echo 'service { audit_share: 0.5 }'
} > slow.textproto
"$binary" serve slow.textproto --listen unix:golden.sock &
coordinator=$!
"$binary" work unix:golden.sock --name one --threads 1 &
one=$!
"$binary" work unix:golden.sock --name two --threads 1 &
two=$!
done=0
while [ "$done" -lt 24 ]; do
  done=$("$binary" status unix:golden.sock 2> /dev/null | sed -n 's/.* \([0-9]*\) done.*/\1/p' | head -n 1)
  done=${done:-0}
done
kill -9 "$coordinator" "$one" "$two"
wait || true
mv run halfway

# Files of RocksDB or of this machine that a store can be opened without.
rm -rf slow.textproto golden.sock finished/export halfway/export
for store in finished/store halfway/store; do
  rm -f $store/LOG* $store/LOCK $store/OPTIONS-*
done
