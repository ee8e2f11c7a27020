// Asking flash-trainer for a network of a job as files that run without flash.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "flash/core/json.hpp"
#include "flash/job/job.hpp"

namespace flash {

class Child;

struct NetworkExport {
  NetworkId id = 0;
  std::filesystem::path folder;
  bool train = true;  // false: the seed's first weights, for measuring latency; needs no data set
};

// The request (train/protocol.hpp), with the seed of the network's training task: an export trained so is the
// network that the job's training stage trains, skips and accuracy alike.
Json export_request(const Job& job, const NetworkExport& wanted);

// What export_network (train/export_network.hpp) returns. `trainer` runs trainer_program(); it may be asked
// again and again. Throws the trainer's Error, and as Child::call.
Json export_network(Child& trainer, const Job& job, const NetworkExport& wanted);

// Of a compressed network: what export_fcn (train/export_fcn.hpp) returns. Without a job there are no images, and no
// network in 8 bits; a job's images are to be resolved. Throws likewise.
struct FcnExport {
  std::filesystem::path file;  // .fcn
  std::filesystem::path folder;
  const Job* job = nullptr;
  std::size_t calibration = 0;  // training images
};
Json export_fcn(Child& trainer, const FcnExport& wanted);

}  // namespace flash
