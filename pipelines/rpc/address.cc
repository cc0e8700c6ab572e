// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/rpc/address.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

constexpr absl::string_view kUnix = "unix:";

absl::Status Bad(absl::string_view text, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("address \"", Snippet(text), "\": ", why,
                                                 "; an address is host:port, [v6]:port or "
                                                 "unix:path"));
}

absl::StatusOr<Address> ParseUnix(absl::string_view text) {
  Address address;
  address.unix_path = std::string(absl::StripPrefix(text, kUnix));
  const size_t most = sizeof(sockaddr_un::sun_path) - 1;
  if (address.unix_path.empty()) return Bad(text, "no path");
  if (address.unix_path.find('\0') != std::string::npos) return Bad(text, "a NUL in the path");
  if (address.unix_path.size() > most) {
    return Bad(text,
               absl::StrCat("the path has ", address.unix_path.size(), " bytes, at most ", most));
  }
  address.target = absl::StrCat(kUnix, address.unix_path);
  address.local = true;
  return address;
}

bool IsIpv4(const std::string& host, in_addr* bytes) {
  return inet_pton(AF_INET, host.c_str(), bytes) == 1;
}

bool IsLocal(const std::string& host) {
  in_addr v4;
  if (IsIpv4(host, &v4)) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool IsName(absl::string_view host) {
  return !host.empty() && host.size() <= kMaxHostBytes &&
         std::all_of(host.begin(), host.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '-' || c == '_';
         });
}

}  // namespace

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  if (absl::StartsWith(text, kUnix)) return ParseUnix(text);
  if (absl::StrContains(text, "://")) return Bad(text, "it has a scheme");
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return Bad(text, "no port");
  absl::string_view host = text.substr(0, colon);
  const absl::string_view port = text.substr(colon + 1);
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);

  Address address;
  address.host = std::string(host);
  if (port.empty() || port.size() > 5 ||
      !std::all_of(port.begin(), port.end(),
                   [](unsigned char c) { return absl::ascii_isdigit(c); }) ||
      !absl::SimpleAtoi(port, &address.port) || address.port > 65535) {
    return Bad(text, "the port is not a number from 0 to 65535");
  }
  in6_addr v6;
  if (bracketed) {
    if (inet_pton(AF_INET6, address.host.c_str(), &v6) != 1) {
      return Bad(text, "no IPv6 address between the brackets");
    }
  } else if (!IsName(host)) {
    return Bad(text, absl::StrContains(host, ':') ? "an IPv6 address needs brackets"
                                                  : "the host is not a name or address");
  }
  address.local = IsLocal(address.host);
  address.target =
      absl::StrCat(bracketed ? absl::StrCat("[", host, "]") : std::string(host), ":", address.port);
  return address;
}

bool LooksLikeAddress(absl::string_view text) {
  if (absl::StartsWith(text, kUnix)) return true;
  return absl::StrContains(text, ':') && !IsDirectory(text);
}

}  // namespace quipu::pipelines
