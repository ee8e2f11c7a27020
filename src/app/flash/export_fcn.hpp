// flash export FILE.fcn: a compressed network for other runtimes.
#pragma once

#include "commands.hpp"

namespace flash {

// Whether RUN of the command line is a compressed network: by its first bytes or, where it is not there, its name.
bool names_fcn(const std::filesystem::path& path);
int export_fcn(const Arguments& arguments);

}  // namespace flash
