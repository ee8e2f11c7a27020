// Arguments that several commands take.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include "commands.hpp"
#include "number_options.hpp"

namespace flash {

// An option that must not be empty, as a script's unset variable leaves it.
template <class T>
CLI::Option* text_option(CLI::App* sub, const char* name, T& value, const char* description) {
  return sub->add_option(name, value, description)->check([](const std::string& text) {
    return text.empty() ? std::string("is empty") : std::string();
  });
}

// `keys`: what of the job it sets.
void device_option(CLI::App* sub, Arguments& arguments, std::vector<std::string> keys,
                   const char* description);
void job_argument(CLI::App* sub, Arguments& arguments);
void job_or_preset(CLI::App* sub, Arguments& arguments);  // of which whoever performs it wants one
void question_options(CLI::App* sub, Arguments& arguments);
void output_option(CLI::App* sub, Arguments& arguments, bool required);
// --id or --network, one of which is there; `needless`: where none has to be.
void network_options(
    CLI::App* sub, Arguments& arguments,
    bool (*needless)(const Arguments&) = [](const Arguments&) { return false; });
// The network that they name. Throws Error usage: out of range, not in the space, a number where there are none.
NetworkId chosen_network(const Arguments& arguments, const Space& space);
// Of compress: keys of the job's section of that name.
void compression_options(CLI::App* sub, Arguments& arguments);
void sparsity_options(CLI::App* sub, Arguments& arguments);
void farm_options(CLI::App* sub, Arguments& arguments);

}  // namespace flash
