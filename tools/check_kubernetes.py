#!/usr/bin/env python3
# Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
"""Checks Kubernetes objects, for tools/check_deploy.sh.

    tools/check_kubernetes.py FOLDER|FILE...

Each object is checked against the published schemas of several Kubernetes
releases (strictly: an unknown field is an error), then against rules that schemas
do not have: no root, no writable file systems, no references to missing names.
Prints findings; exit status 1 if there are any.
"""

import pathlib
import sys

import kubernetes_validate
import yaml

# podReplacementPolicy is on by default from 1.29, ReadWriteOncePod final there.
RELEASES = ("1.29", "1.31", "1.33")
WORKLOADS = ("Job", "Deployment")


def load(paths):
    """All objects, as (where, object)."""
    files = []
    for path in map(pathlib.Path, paths):
        files += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    for file in files:
        for number, item in enumerate(yaml.safe_load_all(file.read_text(encoding="utf-8")), 1):
            if item and item.get("kind") != "Kustomization":
                yield f"{file} object {number} ({item.get('kind')})", item


def schema_findings(where, item):
    for release in RELEASES:
        try:
            kubernetes_validate.validate(item, release, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{where}: {release}: {'/'.join(map(str, error.path))}: {error.message}"


def pod_findings(where, item):
    """The rules for our pods."""
    pod = item["spec"]["template"]["spec"]
    context = pod.get("securityContext", {})
    if not context.get("runAsNonRoot") or context.get("runAsUser", 0) == 0:
        yield f"{where}: may be root"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield f"{where}: no seccomp profile"
    if pod.get("automountServiceAccountToken") is not False:
        yield f"{where}: has a token of the cluster"
    volumes = {volume["name"]: volume for volume in pod.get("volumes", [])}
    mounted = set()
    for container in pod["containers"]:
        name = f"{where}: container {container['name']}"
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False:
            yield f"{name}: may gain rights"
        if own.get("readOnlyRootFilesystem") is not True:
            yield f"{name}: can write to its own file system"
        if own.get("capabilities", {}).get("drop") != ["ALL"]:
            yield f"{name}: keeps capabilities"
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= set(resources.get("requests", {})):
            yield f"{name}: requests no cpu or memory"
        if "memory" not in resources.get("limits", {}):
            yield f"{name}: memory has no limit"
        for mount in container.get("volumeMounts", []):
            mounted.add(mount["name"])
            if mount["name"] not in volumes:
                yield f"{name}: mounts {mount['name']}, which is not a volume"
            if mount["name"] != "data" and not mount.get("readOnly"):
                yield f"{name}: can write to {mount['mountPath']}"
        yield from file_findings(name, container, volumes)
        ports = {port["name"] for port in container.get("ports", [])}
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            port = container.get(probe, {}).get("httpGet", {}).get("port")
            if isinstance(port, str) and port not in ports:
                yield f"{name}: {probe} asks port {port}, which it does not have"
    for name, volume in volumes.items():
        if name not in mounted:
            yield f"{where}: volume {name} is not mounted"
        # Readable by owner and group only: quipu refuses other keys.
        if "secret" in volume and volume["secret"].get("defaultMode") != 0o440:
            yield f"{where}: secret {name} has a mode other than 0440"


def file_findings(name, container, volumes):
    """Paths in commands must be in mounted volumes."""
    places = [mount["mountPath"] for mount in container.get("volumeMounts", [])]
    words = list(container.get("args", []))
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        words += container.get(probe, {}).get("exec", {}).get("command", [])
    for word in words:
        if word.startswith("/") and not any(
                word == place or word.startswith(place + "/") for place in places):
            yield f"{name}: {word} is in no mounted volume"


def reference_findings(items):
    """Claims, config maps, accounts and selectors must refer to existing objects."""
    names = {(item["kind"], item["metadata"]["name"]) for _, item in items}
    labels = [item["spec"]["template"]["metadata"]["labels"] for _, item in items
              if item["kind"] in WORKLOADS]
    generated = any(kind == "ConfigMap" for kind, _ in names)
    for where, item in items:
        if item["kind"] in WORKLOADS:
            pod = item["spec"]["template"]["spec"]
            account = pod.get("serviceAccountName")
            if account and ("ServiceAccount", account) not in names:
                yield f"{where}: account {account} does not exist"
            for volume in pod.get("volumes", []):
                claim = volume.get("persistentVolumeClaim", {}).get("claimName")
                if claim and ("PersistentVolumeClaim", claim) not in names:
                    yield f"{where}: claim {claim} does not exist"
                config = volume.get("configMap", {}).get("name")
                if config and generated and ("ConfigMap", config) not in names:
                    yield f"{where}: config map {config} does not exist"
        selector = item["spec"].get("selector") if item["kind"] in ("Service", "PodDisruptionBudget") else None
        if item["kind"] == "NetworkPolicy":
            selector = item["spec"]["podSelector"]
        if selector is not None:
            wanted = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
            if not any(wanted.items() <= have.items() for have in labels):
                yield f"{where}: selects none of our pods: {wanted}"


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    findings, count = [], 0
    for path in sys.argv[1:]:
        items = list(load([path]))
        count += len(items)
        for where, item in items:
            findings += schema_findings(where, item)
            if item["kind"] in WORKLOADS:
                findings += pod_findings(where, item)
        findings += reference_findings([(w, i) for w, i in items if "spec" in i or i["kind"] in ("ConfigMap", "ServiceAccount")])
    for finding in findings:
        print(finding)
    print(f"{count} objects, {len(RELEASES)} releases, {len(findings)} findings")
    return 1 if findings or not count else 0


if __name__ == "__main__":
    sys.exit(main())
