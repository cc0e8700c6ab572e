// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/process_limits.h"
#include "base/stop.h"
#include "base/strings.h"
#include "pipelines/cli/command.h"
#include "pipelines/cli/commands.h"
#include "pipelines/core/version.h"

namespace quipu::pipelines {
namespace {

absl::Status Flush(std::ostream& out) {
  errno = 0;
  out.flush();
  if (out.good()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "cannot write the output", errno == 0 ? "" : absl::StrCat(": ", std::strerror(errno))));
}

// The program's own flags and all subcommands, each with its own object.
class Program {
 public:
  Program()
      : app_("quipu: long documents and a LLaMA model in, long-context instruction data out",
             "quipu") {
    app_.set_version_flag("--version", absl::StrCat("quipu ", kQuipuVersion));
    app_.require_subcommand(1);
    app_.add_flag("--quiet", quiet_, "Log warnings and errors only");
    app_.add_option("--log-format", log_format_,
                    "text, or json: one object a line with time, level, run, process, message")
        ->check(CLI::IsMember({"text", "json"}));
    for (const CommandEntry& entry : Commands()) {
      CLI::App* app = app_.add_subcommand(entry.name, entry.help);
      app->footer(absl::StrCat("Example:\n  ", entry.example));
      commands_.push_back({app, entry.make()});
      commands_.back().command->AddFlags(app);
    }
  }

  CommandResult Run(std::vector<std::string> args, std::ostream& out, std::ostream& err) {
    std::reverse(args.begin(), args.end());  // As CLI11 takes them.
    try {
      app_.parse(std::move(args));
    } catch (const CLI::ParseError& error) {
      const std::vector<std::string> unknown = app_.remaining();
      if (error.get_exit_code() != 0 && app_.get_subcommands().empty() && !unknown.empty()) {
        const std::string message =
            absl::StrCat("no command \"", Snippet(unknown[0], 40), "\"; quipu --help lists them");
        err << message << "\n";
        return {2, absl::InvalidArgumentError(message)};
      }
      if (app_.exit(error, out, err) == 0) {
        const absl::Status written = Flush(out);
        if (!written.ok()) err << written.message() << "\n";
        return {ExitCodeOf(written), written};
      }
      return {2, absl::InvalidArgumentError(error.what())};
    }
    SetLogLevel(quiet_ ? LogLevel::kWarning : LogLevel::kInfo);
    SetLogFormat(log_format_ == "json" ? LogFormat::kJson : LogFormat::kText);
    CommandResult result;
    result.status = CheckProcessLimits();
    for (const Entry& entry : commands_) {
      if (!entry.app->parsed() || !result.status.ok()) continue;
      SetLogContext(/*run=*/"", entry.app->get_name());
      result.status = entry.command->Run(out);
      result.exit_code = entry.command->exit_code();
    }
    // What a command prints is its result.
    if (result.status.ok()) result.status = Flush(out);
    if (!result.status.ok()) {
      LogError(absl::StrCat(absl::StatusCodeToString(result.status.code()), ": ",
                            result.status.message()));
    }
    if (!result.status.ok()) result.exit_code = ExitCodeOf(result.status);
    return result;
  }

 private:
  struct Entry {
    CLI::App* app;
    std::unique_ptr<Command> command;
  };

  CLI::App app_;
  bool quiet_ = false;
  std::string log_format_ = "text";
  std::vector<Entry> commands_;
};

}  // namespace

CommandResult RunCommandLine(const std::vector<std::string>& args, std::ostream& out,
                             std::ostream& err) {
  return Program().Run(args, out, err);
}

int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return 0;
    case absl::StatusCode::kCancelled:
      return kStoppedExitCode;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return 2;
    case absl::StatusCode::kDataLoss:
      return 3;
    default:
      return 1;
  }
}

}  // namespace quipu::pipelines
