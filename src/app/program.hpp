// What the mains of all programs share.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>

namespace flash {

// Does the work of a program and returns its exit code; an error is one line on standard error that begins
// with the program's name. Standard streams that are closed are opened before.
int run_program(const char* name, const std::function<int()>& work);

// Nothing where the command line is right; otherwise the exit code: of --help and --version, which are
// printed, or of an error, which is one line.
std::optional<int> parse_command_line(CLI::App& app, int argc, char** argv);

}  // namespace flash
