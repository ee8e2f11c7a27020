#include "flash/task/task_inputs.hpp"

#include "flash/core/hash.hpp"

namespace flash {

std::string digest_of(const Json& inputs) { return sha256_hex(inputs.dump()).substr(0, 32); }

}  // namespace flash
