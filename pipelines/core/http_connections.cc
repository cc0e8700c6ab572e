// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/core/http_connections.h"

#include <sys/socket.h>

namespace quipu::pipelines {

void HttpConnections::Notify(void* self, MHD_Connection* connection, void** /*state*/,
                             MHD_ConnectionNotificationCode code) {
  auto* const connections = static_cast<HttpConnections*>(self);
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    connections->Started(connection);
  } else {
    connections->Closed(connection);
  }
}

void HttpConnections::Started(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info == nullptr) return;
  open_.push_back({connection, info->connect_fd});
  if (open_.size() < most_ || open_.size() == 1) return;
  // The daemon sees its end, and closes it.
  shutdown(open_.front().socket, SHUT_RDWR);
  open_.pop_front();
}

void HttpConnections::Closed(MHD_Connection* connection) {
  open_.remove_if([connection](const Open& open) { return open.connection == connection; });
}

}  // namespace quipu::pipelines
