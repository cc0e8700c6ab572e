// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
//
// Serves metrics to Prometheus over HTTP: GET and HEAD of /metrics, nothing
// else.
//
//   ASSIGN_OR_RETURN(const std::unique_ptr<MetricsServer> server,
//                    MetricsServer::Start({"127.0.0.1:9464"}, [&] {
//                      return CoordinatorFamilies(coordinator->Status(), commits);
//                    }));
//
// There is no authentication: anybody who can connect can read. So it listens
// on loopback, unless told that the network restricts access. HTTP is
// libmicrohttpd's: one thread, bounded memory a connection, bounded
// connections.
//
// Everything that `collect` uses must outlive the server. Thread-safe.
#ifndef QUIPU_PIPELINES_METRICS_SERVER_H_
#define QUIPU_PIPELINES_METRICS_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "prometheus/metric_family.h"

namespace quipu::pipelines {

struct MetricsOptions {
  // IPv4:PORT or [IPv6]:PORT; port 0: any free one.
  std::string address;
  // Whether an address that other machines can reach is intended.
  bool allow_public = false;
  // A connection that is idle in both directions for this long is closed. Whole
  // seconds, 1 or more.
  absl::Duration idle_timeout = absl::Seconds(10);
  // Connections at once; the oldest is closed when the last one is taken. Of one, more wait
  // until it is closed.
  int max_connections = 128;
};

// Makes the checks of Start without starting anything. INVALID_ARGUMENT for a
// malformed address, or a public one that was not allowed.
absl::Status CheckMetricsAddress(const MetricsOptions& options);

class MetricsServer {
 public:
  using CollectFn = std::function<std::vector<prometheus::MetricFamily>()>;

  // Calls `collect` for every valid request, from a thread of its own. Errors
  // of CheckMetricsAddress; UNAVAILABLE if the address cannot be bound;
  // RESOURCE_EXHAUSTED if the thread cannot be started.
  static absl::StatusOr<std::unique_ptr<MetricsServer>> Start(const MetricsOptions& options,
                                                              CollectFn collect);
  // Closes all connections at once and joins the thread.
  ~MetricsServer();
  MetricsServer(const MetricsServer&) = delete;
  MetricsServer& operator=(const MetricsServer&) = delete;

  int port() const;

 private:
  struct Daemon;
  explicit MetricsServer(std::unique_ptr<Daemon> daemon);
  const std::unique_ptr<Daemon> daemon_;
};

}  // namespace quipu::pipelines

#endif  // QUIPU_PIPELINES_METRICS_SERVER_H_
