// Copyright 2026 The quipu authors. SPDX-License-Identifier: Apache-2.0
#include "pipelines/cli/completion.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/strings.h"

namespace quipu::pipelines {
namespace {

// A flag as a shell needs it.
struct Flag {
  std::string name;  // "--limit"
  std::string help;
  bool has_value = false;
  std::vector<std::string> values;  // Empty: any, or files.
};

// A command, or the program itself.
struct Entry {
  std::string name;
  std::string help;
  std::vector<Flag> flags;
  std::vector<std::string> values;  // Of its arguments, if they are words of a list.
};

// "TEXT:{bash,fish}" has the values of an option that is checked against a list.
std::vector<std::string> ValuesOf(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t open = type.find('{');
  const size_t close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos || close < open) return {};
  return absl::StrSplit(type.substr(open + 1, close - open - 1), ',', absl::SkipEmpty());
}

Entry EntryOf(const CLI::App& app) {
  Entry entry;
  entry.name = app.get_name();
  entry.help = app.get_description();
  for (const CLI::Option* option : app.get_options(nullptr)) {
    if (option->get_lnames().empty()) {
      for (std::string& value : ValuesOf(*option)) entry.values.push_back(std::move(value));
      continue;
    }
    Flag flag;
    flag.name = absl::StrCat("--", option->get_lnames()[0]);
    flag.help = option->get_description();
    flag.has_value = option->get_items_expected_max() > 0;
    if (flag.has_value) flag.values = ValuesOf(*option);
    entry.flags.push_back(std::move(flag));
  }
  return entry;
}

std::vector<Entry> CommandsOf(const CLI::App& program) {
  std::vector<Entry> entries;
  for (const CLI::App* app : program.get_subcommands(nullptr)) entries.push_back(EntryOf(*app));
  return entries;
}

std::string FlagNames(const Entry& entry) {
  return absl::StrJoin(entry.flags, " ",
                       [](std::string* out, const Flag& flag) { absl::StrAppend(out, flag.name); });
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("'", absl::StrReplaceAll(text, {{"'", "'\\''"}}), "'");
}

// ---- bash ----

// The values of flags, as cases of "command flag"; the flags, as cases of the command.
void AppendBashCases(const Entry& entry, std::string* values, std::string* words) {
  for (const Flag& flag : entry.flags) {
    if (!flag.has_value) continue;
    absl::StrAppend(values, "    ", Quoted(absl::StrCat(entry.name, " ", flag.name)),
                    ") values=", Quoted(absl::StrJoin(flag.values, " ")), " ;;\n");
  }
  absl::StrAppend(words, "    ", Quoted(entry.name), ") words=", Quoted(FlagNames(entry)),
                  " values=", Quoted(absl::StrJoin(entry.values, " ")), " ;;\n");
}

std::string BashScript(const CLI::App& program) {
  std::string values;
  std::string words;
  std::vector<std::string> names;
  Entry root = EntryOf(program);
  root.name = "";
  for (const Entry& entry : CommandsOf(program)) {
    names.push_back(entry.name);
    AppendBashCases(entry, &values, &words);
  }
  root.values = names;
  AppendBashCases(root, &values, &words);
  // Without a word of its own, bash completes file names (-o default).
  return absl::StrCat(
      "# bash completion of quipu; made by quipu completion bash\n"
      "_quipu() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
      "  local command='' values='' words='' i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${COMP_WORDS[i]}\" in\n    ",
      absl::StrJoin(names, " | "),
      ") command=\"${COMP_WORDS[i]}\"; break ;;\n"
      "    esac\n"
      "  done\n"
      "  case \"$command $before\" in\n",
      values,
      "    *)\n"
      "      before=''\n"
      "      ;;\n"
      "  esac\n"
      "  if [[ -z $before ]]; then\n"
      "    case \"$command\" in\n",
      words,
      "    esac\n"
      "    [[ $current == -* ]] && values=\"$words\"\n"
      "  fi\n"
      "  [[ -n $values ]] && COMPREPLY=($(compgen -W \"$values\" -- \"$current\"))\n"
      "}\n"
      "complete -o default -o bashdefault -F _quipu quipu\n");
}

// ---- zsh ----

// Text in a specification of _arguments, where colons and brackets have a meaning.
std::string ZshText(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {":", "\\:"}, {"[", "\\["}, {"]", "\\]"}});
}

std::string ZshArguments(const Entry& entry) {
  std::string text;
  for (const Flag& flag : entry.flags) {
    std::string spec = absl::StrCat(flag.name, "[", ZshText(flag.help), "]");
    if (flag.has_value) {
      absl::StrAppend(
          &spec, ":value:",
          flag.values.empty() ? "_files" : absl::StrCat("(", absl::StrJoin(flag.values, " "), ")"));
    }
    absl::StrAppend(&text, " \\\n        ", Quoted(spec));
  }
  return text;
}

std::string ZshScript(const CLI::App& program) {
  std::string commands;
  std::string cases;
  for (const Entry& entry : CommandsOf(program)) {
    absl::StrAppend(&commands, "    ", Quoted(absl::StrCat(entry.name, ":", ZshText(entry.help))),
                    "\n");
    const std::string rest = entry.values.empty()
                                 ? std::string("*:file:_files")
                                 : absl::StrCat("*:value:(", absl::StrJoin(entry.values, " "), ")");
    absl::StrAppend(&cases, "    ", entry.name, ")\n      _arguments", ZshArguments(entry),
                    " \\\n        ", Quoted(rest), "\n      ;;\n");
  }
  return absl::StrCat(
      "#compdef quipu\n# zsh completion of quipu; made by quipu completion zsh\n_quipu() {\n"
      "  local -a commands\n  local curcontext=\"$curcontext\" state line\n  commands=(\n",
      commands, "  )\n  _arguments -C", ZshArguments(EntryOf(program)),
      " \\\n        '1:command:->command' '*::argument:->argument'\n"
      "  case $state in\n  command) _describe command commands ;;\n  argument)\n"
      "    case $line[1] in\n",
      cases,
      "    esac\n    ;;\n  esac\n}\n"
      "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _quipu \"$@\"; else compdef _quipu "
      "quipu; "
      "fi\n");
}

// ---- fish ----

void AppendFishFlags(const Entry& entry, absl::string_view condition, std::string* text) {
  for (const Flag& flag : entry.flags) {
    absl::StrAppend(text, "complete -c quipu -n ", Quoted(condition), " -l ", flag.name.substr(2),
                    flag.has_value ? " -r" : "");
    if (!flag.values.empty()) {
      absl::StrAppend(text, " -f -a ", Quoted(absl::StrJoin(flag.values, " ")));
    }
    absl::StrAppend(text, " -d ", Quoted(flag.help), "\n");
  }
}

std::string FishScript(const CLI::App& program) {
  std::string text = "# fish completion of quipu; made by quipu completion fish\n";
  AppendFishFlags(EntryOf(program), "__fish_use_subcommand", &text);
  for (const Entry& entry : CommandsOf(program)) {
    absl::StrAppend(&text, "complete -c quipu -n __fish_use_subcommand -f -a ", entry.name, " -d ",
                    Quoted(entry.help), "\n");
    const std::string condition = absl::StrCat("__fish_seen_subcommand_from ", entry.name);
    if (!entry.values.empty()) {
      absl::StrAppend(&text, "complete -c quipu -n ", Quoted(condition), " -f -a ",
                      Quoted(absl::StrJoin(entry.values, " ")), "\n");
    }
    AppendFishFlags(entry, condition, &text);
  }
  return text;
}

}  // namespace

std::vector<std::string> CompletionShells() { return {"bash", "fish", "zsh"}; }

absl::StatusOr<std::string> CompletionScript(const CLI::App& program, absl::string_view shell) {
  if (shell == "bash") return BashScript(program);
  if (shell == "zsh") return ZshScript(program);
  if (shell == "fish") return FishScript(program);
  return absl::InvalidArgumentError(
      absl::StrCat("\"", Snippet(shell),
                   "\" is not a shell; want one of: ", absl::StrJoin(CompletionShells(), ", ")));
}

}  // namespace quipu::pipelines
