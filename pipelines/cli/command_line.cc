// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/nearest_name.h"
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

// An option's name, without the value that may be in the same argument.
absl::string_view OptionName(absl::string_view arg) { return arg.substr(0, arg.find('=')); }

std::vector<std::string> OptionNames(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(absl::StrCat("--", name));
  }
  return names;
}

// The first of `args` that `unexpected` has, an option if there is one; its place in `args`.
size_t FirstUnexpected(const std::vector<std::string>& args,
                       const std::vector<std::string>& unexpected) {
  const auto is_unexpected = [&unexpected](const std::string& arg) {
    return std::find(unexpected.begin(), unexpected.end(), arg) != unexpected.end();
  };
  size_t first = args.size();
  for (size_t i = 0; i < args.size(); ++i) {
    if (!is_unexpected(args[i])) continue;
    if (absl::StartsWith(args[i], "-")) return i;
    first = std::min(first, i);
  }
  return first;
}

// What is wrong with arguments that `command` does not take.
std::string UnexpectedText(const CLI::App& command, const std::vector<std::string>& args,
                           const std::vector<std::string>& unexpected) {
  const std::string& name = command.get_name();
  const size_t at = FirstUnexpected(args, unexpected);
  if (at == args.size()) return absl::StrCat("quipu ", name, " --help lists its arguments");
  const std::string shown = Snippet(args[at], 80);
  if (!absl::StartsWith(args[at], "-")) {
    return absl::StrCat("quipu ", name, ": the argument \"", shown, "\" is one too many; quipu ",
                        name, " --help lists its arguments");
  }
  const std::vector<std::string> names = OptionNames(command);
  const absl::string_view option = OptionName(args[at]);
  const auto command_at = std::find(args.begin(), args.end(), name);
  const bool known = std::find(names.begin(), names.end(), option) != names.end();
  if (known && at < static_cast<size_t>(command_at - args.begin())) {
    return absl::StrCat("the option ", option, " stands behind its command: quipu ", name, " ",
                        option);
  }
  return absl::StrCat("quipu ", name, " has no option ", Snippet(option, 80),
                      DidYouMean(option, names), "; quipu ", name, " --help lists them");
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
      app->fallthrough();  // The program's own options may stand behind a command, too.
      app->footer(absl::StrCat("Example:\n  ", entry.example));
      commands_.push_back({app, entry.make()});
      commands_.back().command->AddFlags(app);
    }
  }

  CommandResult Run(const std::vector<std::string>& args, std::ostream& out, std::ostream& err) {
    try {
      app_.parse(std::vector<std::string>(args.rbegin(), args.rend()));  // As CLI11 takes them.
    } catch (const CLI::ParseError& error) {
      const std::string wrong = UnexpectedArguments(error, args);
      if (!wrong.empty()) {
        err << wrong << "\n";
        return {2, absl::InvalidArgumentError(wrong)};
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
  // What is wrong, if it is a command or arguments that there are not; else empty.
  std::string UnexpectedArguments(const CLI::ParseError& error,
                                  const std::vector<std::string>& args) const {
    const std::vector<std::string> unknown = app_.remaining(/*recurse=*/true);
    const std::vector<const CLI::App*> parsed = app_.get_subcommands(nullptr);
    const auto used = std::find_if(parsed.begin(), parsed.end(),
                                   [](const CLI::App* app) { return app->parsed(); });
    if (used == parsed.end()) {
      const bool asks_for_help = error.get_exit_code() == 0;
      if (unknown.empty() || (asks_for_help && absl::StartsWith(unknown[0], "-"))) return "";
      std::vector<std::string> names;
      for (const CLI::App* app : parsed) names.push_back(app->get_name());
      return absl::StrCat("no command \"", Snippet(unknown[0], 40), "\"",
                          DidYouMean(unknown[0], names), "; quipu --help lists them");
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return "";
    return UnexpectedText(**used, args, unknown);
  }

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
