// Logging: spdlog on standard error, so that standard output holds results alone. Coloured on a
// terminal, unless the environment's NO_COLOR forbids it.
#pragma once

#include <spdlog/spdlog.h>

namespace flash {

// Rank 0 logs from info up, the others from warnings up and with rank and host in each line.
// `verbose` lowers both to debug. Other threads may log meanwhile.
void init_logging(int rank, const std::string& host, bool verbose);

}  // namespace flash
