// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace quipu {
namespace {

// Never deleted, so that destructors of other statics may log.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto* result = new spdlog::logger("quipu", std::move(sink));
    result->set_formatter(std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc));
    result->set_level(spdlog::level::info);
    result->flush_on(spdlog::level::trace);
    return result;
  }();
  return *logger;
}

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      return spdlog::level::off;
  }
  return spdlog::level::info;
}

void Log(LogLevel level, absl::string_view message) {
  Logger().log(SpdlogLevel(level),
               spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

void LogDebug(absl::string_view message) { Log(LogLevel::kDebug, message); }
void LogInfo(absl::string_view message) { Log(LogLevel::kInfo, message); }
void LogWarning(absl::string_view message) { Log(LogLevel::kWarning, message); }
void LogError(absl::string_view message) { Log(LogLevel::kError, message); }

namespace internal {

CheckFailure::CheckFailure(const char* file, int line, const char* condition) {
  stream_ << file << ":" << line << ": check failed: " << condition << " ";
}

CheckFailure::~CheckFailure() {
  // Not through the logger: it may be off, or be what is broken.
  const std::string message = stream_.str() + "\n";
  std::fwrite(message.data(), 1, message.size(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace internal
}  // namespace quipu
