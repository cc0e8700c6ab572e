# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#
# quipu in a container: built as anywhere else (tools/setup.sh, Bazel), run
# without compiler, shell scripts or root.
#
#   docker build --tag "quipu:$(cat VERSION)" .
#   docker run --rm --read-only --volume "$PWD:/data" --user "$(id -u)" "quipu:$(cat VERSION)" build run.textproto

FROM debian:12-slim AS build

WORKDIR /src
# Packages first, in a layer of their own: they change less often than sources.
COPY tools/setup.sh tools/common.sh tools/packages.txt tools/fetch_arrow.py tools/fetch_model.py tools/
RUN tools/setup.sh && rm -rf /var/lib/apt/lists/*

COPY . .
# The tests belong to ./test; an image that builds has been compiled with the
# same compiler and flags.
RUN bazel --output_base=/tmp/bazel build //pipelines:quipu \
    && install -D -m 0755 bazel-bin/pipelines/quipu /out/quipu \
    && strip /out/quipu \
    && mkdir -p /out/lib \
    && if [ -d .cache/arrow ]; then cp .cache/arrow/lib/* .cache/arrow/*.txt /out/lib/; fi \
    && bazel --output_base=/tmp/bazel shutdown

FROM debian:12-slim

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Only what the program is linked with (tools/check_deploy.sh compares the list
# with the program), and certificates for engine { kind: OPENAI }.
COPY deploy/runtime_packages.txt /tmp/runtime_packages.txt
# hadolint ignore=DL3008
RUN apt-get update \
    && sed -e 's/#.*//' /tmp/runtime_packages.txt | xargs apt-get install -y --no-install-recommends \
    && rm -rf /var/lib/apt/lists/* /tmp/runtime_packages.txt \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin quipu \
    && install -d -o quipu -g quipu /data
COPY --from=build /out/quipu /usr/local/bin/quipu
# Apache Arrow, for Parquet; empty if it could not be fetched.
COPY --from=build /out/lib/ /usr/local/lib/quipu/
COPY LICENSE /usr/share/doc/quipu/LICENSE

# By number, so that Kubernetes can see that it is not root.
USER 10001:10001
WORKDIR /data
# gRPC and metrics, of `quipu serve` alone.
EXPOSE 7447 9464
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/quipu"]
CMD ["--help"]
