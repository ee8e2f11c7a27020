#include "program.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"
#include "flash/core/standard_streams.hpp"

namespace flash {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

// The command that the command line names, else the program itself; of a command with commands of its own that one.
const CLI::App& chosen(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : chosen(*commands.front());
}

// "flash proxy adapt"
std::string called(const CLI::App& app) {
  return app.get_parent() == nullptr ? app.get_name() : called(*app.get_parent()) + " " + app.get_name();
}

// The first word that nothing takes, with the one that was probably meant; "" where all are taken.
std::string unknown_word(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  if (words.empty()) return "";
  const std::string word = words.front().substr(0, words.front().find('='));
  const CLI::App& at = chosen(app);
  const bool option = word.starts_with('-');
  const bool command = !option && !command_names(at).empty();
  const std::string close = nearest(word, option    ? option_names(at)
                                          : command ? command_names(at)
                                                    : std::vector<std::string>());
  return (option    ? "unknown option "
          : command ? "unknown command "
                    : "unexpected argument ") +
         word + (close.empty() ? "" : "; did you mean " + close + "?");
}

// What is wrong with the command line.
std::string complaint(const CLI::App& app, const CLI::ParseError& error) {
  if (const std::string unknown = unknown_word(app); !unknown.empty()) return unknown;
  std::string text = error.what();
  std::ranges::replace(text, '\n', ' ');
  if (error.get_name() != "ArgumentMismatch") return text;
  // CLI11 counts: "--id: 1 required UINT missing", "--id: At Most 1 required but received 2".
  return text.substr(0, text.find(": ")) +
         (text.ends_with("missing") ? " lacks its value" : " is given more than once");
}

}  // namespace

int run_program(const char* name, const std::function<int()>& work) {
  try {
    open_standard_streams();
    return work();
  } catch (const Error& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return static_cast<int>(error.code());
  } catch (const std::filesystem::filesystem_error& error) {
    std::fprintf(stderr, "%s: %s: %s\n", name, error.path1().c_str(), error.code().message().c_str());
    return static_cast<int>(ExitCode::io);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: internal error: %s\n", name, error.what());
    return static_cast<int>(ExitCode::internal);
  }
}

std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      std::ostringstream help;
      app.exit(error, help, help);
      write_standard_output(help.str());
      return static_cast<int>(ExitCode::ok);
    }
    if (argc == 1 && !command_names(app).empty()) {
      std::fputs(app.help().c_str(), stderr);
    } else {
      const CLI::App& at = chosen(app);
      std::fprintf(stderr, "%s: %s; see %s --help\n", app.get_name().c_str(), complaint(app, error).c_str(),
                   called(at).c_str());
    }
    return static_cast<int>(ExitCode::usage);
  }
}

}  // namespace flash
