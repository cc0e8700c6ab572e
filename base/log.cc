// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/formatter.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/escape.h"
#include "base/strings.h"
#include "base/utf8.h"

namespace quipu {
namespace {

// What the lines belong to.
struct Context {
  absl::Mutex mutex;
  LogFormat format ABSL_GUARDED_BY(mutex) = LogFormat::kText;
  std::string run ABSL_GUARDED_BY(mutex);
  std::string process ABSL_GUARDED_BY(mutex);
};

// Never deleted, so that destructors of other statics may log.
Context& GetContext() {
  static Context* const context = new Context;
  return *context;
}

// As a JSON string without anything that a terminal acts on; each ill-formed
// byte of `text` becomes U+FFFD. (JsonWriter depends on this file and refuses
// such bytes.)
void AppendQuoted(absl::string_view text, std::string* out) {
  out->push_back('"');
  for (size_t i = 0; i < text.size();) {
    const uint32_t c = NextCodePoint(text, &i);
    if (NeedsJsonEscape(c) || !IsPrintable(c)) {
      AppendJsonEscape(c, out);
    } else {
      AppendUtf8(c, out);
    }
  }
  out->push_back('"');
}

absl::string_view LevelName(spdlog::level::level_enum level) {
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

class JsonFormatter : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    std::string line =
        absl::StrCat("{\"time\":\"",
                     absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::FromChrono(message.time),
                                      absl::UTCTimeZone()),
                     "\",\"level\":\"", LevelName(message.level), "\",\"run\":");
    Context& context = GetContext();
    {
      absl::MutexLock lock(&context.mutex);
      AppendQuoted(context.run, &line);
      line.append(",\"process\":");
      AppendQuoted(context.process, &line);
    }
    line.append(",\"message\":");
    AppendQuoted({message.payload.data(), message.payload.size()}, &line);
    line.append("}\n");
    out.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonFormatter>();
  }
};

std::unique_ptr<spdlog::formatter> MakeFormatter(LogFormat format) {
  if (format == LogFormat::kJson) return std::make_unique<JsonFormatter>();
  return std::make_unique<spdlog::pattern_formatter>("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v",
                                                     spdlog::pattern_time_type::utc);
}

// Never deleted, so that destructors of other statics may log.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto* result = new spdlog::logger("quipu", std::move(sink));
    result->set_formatter(MakeFormatter(LogFormat::kText));
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
  // The JSON format escapes for itself.
  const std::string text =
      GetLogFormat() == LogFormat::kText ? Printable(message) : std::string(message);
  Logger().log(SpdlogLevel(level), spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace

void SetLogLevel(LogLevel level) { Logger().set_level(SpdlogLevel(level)); }

void SetLogFormat(LogFormat format) {
  Context& context = GetContext();
  {
    absl::MutexLock lock(&context.mutex);
    context.format = format;
  }
  Logger().set_formatter(MakeFormatter(format));
}

LogFormat GetLogFormat() {
  Context& context = GetContext();
  absl::MutexLock lock(&context.mutex);
  return context.format;
}

void SetLogContext(absl::string_view run, absl::string_view process) {
  Context& context = GetContext();
  bool say = false;
  {
    absl::MutexLock lock(&context.mutex);
    if (!process.empty()) context.process = std::string(process);
    say = !run.empty() && run != context.run && context.format == LogFormat::kText;
    if (!run.empty()) context.run = std::string(run);
  }
  if (say) LogInfo(absl::StrCat("run ", run));
}

void LogDebug(absl::string_view message) { Log(LogLevel::kDebug, message); }
void LogInfo(absl::string_view message) { Log(LogLevel::kInfo, message); }
void LogWarning(absl::string_view message) { Log(LogLevel::kWarning, message); }
void LogError(absl::string_view message) { Log(LogLevel::kError, message); }

namespace internal {

CheckFailure::CheckFailure(const char* file, int line, const char* condition) {
  stream_ << file << ":" << line << ": check failed: " << condition << " ";
}

CheckFailure::~CheckFailure() {
  // Bypasses the logger, which may be off or be what is broken.
  const std::string message = stream_.str() + "\n";
  std::fwrite(message.data(), 1, message.size(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace internal
}  // namespace quipu
