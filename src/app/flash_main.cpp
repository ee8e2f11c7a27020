// flash: all commands of the batch engine. `flash COMMAND --help` has an example for each.
#include <CLI/CLI.hpp>
#include <csignal>
#include <map>

#include "flash/commands.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/version.hpp"
#include "flash/log/log.hpp"
#include "program.hpp"

namespace {

using flash::Arguments;

// What all commands take, before the command's name as well as behind it.
void common_flags(CLI::App& app, Arguments& arguments) {
  app.add_flag("--json", arguments.json, "Print one JSON document instead of text");
  app.add_flag("-v,--verbose", arguments.verbose, "Log more");
}

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.argc = &argc;
  arguments.argv = &argv;
  for (int i = 0; i < argc; ++i) {
    if (i > 0) arguments.command_line += ' ';
    arguments.command_line += argv[i];
  }

  CLI::App app("flash: hardware-aware neural architecture search as a batch job", "flash");
  app.set_version_flag("--version",
                       std::string("flash ") + flash::software_version + " (" + flash::git_hash + ")");
  app.require_subcommand(1);
  common_flags(app, arguments);
  std::map<const CLI::App*, const flash::Command*> commands;
  for (const flash::Command& command : flash::commands()) {
    CLI::App* sub = app.add_subcommand(command.name, command.description);
    sub->footer(std::string("Example: ") + command.example);
    common_flags(*sub, arguments);
    if (command.add_options != nullptr) command.add_options(sub, arguments);
    commands[sub] = &command;
  }

  if (const auto code = flash::parse_command_line(app, argc, argv)) return *code;
  flash::init_logging(0, flash::host_name(), arguments.verbose);
  return commands.at(app.get_subcommands().front())->run(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  // A file size limit is to be an error of write, like a full disk, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  return flash::run_program("flash", [&] { return run(argc, argv); });
}
