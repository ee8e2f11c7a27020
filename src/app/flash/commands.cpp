#include "commands.hpp"

namespace flash {

#define FLASH_COMMAND(name) Command name##_command();
#include "commands.inc"
#undef FLASH_COMMAND

const std::vector<Command>& commands() {
  static const std::vector<Command> all{
#define FLASH_COMMAND(name) name##_command(),
#include "commands.inc"
#undef FLASH_COMMAND
  };
  return all;
}

}  // namespace flash
